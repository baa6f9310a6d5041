"""Given texts as broken exports leave them, every good row counts and no bad one is lost."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.files.scratch import HELD_LINES
from tests.ingest_files import PAYMENTS, FeedFolder, payment, payments


@pytest.fixture(params=[HELD_LINES, 0], ids=["held in memory", "held in a file"])
def feeds(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FeedFolder:
    monkeypatch.setattr("orderhealth_pipeline.ingest.text.stage_csv.HELD_LINES", request.param)
    return FeedFolder(tmp_path)


def ids(feeds: FeedFolder) -> list[str]:
    return [payment_id for (payment_id,) in feeds.rows("payment_id")]


def test_a_row_is_read_as_its_types_with_instants_in_the_zone_of_the_feed(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("P1")))
    feeds.load()
    assert feeds.rows("payment_id, paid_at, amount, status, updated_at") == [
        (
            "P1",
            datetime(2026, 11, 10, 12, tzinfo=UTC),
            Decimal("12.5000"),
            "succeeded",
            datetime(2026, 11, 10, 12, 0, 1, tzinfo=UTC),
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("is_compressed", [False, True])
def test_both_encodings_are_read(feeds: FeedFolder, encoding: str, is_compressed: bool) -> None:
    content = payments(payment("P1", method="支付宝"), payment("P2", method="微信，㐂")).encode(encoding)
    name = "payments.csv.gz" if is_compressed else "payments.csv"
    feeds.put(name, gzip.compress(content, mtime=0) if is_compressed else content)
    feeds.load()
    assert feeds.rows("method") == [("支付宝",), ("微信，㐂",)]
    assert feeds.rejected() == []


def test_a_line_in_neither_encoding_is_rejected_and_the_others_go_on(feeds: FeedFolder) -> None:
    lines = payments(payment("P1"), payment("P2", method="XX"), payment("P3")).encode()
    feeds.put("payments.csv", lines.replace(b"XX", b"\xff\xff\xe4\xb8"))
    feeds.load()
    assert ids(feeds) == ["P1", "P3"]
    ((file, line, reason),) = feeds.rejected()
    assert (file, line) == ("payments.csv", 3)
    assert reason == "a character is broken: it is neither UTF-8 nor GB18030"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_read(feeds: FeedFolder, encoding: str) -> None:
    content = payments(payment("P1", method="微信😀"), payment("P2", amount="x"))
    feeds.put("payments.csv", content.replace("\n", "\r\n").encode(encoding))
    feeds.load()
    assert feeds.rows("payment_id, method") == [("P1", "微信😀")]
    assert feeds.rejected("line, kind") == [(3, "unreadable_number")]


def test_half_a_character_of_utf_16_costs_its_line(feeds: FeedFolder) -> None:
    content = payments(payment("P1"), payment("P2", method="\ud83d"), payment("P3"))
    feeds.put("payments.csv", content.encode("utf-16", "surrogatepass") + b"x")
    feeds.load()
    assert ids(feeds) == ["P1", "P3"]
    assert feeds.rejected("line, kind") == [(3, "broken_character"), (5, "broken_character")]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(feeds: FeedFolder, line_break: str) -> None:
    lines = payments(payment("P1"), payment("P2", amount="x"), "", payment("P3"), "P4,short")
    feeds.put("payments.csv", lines.replace("\n", line_break))
    feeds.load()
    assert ids(feeds) == ["P1", "P3"]
    assert [(line, reason[:10]) for _, line, reason in feeds.rejected()] == [
        (3, "amount: no"),
        (6, "more or fe"),
    ]


def test_line_breaks_may_be_mixed(feeds: FeedFolder) -> None:
    lines = [
        PAYMENTS,
        payment("P1") + "\r",
        payment("P2"),
        payment("P3", method='"a\rb"'),
        payment("P4") + "\r",
    ]
    feeds.put("payments.csv", "\n".join(lines) + "\n")
    feeds.load()
    assert feeds.rows("payment_id, method")[2] == ("P3", "a b")
    assert ids(feeds) == ["P1", "P2", "P3", "P4"]


def test_quotes_and_line_breaks_in_remarks_are_kept_and_lines_still_counted(feeds: FeedFolder) -> None:
    feeds.put(
        "payments.csv",
        payments(
            payment("P1", method='"he said ""now""\n\nand left, then"'),
            payment("P2", amount="much"),
            "",
            payment("P3", method='5" pipe'),
            payment("P4", method='"open\n\n"', amount="x"),
            payment("P5", method='"two\nlines"') + ",extra",
            payment("P6", status=""),
        ),
    )
    feeds.load()
    assert feeds.rows("payment_id, method") == [
        ("P1", 'he said "now"\n\nand left, then'),
        ("P3", '5" pipe'),
    ]
    assert [line for _, line, _ in feeds.rejected()] == [5, 8, 11, 13]


def test_a_quote_that_is_never_closed_takes_no_other_row_with_it(feeds: FeedFolder) -> None:
    opened = [payment(f"P{number}", method='"open') for number in (2, 3, 5)]
    lines = [payment("P1"), *opened[:2], payment("P4", method='"x"'), opened[2]]
    feeds.put("payments.csv", payments(*lines, *(payment(f"P{number}") for number in range(6, 30))))
    feeds.load()
    assert ids(feeds) == ["P1", "P4", *(f"P{number}" for number in range(6, 30))]
    assert feeds.rejected("line, row ->> 'text'") == [(3, opened[0]), (4, opened[1]), (6, opened[2])]


@pytest.mark.parametrize("closed_by", ["", '"'], ids=["never closed", "closed by another"])
@pytest.mark.parametrize("rows", [300, 60_000], ids=["longer than the report", "longer than a piece"])
def test_an_open_quote_takes_no_row_with_it_however_many_follow(
    feeds: FeedFolder, rows: int, closed_by: str
) -> None:
    good = [payment(f"P{number}") for number in range(3, rows)]
    lines = [payment("P1"), payment("P2", method='"open'), *good, payment("Q1", method=f"{closed_by}open")]
    feeds.put("payments.csv", payments(*lines, payment("Q2")))
    feeds.load()
    bad = [(3, lines[1])] + [(rows + 1, lines[-1])] * bool(closed_by)
    assert feeds.rejected("line, row ->> 'text'") == bad
    assert len(ids(feeds)) == len(lines) + 1 - len(bad)


def test_an_open_quote_takes_no_row_with_it_where_more_follows_than_duckdb_holds(feeds: FeedFolder) -> None:
    good = [payment(f"P{number}", method="alipay" * 50) for number in range(3, 120_000)]
    lines = [payment("P1", method='"x"'), payment("P2", method='"open'), *good]
    feeds.put("payments.csv", payments(*lines))
    feeds.load()
    assert feeds.rejected("line, row ->> 'text'") == [(3, lines[1])]
    assert len(ids(feeds)) == len(lines) - 1


@pytest.mark.parametrize(("opened", "characters"), [(64, 2_000), (6, 6_000_000)])
def test_open_quotes_line_behind_line_cost_themselves_alone(
    feeds: FeedFolder, opened: int, characters: int
) -> None:
    bad = [payment(f"B{number}", method='"' + "o" * characters) for number in range(opened)]
    good = [payment(f"P{number}") for number in range(2, 100)]
    feeds.put("payments.csv", payments(payment("P1"), *bad, *good))
    feeds.load()
    assert len(ids(feeds)) == 99
    kinds = [(line, "broken_quotes") for line in range(3, 3 + opened)]
    assert feeds.rejected("line, kind") == kinds


def test_ragged_lines_are_rejected_with_their_text(feeds: FeedFolder) -> None:
    short, long = "P2,O1,2026-11-10", payment("P3") + ",1,2"
    feeds.put("payments.csv", payments(payment("P1"), short, long, payment("P4") + ","))
    feeds.load()
    assert ids(feeds) == ["P1", "P4"]
    assert feeds.rejected("line, row ->> 'text'") == [(3, short), (4, long)]


def test_a_half_written_last_line_is_rejected_and_read_when_it_is_whole(feeds: FeedFolder) -> None:
    whole = payments(payment("P1"), payment("P2"))
    feeds.put("payments.csv", whole[:-30])
    feeds.load()
    assert ids(feeds) == ["P1"]
    assert [line for _, line, _ in feeds.rejected()] == [3]
    feeds.put("payments.csv", whole)
    feeds.load()
    assert ids(feeds) == ["P1", "P2"]


def test_zeros_at_the_end_of_a_file_cut_short_are_no_row(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("P1")).encode() + b"\0" * 5000)
    feeds.load()
    assert ids(feeds) == ["P1"]
    assert [line for _, line, _ in feeds.rejected()] == [3]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("payments.csv", b"", "the file is empty"),
        ("payments.csv", b"\xef\xbb\xbf \n\n", "the file is empty"),
        ("payments.csv.gz", gzip.compress(b"", mtime=0), "the file is empty"),
        ("payments.csv.gz", gzip.compress(payments(payment("P1")).encode(), mtime=0)[:-9], "cut short"),
        ("payments.csv.gz", b"no gzip at all", "not packed with gzip"),
        ("payments.csv.gz", gzip.compress(b"x" * 9999, mtime=0)[:20] + b"\xff" * 9, "cut short"),
        ("payments.csv.gz", gzip.compress(b"x" * 9999, mtime=0)[:-8] + b"\xff" * 8, "damaged"),
        ("payments.parquet", b"PAR1 no parquet", "not a readable parquet file"),
        ("payments.xlsx", b"PK\x03\x04 no workbook", "not a readable xlsx file"),
        ("payments.csv", b"payment_id,order_id,amount\nP1,O1,1\n", "the column status is missing"),
        ("payments.csv", b"status,payment_id,Status \n1,2,3\n", "names a column twice: status"),
        ("payments.csv", b"\x00\x01\x02\x03", "none of its 1 columns"),
        (
            "payments.csv",
            ("导出时间：2026-11-10\n" + payments(payment("P1"))).encode(),
            "its header is line 2",
        ),
        ("payments.csv", ("账单\n,,\n\n" + payments(payment("P1"))).encode("gbk"), "its header is line 4"),
        ("payments.jsonl", b"\n\n", "no rows that name a column"),
        (
            "payments.jsonl",
            b'{\n "payment_id": "P1",\n "amount": 1\n}\n',
            "none of its lines is a JSON object",
        ),
    ],
)
def test_a_file_that_cannot_be_read_wipes_nothing_and_stops_no_other(
    feeds: FeedFolder, name: str, content: bytes, problem: str
) -> None:
    feeds.put("payments_0.csv", payments(payment("P0")))
    feeds.load()
    feeds.put(name, content)
    feeds.put("payments_z.csv", payments(payment("P9")))
    loaded = {file.file: file for file in feeds.load()}
    assert problem in (loaded[name].problem or "")
    assert ids(feeds) == ["P0", "P9"]
    before = feeds.tables()
    feeds.load()
    assert feeds.tables() == before


def test_a_file_overwritten_with_nothing_wipes_nothing(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("P1")))
    feeds.load()
    for content in ("", PAYMENTS + "\n", PAYMENTS[:20]):
        feeds.put("payments.csv", content)
        feeds.load()
        assert ids(feeds) == ["P1"]


def test_a_header_alone_is_a_feed_without_rows(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", PAYMENTS)
    (loaded,) = feeds.load()
    assert (loaded.rows, loaded.problem) == (0, None)
    assert feeds.query("select feed, rows from feeds.loads") == [("payments", 0)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_other_delimiters_are_recognised(feeds: FeedFolder, delimiter: str) -> None:
    feeds.put("payments.csv", payments(payment("P1")).replace(",", delimiter))
    feeds.load()
    assert ids(feeds) == ["P1"]


def test_the_header_may_be_spelled_otherwise_and_have_more_columns(feeds: FeedFolder) -> None:
    header = (
        '\n\n"Payment-ID", Order ID ,AMOUNT,Status,rowid,wrong_types,,,"a ""b"", c",record,source,note,note\n'
    )
    feeds.put(
        "payments.csv", header + "P1,O1,5,succeeded,7,8,9,9,9,9,9,9,9\nP2,O1,x,succeeded,7,8,9,9,9,9,9,9,n2\n"
    )
    feeds.load()
    assert feeds.rows("payment_id, amount, paid_at") == [("P1", 5, None)]
    assert feeds.rejected("line, row ->> 'rowid', row ->> 'note_13'") == [(5, "7", "n2")]
    assert feeds.query("select columns from feeds.loads") == [
        (["payment_id", "order_id", "amount", "status"],)
    ]


@pytest.mark.parametrize(
    "name", ["payments [1]*.csv", "payments'it''s \"so\".csv", "payments 支付？.csv", "payments{a,b}?.csv.gz"]
)
def test_a_file_name_may_hold_any_character(feeds: FeedFolder, name: str) -> None:
    content = payments(payment("P1"), payment("P2", amount="x")).encode()
    feeds.put(name, gzip.compress(content, mtime=0) if name.endswith("gz") else content)
    feeds.put("payments 1x.csv", payments(payment("other")))
    feeds.load()
    assert sorted(ids(feeds)) == ["P1", "other"]
    assert [(file, line) for file, line, _ in feeds.rejected()] == [(name, 3)]


def test_very_long_lines_are_read_and_those_beyond_all_measure_rejected(feeds: FeedFolder) -> None:
    long, endless = "好" * 1_000_000, "x" * 17_000_000
    feeds.put(
        "payments.csv",
        payments(
            payment("P1", method=long),
            payment("P2", method=endless),
            payment("P3"),
            payment("P4", amount="?"),
        ),
    )
    feeds.load()
    assert feeds.rows("payment_id, length(method)") == [("P1", 1_000_000), ("P3", 6)]
    assert [line for _, line, _ in feeds.rejected()] == [3, 5]


def test_a_file_that_cannot_be_opened_is_no_reason_to_stop(feeds: FeedFolder) -> None:
    gone = feeds.put("payments_1.csv", payments(payment("P1")))
    feeds.put("payments_2.csv", payments(payment("P2")))
    gone.unlink()
    gone.symlink_to(feeds.folder / "payments_2.csv")
    feeds.load()
    assert ids(feeds) == ["P2"]
