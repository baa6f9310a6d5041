"""What closing cases says of their findings, by what the store knows of these cases.

What belongs here: looking them up. What does not: what closing says (cases/closed.py).
"""

from __future__ import annotations

import duckdb
import polars as pl

from orderhealth_pipeline.cases.closed import with_verdicts_of_closed
from orderhealth_pipeline.store.cases import read_closed


def expanded_log(con: duckdb.DuckDBPyConnection, said: pl.DataFrame) -> pl.DataFrame:
    """Return a log (SAID) with what closing cases says of their findings."""
    closed = said.filter(kind="case_closed")["value"].drop_nulls()
    if closed.is_empty():
        return said
    return with_verdicts_of_closed(said, *read_closed(con, set(closed)))
