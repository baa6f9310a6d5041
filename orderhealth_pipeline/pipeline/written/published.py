"""Reading what others may read: the published snapshot, else the store itself.

What belongs here: which file is opened. What does not: what is read from it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import BrokenStoreError
from orderhealth_pipeline.store.file import faults
from orderhealth_pipeline.store.file.connection import read_store
from orderhealth_pipeline.store.file.files import snapshot_path
from orderhealth_pipeline.store.file.tables import require_version

_Read = TypeVar("_Read")

_MEMORY_OF_A_READER: Final = "256MB"
"""DuckDB's own, for a reader that stays; what takes more spills to disk."""


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


def version_of_snapshot(store: Path) -> str | None:
    """Return a word that tells the snapshot of a store from every other; null where there is none."""
    try:
        stat = snapshot_path(store).stat()
    except FileNotFoundError:
        return None
    return f"{stat.st_ino:x}-{stat.st_mtime_ns:x}"


def open_snapshot(store: Path) -> duckdb.DuckDBPyConnection:
    """Open the snapshot for a reader that stays, who closes the connection.

    Raises StoreError where there is none, or it cannot be read.
    """
    snapshot = snapshot_path(store)
    if not snapshot.exists():
        raise faults.not_there(snapshot)
    # DuckDB would give one that is open already to whoever names its path, also when the file is another.
    con = duckdb.connect(config={"memory_limit": _MEMORY_OF_A_READER})
    try:
        sql.run(con, "store/snapshot/attach_snapshot", path=snapshot, read_only=True)
        sql.run(con, "store/file/silence_progress_bar")
        require_version(cursor_of(con), snapshot)
    except duckdb.Error as error:
        con.close()
        raise faults.explained(snapshot, error) from error
    except BaseException:
        con.close()
        raise
    return con


def cursor_of(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a cursor that finds the tables of the snapshot by their own names."""
    cursor = con.cursor()
    sql.run(cursor, "store/file/use_database", database="snapshot")
    sql.run(cursor, "ingest/settings/set_time_zone", zone="UTC")
    return cursor
