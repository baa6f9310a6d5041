"""Given a text as a value, it is read as what it is, or its row is rejected: nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
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
        ("2026/1/5 8:03", "2026-01-05T00:03:00"),
        ("2026/01/05 08:03:07", "2026-01-05T00:03:07"),
        ("2026-1-5 8:3:7", "2026-01-05T00:03:07"),
        ("2026.01.05", "2026-01-04T16:00:00"),
        ("2026.1.5 20:00", "2026-01-05T12:00:00"),
        ("2026年1月5日 8:03", "2026-01-05T00:03:00"),
        ("2026年01月05日8时03分07秒", "2026-01-05T00:03:07"),
        ("2026年1月5日 星期一 下午 8:03", "2026-01-05T12:03:00"),
        ("2026/1/5 上午12:03:07", "2026-01-04T16:03:07"),
        ("2026/1/5 下午12:03", "2026-01-05T04:03:00"),
        ("2026-1-5 8:03:07 PM", "2026-01-05T12:03:07"),
        ("2026/1/5　8：03", "2026-01-05T00:03:00"),
        ("2026-11-10 20:00:00 +08:00", "2026-11-10T12:00:00"),
        ("2026-11-10 20:00:00 +0800", "2026-11-10T12:00:00"),
        ("2026-11-10 12:00:00 UTC", "2026-11-10T12:00:00"),
        ("2026-11-10 20:00:00+8", "2026-11-10T12:00:00"),
        ("20261110 200000", "2026-11-10T12:00:00"),
        ("20261110200000", "2026-11-10T12:00:00"),
        ("'2026-11-10 20:00:00", "2026-11-10T12:00:00"),
        ('="2026-11-10 20:00:00"', "2026-11-10T12:00:00"),
        ("2000-01-01 00:00:01", "1999-12-31T16:00:01"),
    ],
)
def test_instants_that_begin_with_the_year_are_read(feeds: FeedFolder, text: str, expected: str) -> None:
    feeds.put("payments.csv", payments(payment("P1", paid_at=text)))
    feeds.load()
    assert feeds.rows("paid_at") == [(utc(expected),)]


@pytest.mark.parametrize(
    "text",
    [
        "46336.378472",
        "2026/11-10 9:05",
        "2026/2/29 9:05",
        "2026-11-10 13:00 AM",
        "2026/11/10 晚上12:30",
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
    reason = "paid_at: not an instant such as 2026-11-10T20:00:00+08:00 or 2026/11/10 20:00"
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
        ("9999999999.9999", "9999999999.9999"),
        ("10000000000", "10000000000"),
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
        ({"amount": "1e30"}, "absurd_amount", "amount"),
        ({"amount": "-10000000001"}, "absurd_amount", "amount"),
        ({"amount": "10000000000.0001"}, "absurd_amount", "amount"),
        ({"amount": "10.11.2026"}, "unreadable_number", "amount"),
        ({"updated_at": "10.11.2026"}, "ambiguous_date", "updated_at"),
        ({"updated_at": "26-11-10"}, "ambiguous_date", "updated_at"),
        ({"order_id": "#N/A"}, "error_cell", "order_id"),
        ({"order_id": "########"}, "digits_lost", "order_id"),
        ({"payment_id": "'\u200b"}, "missing_value", "payment_id"),
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
    reason = f"{column}: a spreadsheet shortened it to scientific notation, or a program rounded it"
    assert feeds.rejected("line, reason") == [(2, reason)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('="A1"', "A1"),
        ('"=""A1"""', "A1"),
        ("'A1", "A1"),
        ("`A1", "A1"),
        ("\tA1\u200e", "A1"),
        ("A\u200b1\ufeff", "A1"),
        ("A\xad1\x00", "A1"),
        ('="\'00123"', "00123"),
        ("20261.0", "20261"),
        ("0020263.0000000000", "0020263"),
        ("'20261.0", "20261"),
        ("A1.0", "A1.0"),
        ("12.5", "12.5"),
        ("3e8", "3e8"),
        ("A 1'", "A 1'"),
        ("O#1+2=3", "O#1+2=3"),
    ],
)
@pytest.mark.parametrize("column", ["payment_id", "order_id"])
def test_what_protects_an_identifier_falls_off(
    feeds: FeedFolder, column: str, text: str, expected: str
) -> None:
    feeds.put("payments.csv", payments(payment("P1", **{column: text})))
    feeds.load()
    assert feeds.rows(column) == [(expected,)]


