"""Opens the yardstick's result with the store beside it.

What belongs here: the connection that the yardstick and the comparison use. What does not: their statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

MEMORY_LIMIT: Final = "18GB"
"""What the statement needs for 10 million orders; in the 10 GB that a rebuild may take it gives up."""


@contextmanager
def opened_result(result: Path, store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file `result`, with `store` attached for reading under the name `store`."""
    quoted = str(store).replace("'", "''")
    with duckdb.connect(result, config={"memory_limit": MEMORY_LIMIT}) as con:
        con.execute("set enable_progress_bar = false; set preserve_insertion_order = false")
        con.execute(f"attach '{quoted}' as store (read_only)")
        yield con
