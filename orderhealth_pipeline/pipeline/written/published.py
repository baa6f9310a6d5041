"""Reading what others may read: the published snapshot, else the store itself.

What belongs here: which file is opened. What does not: what is read from it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from orderhealth_pipeline.errors import BrokenStoreError
from orderhealth_pipeline.store.file.connection import read_store
from orderhealth_pipeline.store.file.files import snapshot_path

_Read = TypeVar("_Read")


def from_published(store: Path, read: Callable[[duckdb.DuckDBPyConnection], _Read]) -> _Read:
    """Read from the snapshot of a store; without one that can be read, from the store.

    Raises StoreError where neither can be read.
    """
    snapshot = snapshot_path(store)
    if snapshot.exists():
        with suppress(BrokenStoreError), read_store(snapshot) as con:
            return read(con)
    with read_store(store) as con:
        return read(con)
