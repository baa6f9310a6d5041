"""Given JSON lines, Parquet files and workbooks, types of their own are read as the feed means them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from tests.ingest_files import FeedFolder

GOOD = {"payment_id": "P1", "order_id": "O1", "amount": 12.5, "status": "succeeded"}
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def put_json(feeds: FeedFolder, *lines: Any) -> None:
    feeds.put(
        "payments.jsonl", "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    )


def put_parquet(feeds: FeedFolder, **columns: list[Any] | pl.Series) -> None:
    frame = pl.DataFrame({**{name: [value] for name, value in GOOD.items()}, **columns})
    frame.write_parquet(feeds.folder / "payments.parquet")


def put_workbook(feeds: FeedFolder, name: str, rows: list[list[Any]], first_row: int = 0) -> None:
    with xlsxwriter.Workbook(feeds.folder / name, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows, start=first_row):
            sheet.write_row(number, 0, row)


def test_json_numbers_and_texts_are_the_same_value(feeds: FeedFolder) -> None:
    put_json(feeds, GOOD, GOOD | {"payment_id": 12345678901234567890, "amount": "12.50"})
    feeds.load()
    assert feeds.rows("payment_id, amount") == [
        ("P1", Decimal("12.5")),
        ("12345678901234567890", Decimal("12.5")),
    ]


def test_json_keys_may_be_spelled_otherwise_and_hold_anything(feeds: FeedFolder) -> None:
    put_json(
        feeds,
        {
            "Payment_ID": "P1",
            "ORDER_ID": "O1",
            "amount": 1,
            "status": "SUCCEEDED",
            'a"b.c$[0]': {"x": [1]},
            "": 1,
        },
        GOOD | {"payment_id": "P2", "rowid": 1, "record": 2},
    )
    feeds.load()
    assert feeds.rows("payment_id, status") == [("P1", "succeeded"), ("P2", "succeeded")]


def test_json_lines_that_are_no_objects_are_rejected_with_their_line(feeds: FeedFolder) -> None:
    put_json(
        feeds,
        GOOD,
        "",
        "[1]",
        "{half",
        '"text"',
        "null",
        '{"payment_id":"\0"}',
        GOOD | {"amount": "NaN"},
        "17",
    )
    feeds.load()
    assert feeds.rows("payment_id") == [("P1",)]
    assert [line for _, line, _ in feeds.rejected()] == [3, 4, 5, 6, 7, 8, 9]
    assert feeds.query("select row ->> 'amount' from rejected_rows where line = 8") == [("NaN",)]


@pytest.mark.parametrize("line_break", ["\r\n", "\n\n", "\n"])
def test_json_lines_may_end_in_any_way(feeds: FeedFolder, line_break: str) -> None:
    text = line_break.join(
        ["﻿" + json.dumps(GOOD), json.dumps(GOOD | {"payment_id": "P2", "amount": "x"}), ""]
    )
    feeds.put("payments.jsonl", text)
    feeds.load()
    assert feeds.rows("payment_id") == [("P1",)]
    assert [line for _, line, _ in feeds.rejected()] == [3 if line_break == "\n\n" else 2]


def test_json_in_gb18030_is_read_and_bytes_in_neither_encoding_are_rejected(feeds: FeedFolder) -> None:
    line = json.dumps(GOOD | {"method": "微信"}, ensure_ascii=False)
    feeds.put("payments_1.jsonl", line.encode("gb18030"))
    feeds.put("payments_2.jsonl", b'{"method":"\xff\xff"}\n\n' + line.replace("P1", "P2").encode() + b"\n{")
    feeds.load()
    assert feeds.rows("payment_id, method") == [("P1", "微信"), ("P2", "微信")]
    assert [(file, line) for file, line, _ in feeds.rejected()] == [
        ("payments_2.jsonl", 1),
        ("payments_2.jsonl", 4),
    ]


@pytest.mark.parametrize("value", [3, True, {"a": 1}, ["succeeded"], 1.5])
def test_a_status_of_the_wrong_type_is_rejected(feeds: FeedFolder, value: Any) -> None:
    put_json(feeds, GOOD | {"status": value}, GOOD | {"payment_id": "P2"})
    feeds.load()
    assert feeds.rows("payment_id") == [("P2",)]
    assert feeds.rejected("line, reason") == [(1, "wrong type: status")]


def test_a_status_in_no_vocabulary_is_kept_and_a_nested_value_rejected(feeds: FeedFolder) -> None:
    put_json(feeds, GOOD | {"status": "Teleported"}, GOOD | {"method": {"name": "alipay"}})
    feeds.load()
    assert feeds.rows("status") == [("Teleported",)]
    assert feeds.rejected("line, reason") == [(2, "wrong type: method")]


@pytest.mark.parametrize(
    ("paid_at", "expected"),
    [
        (pl.Series([datetime(2026, 11, 10, 20)]).dt.cast_time_unit("ms"), NOON),  # noqa: DTZ001 - without a zone
        (pl.Series([datetime(2026, 11, 10, 20)]).dt.cast_time_unit("ns"), NOON),  # noqa: DTZ001
        (
            pl.Series([datetime(2026, 11, 10, 9, tzinfo=timezone(timedelta(hours=-3)))]).dt.convert_time_zone(
                "UTC"
            ),
            NOON,
        ),
        (pl.Series([date(2026, 11, 10)]), datetime(2026, 11, 9, 16, tzinfo=UTC)),
        (pl.Series(["2026-11-10T20:00:00"]), NOON),
        (pl.Series(["2026-11-10T20:00:00"], dtype=pl.Categorical), NOON),
    ],
)
def test_every_kind_of_parquet_instant_is_read(
    feeds: FeedFolder, paid_at: pl.Series, expected: datetime
) -> None:
    put_parquet(feeds, paid_at=paid_at)
    feeds.load()
    assert feeds.rows("paid_at") == [(expected,)]
    assert feeds.rejected() == []


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (pl.Series([Decimal("19.9000")], dtype=pl.Decimal(10, 4)), Decimal("19.9")),
        (pl.Series([19.9 * 3]), Decimal("59.7")),
        (pl.Series([-7], dtype=pl.Int32), Decimal(-7)),
    ],
)
def test_every_kind_of_parquet_number_is_read(
    feeds: FeedFolder, amount: pl.Series, expected: Decimal
) -> None:
    put_parquet(feeds, amount=amount)
    feeds.load()
    assert feeds.rows("amount") == [(expected,)]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("amount", float("nan"), "amount: not a number"),
        ("amount", float("inf"), "amount: not a number"),
        ("amount", 1e30, "amount: more than anybody sells"),
        ("amount", None, "amount: required, but empty"),
        ("status", 3, "wrong type: status"),
        ("status", True, "wrong type: status"),
        ("order_id", 9007199254740992.0, "order_id: a spreadsheet shortened it to scientific notation"),
        ("order_id", pl.Series([16777216.0], dtype=pl.Float32), "order_id: a spreadsheet shortened it"),
        ("order_id", 1.2345678901234567e17, "order_id: a spreadsheet shortened it to scientific notation"),
        ("paid_at", 1762776000000, "paid_at: not an instant"),
        ("method", {"name": "alipay"}, "wrong type: method"),
    ],
)
def test_parquet_values_that_mean_nothing_are_rejected(
    feeds: FeedFolder, column: str, value: Any, reason: str
) -> None:
    put_parquet(feeds, **{column: value if isinstance(value, pl.Series) else [value]})
    feeds.load()
    ((line, found),) = feeds.rejected("line, reason")
    assert line == 1
    assert found.startswith(reason)


def test_identifiers_that_became_floats_beside_a_null_keep_their_digits(feeds: FeedFolder) -> None:
    put_parquet(feeds, order_id=[202611100001.0], payment_id=[b"P1"])
    feeds.load()
    assert feeds.rows("payment_id, order_id") == [("P1", "202611100001")]


@pytest.mark.parametrize(
    "order_id",
    [
        pl.Series([20263], dtype=pl.Decimal(38, 10)),
        pl.Series([20263.0]),
        pl.Series([20263.0], dtype=pl.Float32),
        pl.Series(["20263.0"]),
    ],
)
def test_a_whole_number_is_the_same_identifier_whatever_its_type(
    feeds: FeedFolder, order_id: pl.Series
) -> None:
    put_parquet(feeds, order_id=order_id)
    feeds.load()
    assert feeds.rows("order_id") == [("20263",)]


@pytest.mark.parametrize("amount", [20_000_000.0, 16_777_216.0, 9_999_998_976.0])
def test_an_amount_may_be_a_large_float(feeds: FeedFolder, amount: float) -> None:
    put_parquet(feeds, amount=pl.Series([amount], dtype=pl.Float32))
    feeds.load()
    assert feeds.rows("amount") == [(Decimal(amount),)]


def test_json_numbers_that_readers_round_are_no_identifiers(feeds: FeedFolder) -> None:
    put_json(
        feeds,
        *(
            json.dumps(GOOD).replace('"P1"', number)
            for number in (
                "2.02611e17",
                "2.02612E17",
                "20262.0",
                "9007199254740993.0",
                "20261110123456789012",
            )
        ),
    )
    feeds.load()
    assert feeds.rows("payment_id") == [("20262",), ("20261110123456789012",)]
    assert feeds.rejected("line, kind") == [(line, "digits_lost") for line in (1, 2, 4)]


def test_a_float_that_is_no_number_stops_no_other_row(feeds: FeedFolder) -> None:
    put_parquet(
        feeds,
        payment_id=["P1", "P2", "P3"],
        order_id=["O1"] * 3,
        amount=[1.5, float("nan"), 2.0],
        status=["succeeded"] * 3,
    )
    feeds.load()
    assert feeds.rows("payment_id, amount") == [("P1", Decimal("1.5")), ("P3", Decimal(2))]
    assert feeds.rejected("line") == [(2,)]


def test_a_parquet_file_with_a_damaged_page_wipes_nothing(feeds: FeedFolder) -> None:
    put_parquet(feeds)
    path = feeds.folder / "payments.parquet"
    content = bytearray(path.read_bytes())
    content[4:40] = b"\xff" * 36
    path.write_bytes(content)
    feeds.put("payments_2.jsonl", json.dumps(GOOD | {"payment_id": "P2"}))
    damaged, _ = feeds.load()
    assert "not a readable parquet file" in (damaged.problem or "")
    assert feeds.rows("payment_id") == [("P2",)]


def test_a_workbook_has_real_instants_numbers_and_rows_of_its_own(feeds: FeedFolder) -> None:
    header = ["Payment_ID", "order_id", "paid_at", "amount", "status"]
    put_workbook(
        feeds,
        "payments.xlsx",
        [
            header,
            ["P1", 202611100001, datetime(2026, 11, 10, 20, 0, 5), 19.9, "succeeded"],  # noqa: DTZ001
            [],
            ["P2", "0012", 46336.378472, 5, "succeeded"],
            ["P3", "0012", "2026/11/10 9:05", "1,200", "succeeded"],
            ["P4", "0012", "2026-11-10T20:00:00Z", "1200", "succeeded"],
        ],
        first_row=2,
    )
    feeds.load()
    assert feeds.rows("payment_id, order_id, paid_at, amount") == [
        ("P1", "202611100001", NOON + timedelta(seconds=5), Decimal("19.9")),
        ("P4", "0012", NOON + timedelta(hours=8), Decimal(1200)),
    ]
    assert [line for _, line, _ in feeds.rejected()] == [6, 7]


def test_a_birthday_in_a_workbook_is_a_day(feeds: FeedFolder) -> None:
    put_workbook(feeds, "customers.xlsx", [["buyer_id", "birthday"], ["B1", datetime(1992, 2, 29)]])  # noqa: DTZ001
    feeds.load("customers")
    assert feeds.rows("birthday", "customers") == [(date(1992, 2, 29),)]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [([], "the file is empty"), ([["status", "Status"], ["a", "b"]], "names a column twice: status")],
)
def test_a_workbook_without_a_usable_header_is_rejected(
    feeds: FeedFolder, rows: list[list[str]], problem: str
) -> None:
    put_workbook(feeds, "payments.xlsx", rows)
    (loaded,) = feeds.load()
    assert problem in (loaded.problem or "")


def test_an_identifier_that_a_spreadsheet_made_a_date_is_rejected(feeds: FeedFolder) -> None:
    header = [*GOOD]
    with xlsxwriter.Workbook(feeds.folder / "payments.xlsx") as book:
        sheet = book.add_worksheet()
        for number in range(5):
            sheet.write_row(number, 0, header if number == 0 else [f"P{number}", "O1", 1, "succeeded"])
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_number(1, 1, 46336, dated)
        sheet.write_number(2, 1, 20261110, dated)
        sheet.write_boolean(3, 1, boolean=True)
        sheet.write_string(4, 1, "2026-11-10 00:00:00")
    feeds.load()
    assert feeds.rows("payment_id, order_id") == [("P4", "2026-11-10 00:00:00")]
    reason = "order_id: the cell B{} holds a date or a truth value, where an identifier is expected"
    assert feeds.rejected("line, kind, reason") == [
        (line, "wrong_type", reason.format(line)) for line in (2, 3, 4)
    ]


def test_a_parquet_file_that_names_a_column_twice_is_not_read(feeds: FeedFolder) -> None:
    put_parquet(feeds, Amount=[2.0])
    (loaded,) = feeds.load()
    assert loaded.problem == "the header names a column twice: amount"
