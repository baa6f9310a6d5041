"""A folder for copies of feed files, while they are read.

What belongs here: where it lies. What does not: what is copied (plain_text.py, stage_csv.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orderhealth_pipeline.statements import statement


@contextmanager
def scratch_folder(con: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """Give an empty folder that is gone when the context ends.

    It lies beside the store, where the next run clears away what a killed one has left: names and addresses
    would otherwise stay in the system's folder for temporary files.
    """
    places = con.execute(statement("ingest/select_scratch_place")).fetchall()
    if not places:
        with TemporaryDirectory() as folder:
            yield Path(folder)
        return
    place = Path(places[0][0])
    place.mkdir(exist_ok=True)
    try:
        with TemporaryDirectory(prefix="orderhealth-", dir=place) as folder:
            yield Path(folder)
    finally:
        with suppress(OSError):
            place.rmdir()
