"""Rows that may come to lie in any order, which DuckDB writes faster.

What belongs here: letting DuckDB choose. What does not: which rows are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orderhealth_pipeline import sql


@contextmanager
def in_any_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let what is inserted in the context lie as it comes, each thread's rows beside each other.

    In the order of their source, wide rows are written twice: DuckDB packs a part of them again when the file
    is closed, and leaves room of what it wrote before. After an error any order stays: a transaction that
    failed takes no statement any more.
    """
    sql.run(con, "ingest/settings/set_insertion_order", is_kept=False)
    yield
    sql.run(con, "ingest/settings/set_insertion_order", is_kept=True)
