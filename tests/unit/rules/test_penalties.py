"""What platforms charge: the terms as they are written, what they make of findings, and what was charged."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.frames import MONEY
from orderhealth_pipeline.rules.penalties.at_stake import at_stake
from orderhealth_pipeline.rules.penalties.charges_file import read_charges
from orderhealth_pipeline.rules.penalties.ledger import CHARGES, KNOWN, matched
from orderhealth_pipeline.rules.penalties.terms import Penalties, read_penalties

SHANGHAI = ZoneInfo("Asia/Shanghai")
TERMS = """platforms:
  mall:
    title: {zh: 商城, en: Mall}
    shops: [旗舰店]
    rules:
      late: {share: 0.1, at_least: 5, at_most: 50, source: contract}
      fake: {fixed: 20, source: contract}
"""


def terms(folder: Path, text: str = TERMS) -> Penalties:
    (folder / "penalties.yml").write_text(text, encoding="utf-8")
    return read_penalties(folder, ("late", "fake"))


def findings(*rows: tuple[str, str, str, int | None, str | None]) -> pl.DataFrame:
    names = ("order_id", "rule_id", "shop", "amount", "currency")
    frame = pl.DataFrame(rows, schema=names, orient="row", strict=False)
    return frame.cast({"amount": MONEY, "currency": pl.String})


def test_a_share_stays_within_its_bounds_and_an_order_is_charged_once(tmp_path: Path) -> None:
    found = findings(
        ("A", "late", "旗舰店", 100, "CNY"),
        ("A", "fake", "旗舰店", 100, "CNY"),
        ("B", "late", "旗舰店", 10, None),
        ("C", "late", "旗舰店", 1000, "CNY"),
        ("D", "late", "elsewhere", 1000, "CNY"),
    )
    rows = at_stake(found, terms(tmp_path)).rows()
    assert rows == [
        ("mall", "late", "CNY", 2, Decimal("55.0000"), 0),
        ("mall", "fake", "CNY", 1, Decimal("20.0000"), 0),
    ]


def test_what_has_another_currency_or_no_amount_is_counted_and_not_priced(tmp_path: Path) -> None:
    found = findings(("A", "late", "旗舰店", 100, "USD"), ("B", "late", "旗舰店", None, "CNY"))
    assert at_stake(found, terms(tmp_path)).rows() == [("mall", "late", "CNY", 0, Decimal(0), 2)]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("fake:", "nothing:"), 7, "there is no rule 'nothing'"),
        ((", source: contract}\n      fake", "}\n      fake"), 6, "source"),
        (("fixed: 20", "fixed: 20, share: 0.1"), 7, "either `fixed` or `share`"),
        (("fixed: 20", "fixed: 20, at_most: 30"), 7, "bounds of a `share`"),
        (("at_least: 5", "at_least: 500"), 6, "at_least must not be above"),
        (("share: 0.1", "share: -1"), 6, "share"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    change: tuple[str, str], line: int, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=reason) as raised:
        terms(tmp_path, TERMS.replace(*change))
    assert f"penalties.yml:{line}" in str(raised.value)


def test_a_shop_is_on_one_platform(tmp_path: Path) -> None:
    second = TERMS.removeprefix("platforms:\n").replace("mall:", "bazaar:")
    with pytest.raises(ConfigurationError, match="is on the platform 'mall' already"):
        terms(tmp_path, TERMS + second)


def test_no_terms_come_with_the_program_and_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_penalties(tmp_path, ()) == Penalties()


def at(hour: int) -> datetime:
    return datetime(2026, 11, 10, hour, tzinfo=UTC)


def test_a_charge_was_alerted_in_time_late_or_missed() -> None:
    charges = pl.DataFrame(
        [
            (order, at(20), Decimal(5), "CNY", rule)
            for order, rule in zip("ABCDE", [None] * 4 + ["r"], strict=True)
        ],
        schema=CHARGES,
        orient="row",
    )
    known = pl.DataFrame(
        [
            ("A", "r", at(8), at(9), at(10)),
            ("A", "q", at(19), None, None),
            ("B", "r", at(8), at(11), at(10)),
            ("C", "r", at(8), None, None),
            ("D", "r", at(21), at(21), None),
            ("E", "other", at(8), at(9), None),
        ],
        schema=KNOWN,
        orient="row",
    )
    outcomes = dict(matched(charges, known).select("order_id", "outcome").rows())
    assert outcomes == {"A": "in_time", "B": "late", "C": "late", "D": "missed", "E": "missed"}


def test_an_order_that_joined_a_case_that_was_told_already_was_told_when_it_joined() -> None:
    charges = pl.DataFrame([("A", at(20), Decimal(5), None, None)], schema=CHARGES, orient="row")
    known = pl.DataFrame([("A", "r", at(12), at(9), at(10))], schema=KNOWN, orient="row")
    assert matched(charges, known)["outcome"].to_list() == ["late"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_charges_are_read_in_the_zone_of_people(encoding: str, tmp_path: Path) -> None:
    text = (
        "order_id,charged_at,amount,reason\nA,2026-11-10 09:00,5.5,迟发\n 甲 ,2026-11-10T09:00:00Z,6,迟发\n"
    )
    (tmp_path / "bill.csv").write_bytes(text.encode(encoding))
    rows = read_charges(tmp_path / "bill.csv", SHANGHAI).rows()
    assert rows == [
        ("A", at(1), Decimal("5.5000"), None, None),
        ("甲", at(9), Decimal("6.0000"), None, None),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("order_id,amount\nA,5\n", "bill.csv:1: the column 'charged_at' is missing"),
        ("order_id,charged_at,amount\nA,2026-11-10,5\nB,03/04/2026,5\n", "bill.csv:3: 'charged_at'"),
        ("order_id,charged_at,amount\nA,2026-11-10,five\n", "bill.csv:2: 'amount'"),
        ("order_id,charged_at,amount\n,2026-11-10,5\n", "bill.csv:2: 'order_id'"),
        ("", "no table can be read"),
    ],
)
def test_a_wrong_bill_is_told_with_its_line(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=reason):
        read_charges(tmp_path / "bill.csv", SHANGHAI)


def test_a_bill_that_is_not_there_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_charges(tmp_path / "bill.csv", SHANGHAI)
