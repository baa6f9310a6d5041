"""Given a text as a value, it is read as what it is, or its row is rejected: nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.ingest.rejection_kinds import require_known
from tests.ingest_files import FeedFolder, payment, payments

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-10T20:00:00+08:00", "2026-11-10T12:00:00"),
        ("2026-11-10 20:00:00", "2026-11-10T12:00:00"),
        ("2026-11-10T20:00", "2026-11-10T12:00:00"),
        ("2026-11-10", "2026-11-09T16:00:00"),
        ("2026-11-10T00:00:00", "2026-11-09T16:00:00"),
        ("2026-11-10T12:00:00Z", "2026-11-10T12:00:00"),
        ("2026-11-10T12:00:00-0330", "2026-11-10T15:30:00"),
        ("2026-11-10T12:00:00+14", "2026-11-09T22:00:00"),
        ("2026-11-10T20:00:00.1234567", "2026-11-10T12:00:00.123456"),
        ('"2026-11-10T20:00:00,5"', "2026-11-10T12:00:00.500000"),
        ("20261110T200000+0800", "2026-11-10T12:00:00"),
        ("20261110T200000", "2026-11-10T12:00:00"),
        ("2028-02-29T08:00:00", "2028-02-29T00:00:00"),
        ("　2026-11-10T20:00:00\t", "2026-11-10T12:00:00"),
        ("9999-12-29 08:00:00", "9999-12-29T00:00:00"),
    ],
)
def test_iso_8601_is_read(feeds: FeedFolder, text: str, expected: str) -> None:
    feeds.put("payments.csv", payments(payment("P1", paid_at=text)))
    feeds.load()
    assert feeds.rows("paid_at") == [(utc(expected),)]


@pytest.mark.parametrize(
    "text",
    [
        "2026/11/10 9:05",
        "46336.378472",
        "10.11.2026",
        "2026-11-10 9:05",
        "2026-11-10T24:00:00",
        "2026-11-10T23:59:60",
        "2026-02-29",
        "2026-13-01",
        "2026-11-10T20:00:00+99:00",
        "2026-11-10T20:00:00+08:00:00",
        "20261110",
        "1762776000",
        "now",
        "infinity",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59",
        "2026-11-10T20",
        "2026-11-10T20:00:00 Asia/Shanghai",
        "昨天",
    ],
)
def test_anything_else_is_no_instant(feeds: FeedFolder, text: str) -> None:
    feeds.put("payments.csv", payments(payment("P1", paid_at=text), payment("P2")))
    feeds.load()
    assert feeds.rows("payment_id") == [("P2",)]
    reason = "paid_at: not an ISO 8601 instant such as 2026-11-10T20:00:00+08:00"
    assert feeds.rejected() == [("payments.csv", 2, reason)]
    assert feeds.query("select row ->> 'paid_at' from rejected_rows") == [(text,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-11-04T00:30:00", "2018-11-04T03:30:00"),
        ("2018-11-03T23:59:59", "2018-11-04T02:59:59"),
        ("2018-11-04T01:00:00", "2018-11-04T03:00:00"),
        ("2018-02-17T23:30:00", "2018-02-18T02:30:00"),
        ("2018-02-17T23:30:00-02:00", "2018-02-18T01:30:00"),
    ],
)
def test_local_times_that_are_missing_or_twice_survive(feeds: FeedFolder, text: str, expected: str) -> None:
    """In São Paulo 2018-11-04 began at 01:00, and 2018-02-17 had its last hour twice."""
    feeds.put("payments.csv", payments(payment("P1", paid_at=text)))
    feeds.load(zone=SAO_PAULO)
    assert feeds.rows("paid_at") == [(utc(expected),)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", "12"),
        ("-0.5", "-0.5"),
        ("+3.", "3"),
        (".25", "0.25"),
        ("1.5e3", "1500"),
        ("0.10004", "0.1"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("\xa012.5 ", "12.5"),
    ],
)
def test_numbers_are_read_exactly(feeds: FeedFolder, text: str, expected: str) -> None:
    feeds.put("payments.csv", payments(payment("P1", amount=text)))
    feeds.load()
    assert feeds.rows("amount") == [(Decimal(expected),)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        '"1,234.50"',
        "¥12",
        "NaN",
        "inf",
        "-Infinity",
        "1e30",
        "99999999999999999",
        "１２",
        "0x1F",
        "1 2",
    ],
)
def test_anything_else_is_no_number(feeds: FeedFolder, text: str) -> None:
    feeds.put("payments.csv", payments(payment("P1", amount=text), payment("P2")))
    feeds.load()
    assert feeds.rows("payment_id") == [("P2",)]
    ((line, reason),) = feeds.rejected("line, reason")
    assert line == 2
    assert (
        reason == "amount: required, but empty" if text == "" else reason.startswith("amount: not a number")
    )


@pytest.mark.parametrize(
    ("values", "kind", "column"),
    [
        ({"amount": ""}, "missing_value", "amount"),
        ({"paid_at": "昨天"}, "unreadable_instant", "paid_at"),
        ({"updated_at": "03/04/2026 9:05"}, "ambiguous_date", "updated_at"),
        ({"amount": "x"}, "unreadable_number", "amount"),
        ({"amount": "9" * 16}, "absurd_amount", "amount"),
        ({"order_id": "1e+20"}, "digits_lost", "order_id"),
        ({"amount": "x", "paid_at": "昨天"}, "unreadable_instant", "paid_at"),
    ],
)
def test_every_reason_has_a_kind_and_the_first_column_it_is_about(
    feeds: FeedFolder, values: dict[str, str], kind: str, column: str
) -> None:
    feeds.put("payments.csv", payments(payment("P1", **values)))
    feeds.load()
    assert feeds.rejected("kind, column_name") == [(kind, column)]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("payment_id,order_id,amount\nP1,O1,1\n", "missing_column"),
        ("P1,王小明,13812345678\n", "no_header"),
        (payments("P1,O1"), "wrong_field_count"),
        (payments('P1,"O1,2026'), "broken_quotes"),
    ],
)
def test_lines_and_files_have_a_kind_of_reason_without_their_contents(
    feeds: FeedFolder, content: str, kind: str
) -> None:
    feeds.put("payments.csv", content)
    feeds.load()
    ((found, column, reason),) = feeds.rejected("kind, column_name, reason")
    assert (found, column) == (kind, None)
    assert not any(value in reason for value in ("P1", "王小明", "13812345678", "2026"))


def test_no_row_is_rejected_for_a_reason_that_nobody_could_be_told() -> None:
    with pytest.raises(ValueError, match="bad_mood"):
        require_known(["missing_value", "bad_mood"])


@pytest.mark.parametrize(("column", "text"), [("payment_id", "2.02611E+17"), ("order_id", "1e+20")])
def test_an_identifier_in_scientific_notation_has_lost_its_digits(
    feeds: FeedFolder, column: str, text: str
) -> None:
    feeds.put("payments.csv", payments(payment("P1", **{column: text})))
    feeds.load()
    assert feeds.rows("payment_id") == []
    reason = f"{column}: a spreadsheet shortened it to scientific notation"
    assert feeds.rejected("line, reason") == [(2, reason)]


def test_a_phone_in_scientific_notation_is_kept_as_it_came(feeds: FeedFolder) -> None:
    header = "order_id,buyer_id,placed_at,status,amount,phone,street\n"
    feeds.put("storefront_orders.csv", header + "O1,B1,2026-11-10,paid,5,1.38123E+10,\n")
    feeds.load("storefront_orders")
    assert feeds.rows("phone, street", "storefront_orders") == [("1.38123E+10", None)]


def test_every_required_value_that_is_missing_is_named(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(",  ,,?,,　,"))
    feeds.load()
    ((reason,),) = feeds.rejected("reason")
    assert reason == (
        "payment_id: required, but empty; order_id: required, but empty; "
        "status: required, but empty; amount: not a number"
    )


def test_an_unknown_status_is_kept_and_a_known_one_is_spelled_as_the_vocabulary(feeds: FeedFolder) -> None:
    feeds.put(
        "payments.csv", payments(payment("P1", status="SUCCEEDED "), payment("P2", status="TRADE_Success"))
    )
    feeds.load()
    assert feeds.rows("status") == [("succeeded",), ("TRADE_Success",)]
