"""Whom customer service should speak to: VIPs in trouble, and birthdays of the next seven days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from orderhealth_pipeline.orders.buyers.care import CARE, birthdays_ahead, customer_care

TODAY = date(2026, 11, 10)
VIPS = pl.Schema({"order_id": pl.String(), "buyer_id": pl.String(), "vip_level": pl.String()})
FINDINGS = pl.Schema({"order_id": pl.String(), "rule_id": pl.String()})
CUSTOMERS = pl.Schema({"buyer_id": pl.String(), "vip_level": pl.String(), "birthday": pl.Date()})


def care(
    vips: Sequence[tuple[str, str | None, str]] = (),
    findings: Sequence[tuple[str, str]] = (),
    customers: Sequence[tuple[str, str | None, date | None]] = (),
    today: date = TODAY,
) -> list[tuple[Any, ...]]:
    made = customer_care(
        pl.DataFrame(list(vips), schema=VIPS, orient="row"),
        pl.DataFrame(list(findings), schema=FINDINGS, orient="row"),
        pl.DataFrame(list(customers), schema=CUSTOMERS, orient="row"),
        today,
    )
    assert made.schema == CARE
    return made.rows()


def test_a_vip_with_an_open_finding_is_named_with_the_order_and_its_rules() -> None:
    vips = [("A", "LI", "gold"), ("B", "LI", "gold"), ("C", "WANG", "普通"), ("D", None, "gold")]
    findings = [
        ("A", "no_pickup"),
        ("A", "low_price"),
        ("C", "no_pickup"),
        ("D", "no_pickup"),
        ("E", "no_pickup"),
    ]
    assert care(vips, findings) == [("LI", "vip_at_risk", TODAY, "A", "low_price, no_pickup")]


@pytest.mark.parametrize(
    ("born", "on"),
    [
        (date(1990, 11, 9), None),
        (date(1990, 11, 10), date(2026, 11, 10)),
        (date(1990, 11, 17), date(2026, 11, 17)),
        (date(1990, 11, 18), None),
        (date(2027, 11, 12), None),
        (None, None),
    ],
)
def test_birthdays_count_from_today_until_in_a_week(born: date | None, on: date | None) -> None:
    assert care(customers=[("LI", "5", born)]) == ([("LI", "birthday", on, None, "5")] if on else [])


@pytest.mark.parametrize(
    ("today", "on"),
    [
        (date(2027, 2, 25), date(2027, 2, 28)),
        (date(2027, 3, 1), None),
        (date(2028, 2, 25), date(2028, 2, 29)),
        (date(2028, 2, 21), None),
        (date(2028, 3, 1), None),
    ],
)
def test_who_was_born_on_29_february_keeps_the_28th_in_other_years(today: date, on: date | None) -> None:
    found = care(customers=[("LI", None, date(2000, 2, 29))], today=today)
    assert found == ([("LI", "birthday", on, None, None)] if on else [])


def test_a_week_over_the_new_year_and_a_customer_who_is_nobody() -> None:
    customers = [
        ("LI", None, date(1990, 1, 2)),
        ("guest", None, date(1990, 1, 2)),
        ("WANG", "0", date(1990, 12, 30)),
    ]
    assert care(customers=customers, today=date(2026, 12, 28)) == [
        ("WANG", "birthday", date(2026, 12, 30), None, None),
        ("LI", "birthday", date(2027, 1, 2), None, None),
    ]


@pytest.mark.parametrize("year", [2027, 2028])
def test_no_birthday_is_forgotten(year: int) -> None:
    weeks = [date(year, 1, 1) + timedelta(days=8 * number) for number in range(46)]
    assert len({born for today in weeks for _, born in birthdays_ahead(today)}) == 366
