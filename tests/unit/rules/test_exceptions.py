from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.exceptions import ExceptionEntry, read_exceptions, said_in_file

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = ("shared_address", "low_price", "pickup_gap")

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


def test_the_entries_are_words_as_the_log_has_them(tmp_path: Path) -> None:
    said = said_in_file(read(tmp_path, FILE.format(said_at="2026-11-08 10:00")))
    (word,) = said.rows(named=True)
    assert word == {
        "entry": None,
        "said_at": datetime(2026, 11, 8, 2, 0, tzinfo=UTC),
        "who": "Chen",
        "kind": "allow_listed",
        "rule_id": "shared_address",
        "about": "order",
        "value": "1008600",
        "until": datetime(2026, 12, 1, tzinfo=UTC),
        "why": "dormitory",
        "what": None,
        "undone_at": None,
    }


@pytest.mark.parametrize(
    ("target", "about"),
    [
        ("buyer_id", "buyer"),
        ("address_key", "address"),
        ("shop", "shop"),
        ("warehouse", "warehouse"),
        ("carrier", "carrier"),
        ("sku", "sku"),
        ("waybill_no", "waybill"),
    ],
)
def test_an_entry_is_about_its_target(tmp_path: Path, target: str, about: str) -> None:
    text = FILE.format(said_at="2026-11-08").replace("order_id", target)
    said = said_in_file(read(tmp_path, text))
    assert said.select("about", "value").rows() == [(about, "1008600")]


def test_an_entry_of_several_rules_is_a_word_about_each_and_without_a_target_about_the_system(
    tmp_path: Path,
) -> None:
    text = FILE.format(said_at="2026-11-08").replace("[shared_address]", "[shared_address, low_price]")
    said = said_in_file(read(tmp_path, text.replace("    order_id: 1008600\n", "")))
    assert said.select("rule_id", "about", "value").rows() == [
        ("shared_address", "system", None),
        ("low_price", "system", None),
    ]


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
            "only one of order_id, buyer_id, address_key, shop, warehouse",
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
