"""Polars frames that SQL can read for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    """Let statements in the context read the frame under a name.

    DuckDB reports an interruption that meets it while it reads a frame as an error of its own; here it is an
    interruption again.
    """
    con.register(name, frame)
    try:
        yield
    except duckdb.Error as error:
        if KeyboardInterrupt.__name__ in str(error):
            raise KeyboardInterrupt from error
        raise
    finally:
        con.unregister(name)
