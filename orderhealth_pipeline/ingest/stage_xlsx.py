"""A spreadsheet into `staged`: all its sheets that have the feed's header, as texts.

What belongs here: choosing sheets, and what cells hold that a text file cannot. What does not: how large a
spreadsheet may be (xlsx_bounds.py), and types (typing.py).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
import fastexcel
import polars as pl

from orderhealth_pipeline.ingest.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, Sheet, Staged, Wanted, clean_header
from orderhealth_pipeline.ingest.xlsx_bounds import column_letters, require_bounded
from orderhealth_pipeline.statements import statement

_LOG: Final = logging.getLogger(__name__)
_EXACT: Final = 2**53
"""Numbers of a spreadsheet are floats: from here on two different ones look the same."""

_LONG_NUMBER: Final = r"^-?\d{16,}$"
_LONGEST_WRITTEN: Final = 1e38
"""Of longer ones the digits are not looked at."""

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
class _Read:
    """One sheet: its cells as texts under the names c0, c1, ... with `record`, the row in the sheet from 0.

    `header` are the names of its first row that is not empty; rows without any value are left out.
    """

    name: str
    is_visible: bool
    rows: pl.DataFrame
    bad_cells: pl.DataFrame
    header: tuple[str, ...] = ()


def stage_xlsx(con: duckdb.DuckDBPyConnection, path: Path, wanted: Wanted) -> Staged:
    """Read all sheets with the header; a record's number is its row, counted on from sheet to sheet."""
    first_column = require_bounded(path)
    try:
        book = fastexcel.read_excel(path)
        sheets = [_named(_read_sheet(book, name), wanted) for name in book.sheet_names]
        chosen = _chosen([sheet for sheet in sheets if sheet.header], wanted)
        _tell_others(path, sheets, chosen, wanted)
        return _stage(con, [_with_types(book, sheet, wanted) for sheet in chosen], wanted, first_column)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError) as error:
        first_line = str(error).strip().split("\n", 1)[0]
        raise UnreadableFileError(f"not a readable xlsx file ({first_line})") from error


def _read_sheet(book: fastexcel.ExcelReader, name: str) -> _Read:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    is_visible = sheet.visible == "visible"
    if sheet.width == 0 or sheet.height == 0:
        return _Read(name, is_visible, pl.DataFrame(schema={"record": pl.UInt32()}), _no_cells())
    batch, problems = sheet.to_arrow_with_errors()
    frame = pl.DataFrame(pl.from_arrow(batch))
    rows = frame.rename(dict(zip(frame.columns, _numbered(frame.width), strict=True))).with_row_index(
        "record"
    )
    found = [] if problems is None else problems.errors
    cells = [(*error.position, "error_cell", _error_word(error.detail)) for error in found]
    bad_cells = pl.DataFrame(cells, schema=_BAD_CELLS, orient="row")
    return _Read(name, is_visible, _with_values(rows, bad_cells), bad_cells)


def _no_cells() -> pl.DataFrame:
    return pl.DataFrame(schema=_BAD_CELLS)


def _with_values(rows: pl.DataFrame, bad_cells: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(
        pl.any_horizontal(pl.exclude("record").is_not_null())
        | pl.col("record").is_in(bad_cells["record"].implode())
    )


def _error_word(detail: str) -> str:
    """Give what a person sees in the cell: `Expected string but got 'Error(Div0)'` is #DIV/0!."""
    return _ERRORS.get(detail.rpartition("Error(")[2].partition(")")[0], "#ERROR!")


def _numbered(width: int) -> list[str]:
    return [f"c{number}" for number in range(width)]


def _named(sheet: _Read, wanted: Wanted) -> _Read:
    """Take the header off. Columns to the right of its last name hold nothing that anybody looks for."""
    if sheet.rows.is_empty():
        return sheet
    (first,) = sheet.rows.head(1).drop("record").rows()
    width = max((number for number, name in enumerate(first, 1) if (name or "").strip()), default=0)
    if width == 0:
        return sheet
    header = clean_header([name or "" for name in first[:width]], wanted.known)
    bad_cells = sheet.bad_cells.filter(pl.col("column") < width)
    rows = _with_values(sheet.rows.slice(1).select("record", *_numbered(width)), bad_cells)
    return replace(sheet, rows=rows, bad_cells=bad_cells, header=tuple(header))


def _chosen(sheets: list[_Read], wanted: Wanted) -> list[_Read]:
    """Choose the sheets that have the feed's header: visible ones, or hidden ones where no visible one has.

    Where none has it, the one that is most like it, so that what it lacks can be told.
    """
    if not sheets:
        raise UnreadableFileError("the file is empty", "empty_file")
    fitting = [sheet for sheet in sheets if _fits(sheet, wanted)]
    visible = [sheet for sheet in fitting if sheet.is_visible]
    likeness = {sheet.name: len(wanted.known.intersection(sheet.header)) for sheet in sheets}
    return visible or fitting or [max(sheets, key=lambda sheet: (likeness[sheet.name], sheet.is_visible))]


def _fits(sheet: _Read, wanted: Wanted) -> bool:
    return wanted.required.issubset(sheet.header) and not wanted.known.isdisjoint(sheet.header)


def _tell_others(path: Path, sheets: list[_Read], chosen: list[_Read], wanted: Wanted) -> None:
    names = {sheet.name for sheet in chosen}
    for sheet in sheets:
        if sheet.name not in names and not sheet.rows.is_empty():
            why = "it is hidden" if _fits(sheet, wanted) else "it has another header"
            _LOG.warning("%s: the sheet '%s' was not read: %s", path.name, sheet.name, why)


def _with_types(book: fastexcel.ExcelReader, sheet: _Read, wanted: Wanted) -> _Read:
    """Find identifiers that are numbers beyond the exact range, and statuses that are no words.

    Numbers come as their digits, like texts of digits, and true as a word. So a value that only a text can be
    is a text, and of columns with others the sheet is asked again which of their cells are texts.
    """
    conditions = {
        number: (
            "digits_lost",
            "a number whose last digits the spreadsheet has lost",
            _is_float_beyond(number),
        )
        for number, name in enumerate(sheet.header)
        if name in wanted.identifiers
    } | {
        number: ("wrong_type", "a number or a truth value, where a word is expected", _is_no_word(number))
        for number, name in enumerate(sheet.header)
        if name in wanted.statuses
    }
    suspected = sheet.rows.select(
        condition.any().alias(f"{number}") for number, (_, _, condition) in conditions.items()
    )
    asked = [number for number in conditions if suspected[f"{number}"].item()]
    if not asked:
        return sheet
    cells = book.load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="boolean", use_columns=asked)
    is_text = cells.to_polars().select(
        pl.nth(place).is_null().alias(f"is_text_{number}") for place, number in enumerate(asked)
    )
    known = sheet.rows.join(is_text.with_row_index("record"), on="record", maintain_order="left")
    bad_cells = [
        known.filter(condition & ~pl.col(f"is_text_{number}")).select(
            "record",
            column=pl.lit(number, pl.Int64),
            kind=pl.lit(kind),
            found=pl.lit(found),
        )
        for number, (kind, found, condition) in conditions.items()
        if number in asked
    ]
    return replace(sheet, bad_cells=pl.concat([sheet.bad_cells, *bad_cells]))


