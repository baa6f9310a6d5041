"""The cells of one sheet of a spreadsheet, as texts, and those that cannot be read as such.

What belongs here: what a cell holds. What does not: which sheets are read, and what becomes of their rows
(stage_xlsx.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import fastexcel
import polars as pl

from orderhealth_pipeline.ingest.staged import Wanted, clean_header
from orderhealth_pipeline.ingest.text.table_place import joined_header, table_of

_EXACT: Final = 2**53
"""Numbers of a spreadsheet are floats: from here on two different ones look the same."""

_LONG_NUMBER: Final = r"^-?\d{16,}$"
_LONGEST_WRITTEN: Final = 1e38
"""Of longer ones the digits are not looked at."""

_DATE_OR_TRUTH: Final = r"^(true|false|[+-]?\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d)"
_LOST: Final = ("digits_lost", "a number whose last digits the spreadsheet has lost")
_NO_IDENTIFIER: Final = ("wrong_type", "a date or a truth value, where an identifier is expected")
_NO_STATUS: Final = ("wrong_type", "a number or a truth value, where a word is expected")
_NO_WORD: Final = r"^(true|false|-?[\d.]+)$"
_ERRORS: Final = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


_BAD_CELLS: Final = pl.Schema(
    {"record": pl.UInt32(), "column": pl.Int64(), "kind": pl.String(), "found": pl.String()}
)
"""Cells that cannot be read as they are: where they are, counted from 0, and what they hold."""


@dataclass(frozen=True)
class SheetCells:
    """One sheet: its cells as texts under the names c0, c1, ... with `record`, the row in the sheet from 0.

    `header` are the names of its first row that is not empty; rows without any value are left out. It
    `has_rows` where there is more than one row, wherever its header is.
    """

    name: str
    is_visible: bool
    rows: pl.DataFrame
    bad_cells: pl.DataFrame
    header: tuple[str, ...] = ()
    has_rows: bool = False


def read_sheet(book: fastexcel.ExcelReader, name: str) -> SheetCells:
    """Read a sheet, all its cells as texts."""
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    is_visible = sheet.visible == "visible"
    if sheet.width == 0 or sheet.height == 0:
        return SheetCells(name, is_visible, pl.DataFrame(schema={"record": pl.UInt32()}), _no_cells())
    batch, problems = sheet.to_arrow_with_errors()
    frame = pl.DataFrame(pl.from_arrow(batch))
    rows = frame.rename(dict(zip(frame.columns, _numbered(frame.width), strict=True))).with_row_index(
        "record"
    )
    found = [] if problems is None else problems.errors
    cells = [(*error.position, "error_cell", _error_word(error.detail)) for error in found]
    bad_cells = pl.DataFrame(cells, schema=_BAD_CELLS, orient="row")
    rows = _with_values(rows, bad_cells)
    return SheetCells(name, is_visible, rows, bad_cells, has_rows=rows.height > 1)


def _no_cells() -> pl.DataFrame:
    return pl.DataFrame(schema=_BAD_CELLS)


def _with_values(rows: pl.DataFrame, bad_cells: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(
        pl.any_horizontal(pl.exclude("record").is_not_null())
        | pl.col("record").is_in(bad_cells["record"].implode())
    )


def _error_word(detail: str) -> str:
    """Return what a person sees in the cell: `Expected string but got 'Error(Div0)'` is #DIV/0!."""
    return _ERRORS.get(detail.rpartition("Error(")[2].partition(")")[0], "#ERROR!")


def _numbered(width: int) -> list[str]:
    return [f"c{number}" for number in range(width)]


def with_header(sheet: SheetCells, wanted: Wanted) -> SheetCells:
    """Take the header off. Columns to the right of its last name hold nothing that anybody looks for."""
    table = table_of(sheet.rows, wanted.place)
    if table.is_empty():
        return sheet
    lines = wanted.place.header_lines
    first, *more = ([cell or "" for cell in row] for row in table.head(lines).drop("record").rows())
    first = list(joined_header(first, more[0])) if more else first
    width = max((number for number, name in enumerate(first, 1) if name.strip()), default=0)
    if width == 0:
        return sheet
    header = clean_header(first[:width], wanted.known)
    bad_cells = sheet.bad_cells.filter(pl.col("column") < width)
    rows = _with_values(table.slice(lines).select("record", *_numbered(width)), bad_cells)
    return replace(sheet, rows=rows, bad_cells=bad_cells, header=tuple(header))


def with_types(book: fastexcel.ExcelReader, sheet: SheetCells, wanted: Wanted) -> SheetCells:
    """Find identifiers that are numbers beyond the exact range or dates, and statuses that are no words.

    Numbers come as their digits, like texts of digits, and true as a word. So a value that only a text can be
    is a text, and of columns with others the sheet is asked again which of their cells are texts.
    """
    conditions = [
        (number, *found, condition(number))
        for number, name in enumerate(sheet.header)
        for columns, found, condition in (
            (wanted.identifiers, _LOST, _is_float_beyond),
            (wanted.undated, _NO_IDENTIFIER, _is_no_identifier),
            (wanted.statuses, _NO_STATUS, _is_no_word),
        )
        if name in columns
    ]
    suspected = sheet.rows.select(
        condition.any().alias(f"{place}") for place, (*_, condition) in enumerate(conditions)
    )
    conditions = [each for place, each in enumerate(conditions) if suspected[f"{place}"].item()]
    asked = sorted({number for number, *_ in conditions})
    if not asked:
        return sheet
    known = sheet.rows.join(
        _are_texts(book, sheet.name, asked).with_row_index("record"), on="record", maintain_order="left"
    )
    bad_cells = [
        known.filter(condition & ~pl.col(f"is_text_{number}")).select(
            "record",
            column=pl.lit(number, pl.Int64),
            kind=pl.lit(kind),
            found=pl.lit(found),
        )
        for number, kind, found, condition in conditions
    ]
    return replace(sheet, bad_cells=pl.concat([sheet.bad_cells, *bad_cells]))


def _are_texts(book: fastexcel.ExcelReader, sheet: str, columns: list[int]) -> pl.DataFrame:
    """Tell of the cells of some columns which are texts: a number is a truth value too, a date a duration."""
    truths, dates = (
        book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=kind, use_columns=columns)
        .to_polars()
        .select(pl.nth(place).is_null().alias(f"is_text_{number}") for place, number in enumerate(columns))
        for kind in ("boolean", "duration")
    )
    return truths.select(pl.col(name) & dates[name] for name in truths.columns)


def _is_float_beyond(number: int) -> pl.Expr:
    """Say of a text whether it is how a float from 2^53 on is written out."""
    text = pl.col(f"c{number}")
    value = text.cast(pl.Float64, strict=False)
    is_written_so = value.cast(pl.Int128, strict=False).cast(pl.String) == text
    is_beyond = (value.abs() >= _EXACT) & (is_written_so | (value.abs() >= _LONGEST_WRITTEN))
    return (text.str.contains(_LONG_NUMBER) & is_beyond).fill_null(value=False)


def _is_no_word(number: int) -> pl.Expr:
    return pl.col(f"c{number}").str.contains(_NO_WORD).fill_null(value=False)


def _is_no_identifier(number: int) -> pl.Expr:
    return pl.col(f"c{number}").str.contains(_DATE_OR_TRUTH).fill_null(value=False)
