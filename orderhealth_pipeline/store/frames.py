"""Polars frames that SQL can read for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    """Let statements in the context read the frame under a name."""
    con.register(name, frame)
    try:
        yield
    finally:
        con.unregister(name)
