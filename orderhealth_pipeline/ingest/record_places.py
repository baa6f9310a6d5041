"""Where in its file each record stands, as people count: its line, and its sheet or file among several.

What belongs here: from the numbers of records to lines. What does not: why records are rejected
(quarantine.py), and the layout of a text (text/line_numbers.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import polars as pl

from orderhealth_pipeline.ingest.staged import COUNTED_SCHEMA, Staged
from orderhealth_pipeline.ingest.text.line_numbers import Numbers, RecordLines, empty_lines, lines_of_records
from orderhealth_pipeline.sql import statement

_ONE: Final = pl.lit(1, pl.Int64)


def with_lines(con: duckdb.DuckDBPyConnection, staged: Staged, records: pl.DataFrame) -> pl.DataFrame:
    """Put physical lines in the place of record numbers; by line. A record without `rows` is one row."""
    names = COUNTED_SCHEMA.names()
    bad_lines = staged.bad_lines.with_columns(pl.col("line") + staged.lines_before, rows=_ONE)
    counted = pl.coalesce("rows", _ONE) if "rows" in records.columns else _ONE
    records = records.with_columns(rows=counted)
    if records.is_empty():
        return bad_lines
    nameless = records.with_columns(file=pl.lit(None, pl.String))
    if staged.places is not None:
        places = staged.places.select(pl.all().gather(records["record"]))
        return records.with_columns(file=places["file"], line=places["line"]).select(names)
    if staged.sheets:
        return _in_sheets(staged, records)
    if staged.text is None:
        return nameless.with_columns(line=pl.col("record") + staged.first_line).select(names)
    layout = _layout(con, staged, staged.text)
    lines = lines_of_records(records["record"].to_numpy(), layout) + staged.lines_before
    found = [nameless.with_columns(line=pl.Series(lines, dtype=pl.Int64)).select(names), bad_lines]
    return pl.concat(found).sort("line", maintain_order=True)


def lines_of_rows(con: duckdb.DuckDBPyConnection, staged: Staged, rows: Numbers) -> Numbers:
    """Return the physical line on which each of some rows (their numbers, from 0) starts."""
    if staged.sheets:
        firsts = np.array([sheet.first_record for sheet in staged.sheets], dtype=np.int64)
        return rows - firsts[np.searchsorted(firsts, rows, side="right") - 1] + staged.first_line
    if staged.text is None:
        return rows + staged.first_line
    return lines_of_records(rows, _layout(con, staged, staged.text)) + staged.lines_before


def _layout(con: duckdb.DuckDBPyConnection, staged: Staged, text: Path) -> RecordLines:
    """Return which lines of a text are empty, and which of its records are not one line."""
    long, long_lines = _long_records(con, staged)
    return RecordLines(
        first_line=staged.first_line,
        empty=np.empty(0, dtype=np.int64) if staged.has_record else empty_lines(text),
        long=long,
        long_lines=long_lines,
    )


def _in_sheets(staged: Staged, records: pl.DataFrame) -> pl.DataFrame:
    """Count lines within each sheet; where there are several, the reason says in which."""
    sheets = pl.DataFrame(
        [(sheet.first_record, sheet.name) for sheet in staged.sheets],
        schema={"first_record": pl.Int64(), "sheet": pl.String()},
        orient="row",
    )
    found = records.sort("record").join_asof(
        sheets, left_on="record", right_on="first_record", coalesce=False
    )
    reason = pl.format("sheet '{}': {}", "sheet", "reason") if len(staged.sheets) > 1 else pl.col("reason")
    return found.with_columns(
        file=pl.lit(None, pl.String),
        line=pl.col("record") - pl.col("first_record") + staged.first_line,
        reason=reason,
    ).select(COUNTED_SCHEMA.names())


def _long_records(
    con: duckdb.DuckDBPyConnection, staged: Staged
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    if staged.has_record:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    query = statement(
        "ingest/stage/select_long_records",
        width=len(staged.columns),
        relation=staged.relation,
        row_number=staged.row_number,
    )
    long = con.sql(query).pl()
    return long["record"].to_numpy(), long["lines"].to_numpy()
