from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.exceptions import ExceptionEntry, excepted, read_exceptions

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 11, 8, 10, 0, tzinfo=SHANGHAI)
SECOND = timedelta(seconds=1)
RULES = ("shared_address", "low_price", "pickup_gap")

ORDERS = pl.DataFrame(
    {
        "order_id": ["A", "B", "C"],
        "buyer_id": ["LI", "LI", "WANG"],
        "address_key": ["dormitory", None, "dormitory"],
        "shop": ["tmall", "mini", "mini"],
    }
)
FINDINGS = pl.DataFrame(
    {
        "order_id": ["A", "B", "C", "A", None],
        "rule_id": ["shared_address", "shared_address", "shared_address", "low_price", "pickup_gap"],
    }
)


def entry(**given: Any) -> ExceptionEntry:
    usual: dict[str, Any] = {
        "kind": "snoozed",
        "rules": ("shared_address",),
        "who": "Chen",
        "why": "checked",
        "said_at": AS_OF,
        "until": AS_OF + SECOND,
    }
    return ExceptionEntry.model_validate({**usual, **given})


def spoken_of(*entries: ExceptionEntry, as_of: datetime = AS_OF) -> set[tuple[str | None, str, str]]:
    result = excepted(FINDINGS, ORDERS, entries, as_of)
    return set(result.select("order_id", "rule_id", "explained_by").iter_rows())


@pytest.mark.parametrize(
    ("target", "orders"),
    [
        ({"order_id": "A"}, {"A"}),
        ({"buyer_id": "LI"}, {"A", "B"}),
        ({"address_key": "dormitory"}, {"A", "C"}),
        ({"shop": "mini"}, {"B", "C"}),
    ],
)
def test_an_entry_speaks_of_the_orders_of_its_target(target: dict[str, str], orders: set[str]) -> None:
    expected = {(order, "shared_address", "snoozed") for order in orders}
    assert spoken_of(entry(**target)) == expected


def test_an_entry_for_all_rules_speaks_of_every_finding_of_the_order() -> None:
    assert spoken_of(entry(rules="all", order_id="A", kind="allow_listed")) == {
        ("A", "shared_address", "allow_listed"),
        ("A", "low_price", "allow_listed"),
    }


def test_an_entry_without_a_target_speaks_of_the_system_only() -> None:
    assert spoken_of(entry(rules="all")) == {(None, "pickup_gap", "snoozed")}


@pytest.mark.parametrize("as_of", [AS_OF, AS_OF + timedelta(minutes=1) - SECOND])
def test_an_entry_counts_from_the_second_it_was_said(as_of: datetime) -> None:
    said = entry(order_id="A", said_at=AS_OF, until=AS_OF + timedelta(minutes=1))
    assert spoken_of(said, as_of=as_of) == {("A", "shared_address", "snoozed")}


@pytest.mark.parametrize("as_of", [AS_OF - SECOND, AS_OF + timedelta(minutes=1)])
def test_an_entry_does_not_count_before_it_was_said_nor_at_its_end(as_of: datetime) -> None:
    said = entry(order_id="A", said_at=AS_OF, until=AS_OF + timedelta(minutes=1))
    assert spoken_of(said, as_of=as_of) == set()


def test_where_two_entries_fit_the_first_of_the_file_counts() -> None:
    by_order, by_shop = entry(order_id="A", kind="allow_listed"), entry(shop="tmall")
    assert spoken_of(by_order, by_shop) == {("A", "shared_address", "allow_listed")}
    assert spoken_of(by_shop, by_order) == {("A", "shared_address", "snoozed")}


def test_the_evidence_tells_who_why_and_until_when() -> None:
    result = excepted(FINDINGS, ORDERS, [entry(address_key="dormitory", why="宿舍")], AS_OF)
    assert json.loads(result["explanation_evidence"][0]) == {
        "address_key": "dormitory",
        "said_at": "2026-11-08T10:00:00+08:00",
        "until": "2026-11-08T10:00:01+08:00",
        "who": "Chen",
        "why": "宿舍",
    }


def test_nothing_was_said() -> None:
    result = excepted(FINDINGS, ORDERS, [], AS_OF)
    assert result.columns == ["order_id", "rule_id", "explained_by", "explanation_evidence"]
    assert result.is_empty()


FILE = """exceptions:
  - kind: allow_listed
    rules: [shared_address]
    order_id: 1008600
    who: Chen
    why: dormitory
    said_at: {said_at}
    until: 2026-12-01T00:00:00Z
"""


def read(folder: Path, text: str) -> tuple[ExceptionEntry, ...]:
    (folder / "exceptions.yml").write_text(text, encoding="utf-8")
    return read_exceptions(folder, SHANGHAI, RULES)


def test_an_instant_without_an_offset_is_in_the_zone_of_the_store(tmp_path: Path) -> None:
    (only,) = read(tmp_path, FILE.format(said_at="2026-11-08 10:00"))
    assert only.said_at.astimezone(UTC) == datetime(2026, 11, 8, 2, 0, tzinfo=UTC)
    assert only.until == datetime(2026, 12, 1, tzinfo=UTC)


def test_a_number_that_names_an_order_is_text(tmp_path: Path) -> None:
    (only,) = read(tmp_path, FILE.format(said_at="2026-11-08"))
    assert only.target == ("order_id", "1008600")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "2026-11-08",
            "20261108",
            "exceptions.yml:7: 'exceptions.0.said_at': Input should be a valid datetime",
        ),
        ("2026-11-08", "yesterday", "exceptions.yml:7: 'exceptions.0.said_at': an instant is expected"),
        ("2026-11-08", "2027-01-01", "until must be later than said_at"),
        (
            "    who: Chen",
            "    shop: tmall\n    who: Chen",
            "only one of order_id, buyer_id, address_key, shop",
        ),
        (
            "shared_address",
            "shared",
            "entry 1 names the rule 'shared', which does not exist; there are: low_price",
        ),
        ("    why: dormitory\n", "", "exceptions.yml:2: the key 'exceptions.0.why' is missing"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = FILE.format(said_at="2026-11-08")
    assert old in text
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, text.replace(old, new))
    assert complaint in str(raised.value)


def test_a_folder_without_the_file_has_no_exceptions(tmp_path: Path) -> None:
    assert read_exceptions(tmp_path, SHANGHAI, RULES) == ()


def test_the_shipped_file_has_no_exceptions() -> None:
    assert read_exceptions(expectations_folder(), SHANGHAI, RULES) == ()
