"""A copy of the store's file, for work that must not touch the store.

What belongs here: copying while nobody writes. What does not: what is done with the copy.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

_PRIVATE = 0o600


def copy_store(con: duckdb.DuckDBPyConnection, store: Path, copy: Path) -> None:
    """Copy the store's file, and what is committed beside it. `con` reads the store and keeps writers out."""
    del con
    for suffix in ("", ".wal"):
        source = store.with_name(store.name + suffix)
        if source.exists():
            target = copy.with_name(copy.name + suffix)
            shutil.copyfile(source, target)
            target.chmod(_PRIVATE)
