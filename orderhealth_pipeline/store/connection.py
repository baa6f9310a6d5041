"""Opens the store: one writer at a time, briefly, in one transaction.

What belongs here: connections, transactions, and telling a busy store from a damaged one. What does not: its
tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.statements import statement

STORE_VERSION: Final = 1
"""Raised whenever an older program could not read the store any more."""

_MEMORY_LIMIT: Final = "2GB"
"""DuckDB spills to disk beyond it, and leaves the rest of the memory to Polars."""

_DAMAGE: Final = (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)

_TABLES: Final = (
    "store_version",
    "feeds_schema",
    "working_schema",
    "evaluation",
    "due",
    "placed_lines",
    "loads",
    "rejected_rows",
    "findings",
    "rule_results",
    "health_score",
    "score_attribution",
    "system_funnel",
    "top_orders",
    "source_freshness",
    "unknown_words",
    "alerts",
    "deliveries",
)


@contextmanager
def open_store(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for writing, with its tables in place; instants come out as UTC.

    Raises StoreError where another process holds it, where the file is damaged or no store of this program,
    where a newer version of the program wrote it, and where its folder cannot be written; ConfigurationError
    where the path is a folder. A file that is no store is left as it is.
    """
    _make_folder(path)
    with _opened(path, read_only=False) as con:
        _create_tables(con, path)
        yield con


@contextmanager
def read_store(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for reading. Raises the errors above, and StoreError where there is no store yet."""
    if not path.exists():
        raise StoreError(
            f"{path}: there is no store yet. Run `orderhealth run --feeds DIR --store {path}` first."
        )
    with _opened(path, read_only=True) as con:
        _require_version(con, path)
        yield con


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


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: the store's folder cannot be made ({error.strerror}).") from None


@contextmanager
def _opened(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    con = _connect(path, read_only=read_only)
    try:
        yield con
    except duckdb.Error as error:
        damage = _damage(error, path)
        if damage is None:
            raise
        raise _explained(path, damage) from error
    finally:
        con.close()


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    if path.is_dir():
        raise ConfigurationError("the store is a folder here; name a file", file=path)
    try:
        con = duckdb.connect(path, read_only=read_only, config={"memory_limit": _MEMORY_LIMIT})
        ((is_in_memory,),) = con.execute(statement("store/is_in_memory")).fetchall()
    except duckdb.Error as error:
        raise _explained(path, error) from error
    if is_in_memory:
        # DuckDB opens a CSV or Parquet file as views in memory, and what is written there is lost.
        con.close()
        raise _no_store(path, "it is a file of another kind")
    # DuckDB draws a progress bar on standard output, where a run's JSON must stand alone.
    con.execute(statement("store/silence_progress_bar")).fetchall()
    con.execute(statement("ingest/set_time_zone", zone="UTC")).fetchall()
    return con


def _create_tables(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    ((tables,),) = con.execute(statement("store/count_tables")).fetchall()
    if tables:
        _require_version(con, path)
    with transaction(con):
        for table in _TABLES:
            con.execute(statement(f"schema/create_{table}")).fetchall()
        con.execute(statement("store/insert_version"), {"version": STORE_VERSION}).fetchall()


def _require_version(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        versions = con.execute(statement("store/select_version")).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        versions = []
    if len(versions) != 1:
        raise _no_store(path, "it is a DuckDB file of something else")
    ((version,),) = versions
    if version > STORE_VERSION:
        raise StoreError(
            f"{path}: written by a newer version (store version {version}, this program knows "
            f"{STORE_VERSION}). Upgrade orderhealth-pipeline, or name another store file."
        )


def _damage(error: duckdb.Error, path: Path) -> duckdb.Error | None:
    """Find what a damaged store or a full disk said first; what follows complains of the transaction."""
    seen: BaseException | None = error
    found = None
    while seen is not None:
        is_about_the_file = isinstance(seen, duckdb.IOException) and path.name in str(seen)
        is_corrupt = isinstance(seen, duckdb.Error) and "corrupt database" in str(seen).casefold()
        if is_about_the_file or is_corrupt or isinstance(seen, _DAMAGE):
            found = seen
        seen = seen.__context__
    return found if isinstance(found, duckdb.Error) else None


def _no_store(path: Path, what: str) -> StoreError:
    return StoreError(f"{path}: no store of this program, {what}. It is left as it is; name another file.")


def _explained(path: Path, error: duckdb.Error) -> StoreError:
    text = str(error)
    first_line = text.splitlines()[0]
    if "could not set lock" in text.casefold():
        return StoreError(
            f"{path}: the store is busy: another process is writing it. Try again when it is done."
        )
    if "permission denied" in text.casefold() or "cannot open file" in text.casefold():
        return StoreError(f"{path}: the store cannot be opened: {first_line}")
    if "no space left" in text.casefold():
        return StoreError(f"{path}: the disk is full: {first_line}")
    return StoreError(
        f"{path}: the store is damaged or no DuckDB file ({first_line}). "
        "Move it away and run again over the kept feeds to rebuild it."
    )
