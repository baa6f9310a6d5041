"""What DuckDB's text reader could not split: the tables in which it reports the lines it rejected.

What belongs here: running that reader, and reading those tables. What does not: what becomes of the lines
(stage_*.py).
"""

from __future__ import annotations

from typing import Any, Final

import duckdb
import polars as pl

from orderhealth_pipeline.statements import statement

_REPORTS: Final = ("reject_errors", "reject_scans")


def stage_text(
    con: duckdb.DuckDBPyConnection, name: str, table: str, lines: int, **details: Any
) -> pl.DataFrame:
    """Run the statement that reads a text of so many lines into a table, and list what was rejected.

    Gives the columns of UNSPLIT_LINES, and `is_swallowing` if the piece may hide more.

    DuckDB reads a text in pieces, at the same time. Where a piece begins with a line that it cannot split,
    it leaves out the rest of the text without a word. So the lines are counted, and where they are not all
    there (or a value has line breaks of its own), the text is read again, from front to back.
    """
    for in_pieces in (True, False):
        for report in _REPORTS:
            con.execute(statement("ingest/drop_rejects", table=report)).fetchall()
        con.execute(statement(name, in_pieces=in_pieces, **details)).fetchall()
        unsplit: pl.DataFrame = con.sql(statement("ingest/select_unsplit_lines")).pl()
        ((records,),) = con.execute(statement("ingest/count_rows", table=table)).fetchall()
        if records + int(unsplit["lines"].sum()) == lines:
            break
    return unsplit.with_columns(pl.col("position", "lines").cast(pl.Int64))
