"""A spreadsheet into `staged`: all its sheets that have the feed's header, as texts.

What belongs here: choosing sheets, and parting the rows that cannot be read. What does not: how large a
spreadsheet may be (xlsx_bounds.py), what its cells hold (sheet_cells.py), and types (typing.py).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import duckdb
import fastexcel
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.sheets.sheet_cells import SheetCells, read_sheet, with_header, with_types
from orderhealth_pipeline.ingest.sheets.xlsx_bounds import column_letters, require_bounded
from orderhealth_pipeline.ingest.sheets.zero_formats import with_zeros
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, Sheet, Staged, Wanted
from orderhealth_pipeline.ingest.text.table_place import plain_name
from orderhealth_pipeline.messages import Message

_LOG: Final = logging.getLogger(__name__)


def stage_xlsx(con: duckdb.DuckDBPyConnection, path: Path, wanted: Wanted) -> Staged:
    """Read all sheets with the header; a record's number is its row, counted on from sheet to sheet."""
    first_column = require_bounded(path)
    try:
        book = fastexcel.read_excel(path)
        sheets = [with_header(read_sheet(book, name), wanted) for name in _named(book.sheet_names, wanted)]
        chosen = _chosen([sheet for sheet in sheets if sheet.header], wanted)
        _tell_others(path, sheets, chosen, wanted)
        typed = [with_types(book, sheet, wanted) for sheet in chosen]
        return _stage(con, with_zeros(path, typed, wanted), wanted, first_column)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError) as error:
        first_line = str(error).strip().split("\n", 1)[0]
        raise UnreadableFileError(
            Message("not a readable xlsx file ({first_line})", first_line=first_line)
        ) from error


def _named(there: list[str], wanted: Wanted) -> list[str]:
    """Return the sheets that are looked at. Names are compared as those of columns."""
    sheet = wanted.place.sheet
    if sheet is None:
        return there
    names = [name for name in there if plain_name(name) == plain_name(sheet)]
    if not names:
        raise UnreadableFileError(
            Message(
                "there is no sheet '{sheet}' here; there are: {there}", sheet=sheet, there=", ".join(there)
            ),
            "no_header",
        )
    return names


def _chosen(sheets: list[SheetCells], wanted: Wanted) -> list[SheetCells]:
    """Choose the sheets that have the feed's header: visible ones, or hidden ones where no visible one has.

    Where none has it, the one that is most like it, so that what it lacks can be told.
    """
    if not sheets:
        raise UnreadableFileError("the file is empty", "empty_file")
    fitting = [sheet for sheet in sheets if _fits(sheet, wanted)]
    visible = [sheet for sheet in fitting if sheet.is_visible]
    likeness = {sheet.name: len(wanted.known.intersection(sheet.header)) for sheet in sheets}
    return visible or fitting or [max(sheets, key=lambda sheet: (likeness[sheet.name], sheet.is_visible))]


def _fits(sheet: SheetCells, wanted: Wanted) -> bool:
    return wanted.required.issubset(sheet.header) and not wanted.known.isdisjoint(sheet.header)


def _tell_others(path: Path, sheets: list[SheetCells], chosen: list[SheetCells], wanted: Wanted) -> None:
    names = {sheet.name for sheet in chosen}
    for sheet in sheets:
        if sheet.name not in names and sheet.has_rows:
            why = Message("it is hidden") if _fits(sheet, wanted) else Message("it has another header")
            _LOG.warning(
                Message(
                    "{file}: the sheet '{sheet}' was not read: {why}",
                    file=path.name,
                    sheet=sheet.name,
                    why=why,
                )
            )


def _stage(
    con: duckdb.DuckDBPyConnection, sheets: list[SheetCells], wanted: Wanted, first_column: int
) -> Staged:
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
        sql.run(con, "ingest/stage/stage_relation", columns=columns, relation="sheet_rows", has_record=True)
    finally:
        con.unregister("sheet_rows")
    return Staged(columns=tuple(columns), has_record=True, broken=pl.concat(broken), sheets=tuple(places))


def _under_names(rows: pl.DataFrame, header: tuple[str, ...], columns: list[str], first: int) -> pl.DataFrame:
    here = {name: pl.col(f"c{number}") for number, name in enumerate(header)}
    return rows.select(
        (pl.col("record").cast(pl.Int64) + first).alias("record"),
        *(here.get(name, pl.lit(None, pl.String)).alias(name) for name in columns),
    )


def _without_bad_cells(
    sheet: SheetCells, wanted: Wanted, first_column: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
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
