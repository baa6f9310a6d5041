from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from orderhealth_pipeline.frames import FINDINGS_SCHEMA
from orderhealth_pipeline.rules.said import (
    RECORDS,
    WORDS,
    changed_words,
    with_words,
    without_words,
    words_in_force,
)
from orderhealth_pipeline.said import Said, said_frame

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 11, 8, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)

ORDERS = pl.DataFrame(
    {
        "order_id": ["A", "B", "C"],
        "buyer_id": ["LI", "LI", "WANG"],
        "address_key": ["dormitory", None, "dormitory"],
        "shop": ["tmall", "mini", "mini"],
        "warehouse": ["GZ", "GZ", None],
        "carrier": [None, "SF", "ZTO"],
    }
)
OF_RECORDS = pl.DataFrame(
    [("sku", "S", "A"), ("sku", "S", "C"), ("waybill", "W", "B"), ("waybill", "S", "B")],
    schema=RECORDS,
    orient="row",
)
FOUND = [
    ("A", "shared_address"),
    ("B", "shared_address"),
    ("C", "shared_address"),
    ("A", "low_price"),
    (None, "pickup_gap"),
]
FINDINGS = pl.DataFrame(
    [(order, rule, "ordering", "high", "open", None, '{"value":1}') for order, rule in FOUND],
    schema=FINDINGS_SCHEMA,
    orient="row",
)
NEVER_OVER = pl.Schema(
    {"order_id": pl.String(), "rule_id": pl.String(), "resolved_at": pl.Datetime("us", "UTC")}
)


def word(kind: Any = "snoozed", about: Any = "order", value: str | None = "A", **given: Any) -> Said:
    usual: dict[str, Any] = {"who": "Chen", "why": "checked", "at": AS_OF, "rule_id": "shared_address"}
    return Said(kind, about=about, value=value, **{**usual, **given})


def in_force(
    *words: Said, as_of: datetime = AS_OF, over: list[tuple[str, str, datetime]] | None = None
) -> pl.DataFrame:
    numbered = [replace(each, entry=number) for number, each in enumerate(words, start=1)]
    was_over = pl.DataFrame(over or [], schema=NEVER_OVER, orient="row")
    return words_in_force(said_frame(numbered), as_of, SHANGHAI, was_over)


def labelled(*words: Said, **given: Any) -> set[tuple[str | None, str, str]]:
    result = with_words(FINDINGS, ORDERS, OF_RECORDS, in_force(*words, **given))
    assert result.height == FINDINGS.height
    explained = result.filter(state="explained")
    return set(explained.select("order_id", "rule_id", "explained_by").iter_rows())


@pytest.mark.parametrize(
    ("about", "value", "orders"),
    [
        ("order", "A", {"A"}),
        ("buyer", "LI", {"A", "B"}),
        ("address", "dormitory", {"A", "C"}),
        ("shop", "mini", {"B", "C"}),
        ("warehouse", "GZ", {"A", "B"}),
        ("carrier", "SF", {"B"}),
        ("sku", "S", {"A", "C"}),
        ("waybill", "W", {"B"}),
        ("everything", None, {"A", "B", "C"}),
        ("system", None, set()),
    ],
)
def test_a_word_speaks_of_the_orders_of_what_it_is_about(
    about: str, value: str | None, orders: set[str]
) -> None:
    expected = {(order, "shared_address", "snoozed") for order in orders}
    assert labelled(word(about=about, value=value)) == expected


def test_a_word_about_all_rules_speaks_of_every_finding_of_the_order() -> None:
    assert labelled(word("allow_listed", rule_id=None)) == {
        ("A", "shared_address", "allow_listed"),
        ("A", "low_price", "allow_listed"),
    }


