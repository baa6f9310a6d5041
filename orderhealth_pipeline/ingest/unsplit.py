"""What DuckDB's text reader could not split: the tables in which it reports the lines it rejected.

What belongs here: running that reader, and reading those tables. What does not: what becomes of the lines
(stage_*.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import duckdb
import numpy as np
import polars as pl

from orderhealth_pipeline.ingest.line_numbers import scan_lines
from orderhealth_pipeline.ingest.staged import UNSPLIT_LINES
from orderhealth_pipeline.statements import statement

_REPORTS: Final = ("reject_errors", "reject_scans")


def stage_text(
    con: duckdb.DuckDBPyConnection,
    stage: Callable[[str], object],
    name: str,
    table: str,
    lines: int,
    *,
    taken: pl.Series | None,
    **details: Any,
) -> pl.DataFrame:
    """Let `stage` run the statement that reads a text of so many lines into a table; list what was rejected.

    Gives the columns of UNSPLIT_LINES, and `is_swallowing` if the piece may hide more: what a quote swallows
    is reported in part, and the text has to be read again without that quote.

    DuckDB reads a text in pieces, at the same time. Where a piece begins with a line that it cannot split,
    it leaves out the rest of the text without a word. So the lines are counted, and where they are not all
    there, the text is read again, from front to back. It leaves out what an open quote swallows, too, when
    that is long. Who takes such quotes away and reads again gives the positions of the lines of which that
    has been done, as `taken`: where others are found, nothing is counted. Raises ValueError where lines are
    left out in the end.
    """
    for in_pieces in (True, False):
        for report in _REPORTS:
            con.execute(statement("ingest/drop_rejects", table=report)).fetchall()
        stage(statement(name, in_pieces=in_pieces, **details))
        unsplit = _rejected(con)
        ((records,),) = con.execute(statement("ingest/count_rows", table=table)).fetchall()
        missing = lines - records - int(unsplit["lines"].sum())
        if missing == 0 or (taken is not None and swallowing_lines(unsplit, taken).height):
            return unsplit
        missing -= _line_breaks(con, table, details["columns"])
        if missing == 0:
            return unsplit
    lost = missing - len(scan_lines(details["path"], np.empty(0, dtype=np.int64)).empty)
    if lost > 0:
        raise ValueError(f"{lost} lines are left out behind a line that cannot be split")
    return unsplit


def swallowing_lines(unsplit: pl.DataFrame, taken: pl.Series) -> pl.DataFrame:
    """Give what may hide more, of what `stage_text` gave, without those of which the quotes were `taken`."""
    return unsplit.filter(pl.col("is_swallowing") & ~pl.col("position").is_in(taken.implode()))


def _rejected(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the report of what was rejected, if there is any: to plan that takes longer than a small file."""
    ((errors,),) = con.execute(statement("ingest/count_rows", table="reject_errors")).fetchall()
    if errors == 0:
        return pl.DataFrame(schema={**UNSPLIT_LINES, "is_swallowing": pl.Boolean()})
    rejected: pl.DataFrame = con.sql(statement("ingest/select_unsplit_lines")).pl()
    return rejected.with_columns(pl.col("position", "lines").cast(pl.Int64))


def _line_breaks(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> int:
    """Count the line breaks within values."""
    query = statement("ingest/count_line_breaks", table=table, columns=columns)
    ((line_breaks,),) = con.execute(query).fetchall()
    return int(line_breaks)
