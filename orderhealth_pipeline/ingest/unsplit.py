"""What DuckDB's text reader could not split: the tables in which it reports the lines it rejected.

What belongs here: clearing and reading those tables. What does not: what becomes of the lines (stage_*.py).
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.statements import statement

_REPORTS: Final = ("reject_errors", "reject_scans")


def stage_afresh(con: duckdb.DuckDBPyConnection, query: str) -> None:
    """Run a statement that reads a text, with the reports of the text before it gone."""
    for table in _REPORTS:
        con.execute(statement("ingest/drop_rejects", table=table)).fetchall()
    con.execute(query).fetchall()


def read_unsplit_lines(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """List what was rejected: the columns of UNSPLIT_LINES, and `is_swallowing` if it may hide more."""
    unsplit: pl.DataFrame = con.sql(statement("ingest/select_unsplit_lines")).pl()
    return unsplit.with_columns(pl.col("position", "lines").cast(pl.Int64))
