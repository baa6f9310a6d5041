"""Spreadsheets as people and exporters make them: every cell is read as it is, or rejected with its place."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

from tests.ingest_files import FeedFolder

HEADER = ["payment_id", "order_id", "paid_at", "amount", "method", "status"]
GOOD: list[Any] = ["P1", "O1", "2026-11-10 20:00:00", 12.5, "alipay", "succeeded"]


def rows_with(**cells: Any) -> list[list[Any]]:
    """A sheet with one row, some of whose cells are others."""
    return [HEADER, [cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]]


class Error(str):
    """An error that a formula came to."""

    __slots__ = ()


def write(
    path: Path,
    sheets: dict[str, list[list[Any]]],
    *,
    hidden: tuple[str, ...] = (),
    at: tuple[int, int] = (0, 0),
    **options: Any,
) -> None:
    """Write sheets of rows, whose first cell is at a row and column."""
    book = xlsxwriter.Workbook(str(path), options)
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows, at[0]):
            for column, value in enumerate(row, at[1]):
                match value:
                    case Error():
                        sheet.write_formula(number, column, "=1/0", None, value)
                    case datetime():
                        sheet.write_datetime(number, column, value, instant)
                    case None:
                        pass
                    case str():
                        sheet.write_string(number, column, value)
                    case _:
                        sheet.write(number, column, value)
        if name in hidden:
            sheet.hide()
    shown = [sheet for sheet in book.worksheets() if sheet.get_name() not in hidden]
    shown[0].activate()
    shown[0].set_first_sheet()
    book.close()


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def load(feeds: FeedFolder, sheets: dict[str, list[list[Any]]], **options: Any) -> None:
    write(feeds.folder / "payments.xlsx", sheets, **options)
    (loaded,) = feeds.load()
    assert loaded.rows == loaded.new_rows + loaded.rejected_rows


@pytest.mark.parametrize("column", ["payment_id", "order_id"])
@pytest.mark.parametrize("number", [2**53, 1234567890123456789, -(2**60), 1e22, 10**40, 20261110123456789])
def test_identifiers_beyond_the_exact_range_are_rejected(
    feeds: FeedFolder, column: str, number: float
) -> None:
    load(feeds, {"s": rows_with(**{column: number})})
    assert feeds.rejected("line, kind, column_name") == [(2, "digits_lost", column)]
    assert feeds.rows("1") == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**53 - 1, "9007199254740991"),
        (123.0, "123"),
        ("1234567890123456789", "1234567890123456789"),
        # How the float beside it is written: as a text it has all its digits.
        ("1234567890123457024", "1234567890123457024"),
        ("9007199254740992", "9007199254740992"),
        ("00123", "00123"),
    ],
)
def test_other_identifiers_are_read_to_the_last_digit(feeds: FeedFolder, value: Any, text: str) -> None:
    load(feeds, {"s": rows_with(payment_id=value)})
    assert feeds.rejected() == []
    assert feeds.rows("payment_id") == [(text,)]


def test_texts_and_numbers_of_one_column_are_told_apart(feeds: FeedFolder) -> None:
    same = "1234567890123457024"
    load(feeds, {"s": [HEADER, [same, *GOOD[1:]], [int(same), *GOOD[1:]], ["P3", *GOOD[1:]]]})
    assert feeds.rows("payment_id") == [(same,), ("P3",)]
    assert feeds.rejected("line, kind") == [(3, "digits_lost")]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
@pytest.mark.parametrize("column", ["payment_id", "order_id", "paid_at", "amount", "status"])
def test_an_error_where_a_value_is_typed_rejects_the_row_and_names_the_cell(
    feeds: FeedFolder, column: str, error: str
) -> None:
    load(feeds, {"s": rows_with(**{column: Error(error)})})
    letter = "ABCDEF"[HEADER.index(column)]
    assert feeds.rejected("line, kind, column_name, reason") == [
        (2, "error_cell", column, f"{column}: the cell {letter}2 holds {error}")
    ]


def test_an_error_in_a_text_is_its_text(feeds: FeedFolder) -> None:
    load(feeds, {"s": rows_with(method=Error("#NAME?"))})
    assert feeds.rows("method") == [("#NAME?",)]


def test_cells_are_named_as_people_see_them_below_empty_rows_and_beside_empty_columns(
    feeds: FeedFolder,
) -> None:
    load(feeds, {"s": rows_with(amount=Error("#N/A"))}, at=(3, 2))
    assert feeds.rejected("line, reason") == [(5, "amount: the cell F5 holds #N/A")]


def test_a_row_of_nothing_but_errors_is_a_row(feeds: FeedFolder) -> None:
    load(feeds, {"s": [HEADER, [Error("#REF!")] * 6, GOOD]})
    assert feeds.rejected("line, kind") == [(2, "error_cell")]
    assert feeds.rows("payment_id") == [("P1",)]


@pytest.mark.parametrize("value", [1, 0, True, False, 2.5])
def test_a_status_that_is_no_word_is_of_the_wrong_type(feeds: FeedFolder, value: Any) -> None:
    load(feeds, {"s": [HEADER, [*GOOD[:5], value], ["P2", *GOOD[1:5], "1"]]})
    assert feeds.rejected("line, kind, column_name") == [(2, "wrong_type", "status")]
    assert feeds.rows("status") == [("1",)]


@pytest.mark.parametrize("is_1904", [False, True])
@pytest.mark.parametrize("second", range(0, 60, 7))
def test_instants_are_read_to_the_second(feeds: FeedFolder, second: int, *, is_1904: bool) -> None:
    at = datetime(2026, 11, 10, 20, 59, second)  # noqa: DTZ001 - a cell has no zone
    load(feeds, {"s": rows_with(paid_at=at)}, date_1904=is_1904)
    assert feeds.rows("paid_at") == [(datetime(2026, 11, 10, 12, 59, second, tzinfo=UTC),)]


def test_all_sheets_with_the_header_are_read_whatever_the_order_of_their_columns(feeds: FeedFolder) -> None:
    second: list[list[Any]] = [HEADER, ["P2", *GOOD[1:]]]
    turned = [row[::-1] for row in second]
    load(
        feeds, {"Result": [HEADER, GOOD], "说明": [["导出说明"], ["2026"]], "Result (2)": turned, "empty": []}
    )
    assert feeds.rows("payment_id, method") == [("P1", "alipay"), ("P2", "alipay")]


def test_rejections_name_the_sheet_where_there_are_several(feeds: FeedFolder) -> None:
    bad: list[list[Any]] = [HEADER, ["P3", "O1", "nonsense", 1, "a", "succeeded"]]
    load(feeds, {"one": [HEADER, GOOD, *bad[1:]], "two": bad})
    assert [(line, reason.split(":")[0]) for line, reason in feeds.rejected("line, reason")] == [
        (2, "sheet 'two'"),
        (3, "sheet 'one'"),
    ]


def test_a_hidden_sheet_is_read_only_where_no_visible_one_has_the_header(
    feeds: FeedFolder, caplog: pytest.LogCaptureFixture
) -> None:
    load(feeds, {"cache": [HEADER, GOOD], "rows": [HEADER, ["P2", *GOOD[1:]]]}, hidden=("cache",))
    assert feeds.rows("payment_id") == [("P2",)]
    assert "the sheet 'cache' was not read: it is hidden" in caplog.text
    write(feeds.folder / "payments_2.xlsx", {"x": [["a"], [1]], "rows": [HEADER, GOOD]}, hidden=("rows",))
    feeds.load()
    assert feeds.rows("payment_id") == [("P2",), ("P1",)]


def test_a_stray_cell_far_to_the_right_costs_nothing(feeds: FeedFolder) -> None:
    load(feeds, {"s": [HEADER, GOOD, [*([None] * 16_383), "stray"]]})
    assert feeds.rows("payment_id") == [("P1",)]


def cells(*places: str, value: str = "1") -> str:
    return "".join(
        f'<row r="{place.lstrip("ABCDEFX")}"><c r="{place}"><v>{value}</v></c></row>' for place in places
    )


def packed(path: Path, sheet: str, **others: str | bytes) -> None:
    """Make a spreadsheet by hand, with what is between the tags of its data."""
    write(path, {"s": [HEADER, GOOD]})
    with zipfile.ZipFile(path) as source:
        parts: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    rows = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{"ABCDEF"[column]}{number}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'
            for column, value in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate((HEADER, GOOD), 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/worksheets/sheet1.xml"] = (
        f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{rows}{sheet}</sheetData></worksheet>'
    )
    parts |= others
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)


@pytest.mark.parametrize("place", ["XFD1048576", "F99999999", "XFD9999"])
def test_a_stray_cell_that_makes_a_sheet_too_large_is_named(feeds: FeedFolder, place: str) -> None:
    packed(feeds.folder / "payments.xlsx", cells(place))
    feeds.put("payments_2.csv", "payment_id,order_id,amount,status\nP2,O1,1,succeeded\n")
    feeds.load()
    ((kind, reason),) = feeds.rejected("kind, reason")
    assert kind == "too_large"
    assert place in reason
    assert feeds.rows("payment_id") == [("P2",)]


@pytest.mark.parametrize(
    ("part", "size"),
    [("xl/worksheets/sheet1.xml", 1100), ("xl/sharedStrings.xml", 300), ("xl/styles.xml", 40)],
)
def test_what_unpacks_to_too_much_is_not_unpacked(feeds: FeedFolder, part: str, size: int) -> None:
    path = feeds.folder / "payments.xlsx"
    packed(path, "")
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist() if name != part}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
        with target.open(part, "w", force_zip64=True) as stream:
            for _ in range(size):
                stream.write(bytes(1 << 20))
    (loaded,) = feeds.load()
    assert loaded.problem is not None
    assert feeds.rejected("kind") == [("too_large",)]


def test_a_text_that_too_many_cells_name_is_not_written_out(feeds: FeedFolder) -> None:
    text = "x" * (1 << 20)
    named = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(3, 1003))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f'<?xml version="1.0"?><sst xmlns="{main}"><si><t>{text}</t></si></sst>'
    packed(feeds.folder / "payments.xlsx", named, **{"xl/sharedStrings.xml": shared})
    feeds.load()
    assert feeds.rejected("kind") == [("too_large",)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "an old .xls, or locked with a password"),
        (b"PK\x03\x04" + bytes(100), "not a readable xlsx file"),
        (b"payment_id,order_id\n", "not a readable xlsx file"),
    ],
)
def test_what_is_no_spreadsheet_is_said_to_be_none(feeds: FeedFolder, content: bytes, said: str) -> None:
    feeds.put("payments.xlsx", content)
    (loaded,) = feeds.load()
    assert loaded.problem is not None
    assert said in loaded.problem
    assert feeds.rejected("kind") == [("unreadable_file",)]


def test_a_size_that_the_file_only_claims_shows(feeds: FeedFolder) -> None:
    path = feeds.folder / "payments.xlsx"
    packed(path, cells("A3") * 2000)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as source:
        size = source.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(whole.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little")))
    feeds.load()
    assert feeds.rejected("kind") == [("unreadable_file",)]


def test_identifiers_have_the_zeros_that_people_see_before_them(feeds: FeedFolder) -> None:
    with xlsxwriter.Workbook(str(feeds.folder / "payments.xlsx")) as book:
        zeros, other = book.add_format({"num_format": "000000"}), book.add_format({"num_format": "0.00"})
        for name, row, column in (("first", 0, 0), ("second", 3, 2)):
            sheet = book.add_worksheet(name)
            sheet.write_row(row, column, ["payment_id", "order_id", "amount", "status"])
            for number in range(2):
                sheet.write_number(row + 1 + number, column, 7 + number + 10 * column, zeros)
                sheet.write_number(row + 1 + number, column + 1, 7 + number, other)
                sheet.write_number(row + 1 + number, column + 2, 5, zeros)
                sheet.write_string(row + 1 + number, column + 3, "succeeded")
        book.add_worksheet("third").write_row(0, 0, ["payment_id", "order_id", "amount", "status"])
        book.get_worksheet_by_name("third").write_row(1, 0, ["12", 1234567, 5, "succeeded"], zeros)
    feeds.load()
    assert feeds.rows("payment_id, order_id, amount") == [
        ("000007", "7", 5),
        ("000008", "8", 5),
        ("000027", "7", 5),
        ("000028", "8", 5),
        ("12", "1234567", 5),
    ]