def _is_float_beyond(number: int) -> pl.Expr:
    """Say of a text whether it is how a float from 2^53 on is written out."""
    text = pl.col(f"c{number}")
    value = text.cast(pl.Float64, strict=False)
    is_written_so = value.cast(pl.Int128, strict=False).cast(pl.String) == text
    is_beyond = (value.abs() >= _EXACT) & (is_written_so | (value.abs() >= _LONGEST_WRITTEN))
    return (text.str.contains(_LONG_NUMBER) & is_beyond).fill_null(value=False)


def _is_no_word(number: int) -> pl.Expr:
    return pl.col(f"c{number}").str.contains(_NO_WORD).fill_null(value=False)


def _stage(con: duckdb.DuckDBPyConnection, sheets: list[_Read], wanted: Wanted, first_column: int) -> Staged:
    columns = list(dict.fromkeys(name for sheet in sheets for name in sheet.header))
    parts, broken, places, first = [], [], [], 0
    for sheet in sheets:
        rows, rejected = _without_bad_cells(sheet, wanted, first_column)
        parts.append(_under_names(rows, sheet.header, columns, first))
        broken.append(rejected.with_columns(pl.col("record") + first))
        places.append(Sheet(sheet.name, first))
        first += int(sheet.rows["record"].max() or 0) + 1  # type: ignore[arg-type]  # of a number
    con.register("sheet_rows", pl.concat(parts))
    try:
        con.execute(
            statement("ingest/stage_relation", columns=columns, relation="sheet_rows", has_record=True)
        ).fetchall()
    finally:
        con.unregister("sheet_rows")
    return Staged(columns=tuple(columns), has_record=True, broken=pl.concat(broken), sheets=tuple(places))


def _under_names(rows: pl.DataFrame, header: tuple[str, ...], columns: list[str], first: int) -> pl.DataFrame:
    here = {name: pl.col(f"c{number}") for number, name in enumerate(header)}
    return rows.select(
        (pl.col("record").cast(pl.Int64) + first).alias("record"),
        *(here.get(name, pl.lit(None, pl.String)).alias(name) for name in columns),
    )


def _without_bad_cells(sheet: _Read, wanted: Wanted, first_column: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows with a bad cell where a value has a type; elsewhere the error's word is the text."""
    cells = sheet.bad_cells.filter(pl.col("record").is_in(sheet.rows["record"].implode()))
    if cells.is_empty():
        return sheet.rows, pl.DataFrame(schema=BROKEN_RECORDS)
    rows = sheet.rows
    for (number,), errors in cells.filter(kind="error_cell").group_by("column"):
        words = errors.select("record", word="found")
        rows = rows.join(words, on="record", how="left", maintain_order="left")
        rows = rows.with_columns(pl.coalesce(f"c{number}", "word").alias(f"c{number}")).drop("word")
    names = pl.DataFrame(
        [
            (number, name, column_letters(first_column + number))
            for number, name in enumerate(sheet.header)
            if name in wanted.typed
        ],
        schema={"column": pl.Int64(), "column_name": pl.String(), "letters": pl.String()},
        orient="row",
    )
    reasons = (
        cells.join(names, on="column")
        .sort("record", "column")
        .group_by("record", maintain_order=True)
        .agg(
            pl.col("kind", "column_name").first(),
            reason=pl.format(
                "{}: the cell {}{} holds {}", "column_name", "letters", pl.col("record") + 1, "found"
            ).str.join("; "),
        )
    )
    values = pl.struct(pl.col(f"c{number}").alias(name) for number, name in enumerate(sheet.header))
    rejected = rows.join(reasons, on="record", maintain_order="left").select(
        pl.col("record").cast(pl.Int64), "kind", "column_name", "reason", row=values.struct.json_encode()
    )
    return rows.join(reasons, on="record", how="anti", maintain_order="left"), rejected