@pytest.mark.parametrize("text", ["2.02611E+17", "2,02611E+17", "2.02611e17", "20E+16", '="2.02611E+17"'])
def test_no_identifier_may_have_lost_its_digits_even_where_it_may_be_missing(
    feeds: FeedFolder, text: str
) -> None:
    header = "shipment_id,order_id,waybill_no\n"
    feeds.put("wms_shipments.csv", header + f'S1,O1,"{text.replace(chr(34), chr(34) * 2)}"\nS2,O1,\n')
    feeds.load("wms_shipments")
    assert feeds.rows("shipment_id, waybill_no", "wms_shipments") == [("S2", None)]
    assert feeds.rejected("line, kind, column_name") == [(2, "digits_lost", "waybill_no")]


@pytest.mark.parametrize("text", ["NULL", "null", r"\N", "None", "N/A", "-", " -- ", "'NULL", "无", "暂无"])
def test_a_word_for_nothing_is_no_identifier_that_many_records_share(feeds: FeedFolder, text: str) -> None:
    header = "shipment_id,order_id,waybill_no\n"
    feeds.put("wms_shipments.csv", header + f"S1,O1,{text}\nS2,{text},W2\nS3,NA,NO-3\n")
    feeds.load("wms_shipments")
    assert feeds.rows("shipment_id, order_id, waybill_no", "wms_shipments") == [
        ("S1", "O1", None),
        ("S3", "NA", "NO-3"),
    ]
    assert feeds.rejected("line, kind, column_name") == [(3, "missing_value", "order_id")]


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01 08:00:00",
        "1970-01-01T00:00:00Z",
        "1970/1/1 8:00",
        "1969-12-31 19:00:00-05:00",
        "0001-01-01T00:00:00",
        "1899-12-30",
        "1899-12-31 00:00:00",
        "1900-01-00",
        "2000-01-01 00:00:00",
        "2000-01-01 00:00:00.000",
        "2000-01-01T00:00:00+08:00",
        "2000/1/1",
        "1999-12-31T16:00:00Z",
        "946656000000",
        "0000-00-00 00:00:00",
        "0000-00-00",
        "0",
        "NULL",
        "-",
    ],
)
def test_what_systems_write_for_no_time_is_empty(feeds: FeedFolder, text: str) -> None:
    feeds.put("payments.csv", payments(payment("P1", paid_at=text), payment("P2")))
    feeds.put("erp_orders.csv", f"erp_id,order_id,synced_at,status\nE1,O1,{text},received\n")
    feeds.load()
    feeds.load("erp_orders")
    assert feeds.rows("payment_id, paid_at is null") == [("P1", True), ("P2", False)]
    assert feeds.rejected("feed, line, kind, reason") == [
        ("erp_orders", 2, "missing_value", "synced_at: required, but it says that there is none")
    ]


def test_a_birthday_may_be_the_first_day_of_computers(feeds: FeedFolder) -> None:
    days = ["1970-01-01", "0000-00-00", "1899-12-30", "1992/2/29", "1992年2月9日", "1992-02-29 00:00:00"]
    lines = [f"B{number},{day}" for number, day in enumerate(days)]
    feeds.put("customers.csv", "\n".join(["buyer_id,birthday", *lines, "B9,1992-02-30"]))
    feeds.load("customers")
    leap_day = date(1992, 2, 29)
    assert [day for (day,) in feeds.rows("birthday", "customers")] == [
        *(date(1970, 1, 1), None, None),
        *(leap_day, date(1992, 2, 9), leap_day),
    ]
    assert feeds.rejected("line, kind") == [(8, "unreadable_day")]


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
