"""Opens the store: one writer at a time, briefly, in one transaction.

What belongs here: connections, transactions, and making a store. What does not: its tables (tables.py), and
what its faults are called (faults.py).
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import BrokenStoreError, BusyStoreError, ConfigurationError, StoreError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.store.file import faults
from orderhealth_pipeline.store.file.files import clear_leftovers, fresh_path, private_files, remove_store
from orderhealth_pipeline.store.file.tables import are_there, create_tables, require_version

MEMORY_LIMIT: Final = "1800MB"
"""DuckDB spills to disk beyond it, and leaves the rest of the memory to Polars."""

_Settings = dict[str, str | bool | int | float | list[str]]

_LIMITS: Final[_Settings] = {
    "memory_limit": MEMORY_LIMIT,
    # Blocks are taken from memory that is asked for once, and used again: the system gives new memory slowly.
    "block_allocator_memory": MEMORY_LIMIT,
    # Texts come out in the form that Polars keeps them in.
    "arrow_output_version": "1.4",
    "produce_arrow_string_view": True,
    # Where they come out one behind the other instead, they may be longer than 2 GB together.
    "arrow_large_buffer_size": True,
    # It shortens the ids of all rows before it joins them, and hides from the scan which are looked for.
    "disabled_optimizers": "compressed_materialization",
    # What a tick commits is some 20 MB, which the file takes in when it is closed: no alert waits for it.
    "checkpoint_threshold": "256MB",
}

_PATIENCE_SECONDS: Final = 3.0
"""A preview at the console has read what it needs within this time."""

_LOOKS_AGAIN_SECONDS: Final = 0.1

_RESERVED: Final = {
    "feeds",
    "working",
    "snapshot",
    "main",
    "temp",
    "system",
    "memory",
    "information_schema",
    "pg_catalog",
}
_SURROGATES: Final = range(0xD800, 0xE000)


@contextmanager
def open_store(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for writing, with its tables in place; instants come out as UTC.

    Raises StoreError where another process holds it, where the file is damaged or no store of this program,
    where another version of the program wrote it, and where its folder cannot be written; ConfigurationError
    where the path is a folder or a name that DuckDB cannot take.
    What is made is for its owner alone. A file that is no store is left as it is. What a process that died
    left beside the store is cleared away.
    """
    with private_files(), faults.of_the_system(path):
        _require_name(path)
        _make_folder(path)
        if not path.exists():
            _create(path)
        with _opened(path, read_only=False) as con:
            clear_leftovers(path)
            _create_tables(con, path)
            yield con


@contextmanager
def read_store(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for reading. Raises the errors above, and StoreError where there is no store yet."""
    with faults.of_the_system(path):
        _require_name(path)
        is_there = path.exists()
    if not is_there:
        raise faults.not_there(path)
    with _opened(path, read_only=True) as con:
        require_version(con, path)
        yield con


def examine_store(path: Path) -> str | None:
    """Say why the store cannot be used, or null where it opens; then everything committed is in its one file.

    Raises StoreError where it is busy, cannot be opened, is no store of this program, or is not there.
    """
    if not path.exists():
        raise faults.not_there(path)
    try:
        with _opened(path, read_only=False) as con:
            require_version(con, path)
            sql.run(con, "store/snapshot/checkpoint")
    except BrokenStoreError as error:
        return error.trouble
    return None


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit everything that happens in the context, or nothing of it."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def leave_untidied(con: duckdb.DuckDBPyConnection) -> None:
    """Let the store be closed at once: what was committed moves into its file the next time."""
    sql.run(con, "store/file/leave_untidied")


@contextmanager
def undone(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Take back everything that happens in the context once it ends."""
    con.begin()
    try:
        yield
    finally:
        con.rollback()


def _require_name(path: Path) -> None:
    """Raise ConfigurationError for a name by which the store could not be told from what is in it.

    DuckDB calls a file by its name up to the first dot, and takes `feeds` for a schema.
    """
    if path.name.split(".", 1)[0].casefold() in _RESERVED:
        raise ConfigurationError(
            "the store cannot have this name, which means something else in it; call it orderhealth.duckdb",
            file=path,
        )
    if not path.name.isprintable() or any(ord(each) in _SURROGATES for each in str(path)):
        shown = Path(ascii(str(path)).strip("'"))
        raise ConfigurationError("the store's name has characters that cannot be written", file=shown)


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            Message("{path}: the store's folder cannot be made ({reason}).", path=path, reason=error.strerror)
        ) from None


def _create(path: Path) -> None:
    """Make the store under another name first: half a file, left by a killed process, would be damage."""
    with _first_in(path.parent):
        if path.exists():
            return
        fresh = fresh_path(path)
        remove_store(fresh)
        try:
            with _opened(fresh, read_only=False) as con:
                _create_tables(con, fresh)
            fresh.rename(path)
        except BaseException:
            remove_store(fresh)
            raise


@contextmanager
def _first_in(folder: Path) -> Iterator[None]:
    """Let one process at a time make stores in the folder, where its file system knows such locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _opened(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    con = _connect(path, read_only=read_only)
    try:
        yield con
    except duckdb.Error as error:
        damage = faults.damage(error, path)
        if damage is None:
            raise
        raise faults.explained(path, damage) from error
    finally:
        con.close()


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    if path.is_dir():
        raise ConfigurationError("the store is a folder here; name a file", file=path)
    con = _unlocked(path, read_only=read_only)
    try:
        ((is_in_memory,),) = sql.run(con, "store/file/is_in_memory")
    except duckdb.Error as error:
        raise faults.explained(path, error) from error
    if is_in_memory:
        # DuckDB opens a CSV or Parquet file as views in memory, and what is written there is lost.
        con.close()
        raise faults.no_store(path, Message("it is a file of another kind"))
    # DuckDB draws a progress bar on standard output, where a run's JSON must stand alone.
    sql.run(con, "store/file/silence_progress_bar")
    sql.run(con, "ingest/settings/set_time_zone", zone="UTC")
    return con


def _unlocked(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open the file; who is to write waits a little for those that only read for a moment."""
    patience = 0.0 if read_only else _PATIENCE_SECONDS
    while True:
        try:
            return duckdb.connect(path, read_only=read_only, config=_LIMITS | _share_of_cores())
        except duckdb.Error as error:
            fault = faults.explained(path, error)
            if patience <= 0 or not isinstance(fault, BusyStoreError):
                raise fault from error
            time.sleep(_LOOKS_AGAIN_SECONDS)
            patience -= _LOOKS_AGAIN_SECONDS


def _share_of_cores() -> _Settings:
    """Let DuckDB compute with as many threads as Polars may: a fleet shares the cores among its processes."""
    allowed = os.environ.get("POLARS_MAX_THREADS", "")
    return {"threads": int(allowed)} if allowed.isdecimal() and int(allowed) else {}


def _create_tables(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    if are_there(con, path):
        return
    with transaction(con):
        create_tables(con)