def test_a_word_about_everything_speaks_of_the_system_too() -> None:
    everything = labelled(word(about="everything", value=None, rule_id=None))
    assert {(order, rule) for order, rule, _ in everything} == set(FOUND)
    assert labelled(word(about="system", value=None, rule_id=None)) == {(None, "pickup_gap", "snoozed")}


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [(AS_OF - SECOND, False), (AS_OF, True), (AS_OF + HOUR - SECOND, True), (AS_OF + HOUR, False)],
)
def test_a_word_counts_from_the_second_it_was_said_until_its_end(as_of: datetime, counts: bool) -> None:
    assert bool(labelled(word(until=AS_OF + HOUR), as_of=as_of)) is counts


def test_a_word_without_an_end_counts_until_it_is_taken_back() -> None:
    undone = word("undone", "entry", "1", at=AS_OF + HOUR)
    said = word("allow_listed"), undone
    assert labelled(*said, as_of=AS_OF + HOUR - SECOND)
    assert not labelled(*said, as_of=AS_OF + HOUR)


def test_where_two_words_fit_the_first_counts() -> None:
    by_order, by_shop = word("allow_listed"), word(about="shop", value="tmall")
    assert labelled(by_order, by_shop) == {("A", "shared_address", "allow_listed")}
    assert labelled(by_shop, by_order) == {("A", "shared_address", "snoozed")}


def test_the_evidence_tells_who_why_and_until_when_and_is_taken_out_again() -> None:
    why = '宿舍",}'
    said = in_force(word(about="address", value="dormitory", why=why, until=AS_OF + SECOND))
    result = with_words(FINDINGS, ORDERS, OF_RECORDS, said)
    assert json.loads(result.filter(state="explained")["evidence"][0]) == {
        "value": 1,
        "exception": {
            "address_key": "dormitory",
            "entry": 1,
            "said_at": "2026-11-08T10:00:00+08:00",
            "until": "2026-11-08T10:00:01+08:00",
            "who": "Chen",
            "why": why,
        },
    }
    assert in_order(without_words(result)).equals(in_order(FINDINGS))


def test_what_records_explain_stays_as_it_is() -> None:
    explained = FINDINGS.with_columns(state=pl.lit("explained"), explained_by=pl.lit("on_hold"))
    result = with_words(explained, ORDERS, OF_RECORDS, in_force(word()))
    assert in_order(result).equals(in_order(explained))
    assert without_words(explained).equals(explained)


def test_a_false_alarm_explains_its_finding_and_a_confirmed_one_stays_open() -> None:
    assert labelled(word("false_alarm")) == {("A", "shared_address", "false_alarm")}
    assert labelled(word("confirmed")) == set()


def test_the_newest_verdict_counts() -> None:
    first, second = word("false_alarm", at=AS_OF - HOUR), word("confirmed")
    assert labelled(first, second) == set()
    assert labelled(first, second, as_of=AS_OF - SECOND) == {("A", "shared_address", "false_alarm")}


@pytest.mark.parametrize(
    ("over_at", "is_spent"),
    [(AS_OF - SECOND, False), (AS_OF, True), (AS_OF + HOUR - SECOND, True), (AS_OF + HOUR, False)],
)
def test_a_false_alarm_is_spent_when_its_finding_was_over_since(over_at: datetime, is_spent: bool) -> None:
    over = [("A", "shared_address", over_at), ("A", "low_price", AS_OF), ("B", "shared_address", AS_OF)]
    explained = labelled(word("false_alarm"), as_of=AS_OF + HOUR, over=over)
    assert (explained == set()) is is_spent


def test_words_that_expire_do_not_make_others_changed() -> None:
    said = word(until=AS_OF + HOUR), word("allow_listed", value="B")
    before, now = in_force(*said), in_force(*said, as_of=AS_OF + HOUR)
    assert changed_words(before, now)["value"].to_list() == ["A"]
    assert changed_words(now, now).is_empty()


def test_nothing_was_said() -> None:
    assert in_force().schema == WORDS
    assert with_words(FINDINGS, ORDERS, OF_RECORDS, in_force()).equals(FINDINGS)


def in_order(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.sort("order_id", "rule_id", nulls_last=True)
