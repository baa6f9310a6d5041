"""Opens the yardstick's result with the store beside it.

What belongs here: the connection that the yardstick and the comparison use. What does not: their statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def opened_result(result: Path, store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file `result`, with `store` attached for reading under the name `store`."""
    quoted = str(store).replace("'", "''")
    with duckdb.connect(result) as con:
        con.execute("set enable_progress_bar = false")
        con.execute(f"attach '{quoted}' as store (read_only)")
        yield con
