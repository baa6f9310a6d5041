"""The desk's database: a SQLite file beside the store, or PostgreSQL by its address.

What belongs here: opening it, and transactions that two people at once do not lose words in. What does not:
how PostgreSQL is reached (postgresql.py), and what is written (log.py).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from orderhealth_pipeline.desk import postgresql
from orderhealth_pipeline.desk.reading import SECONDS_TO_WAIT, is_address
from orderhealth_pipeline.desk.tables import create_tables, has_tables
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.messages import Message

_SECONDS_TO_WAIT: Final = SECONDS_TO_WAIT
_PRIVATE: Final = 0o600


def engine_of(desk: str) -> Engine:
    """Return an engine for a desk that may have no tables yet. Nothing is held open between transactions.

    Raises ConfigurationError for an address that is none.
    """
    return postgresql.engine_of(desk) if is_address(desk) else _sqlite(Path(desk))


def open_desk(desk: str) -> Engine:
    """Return an engine for the desk, its file and tables created where they are missing.

    Raises ConfigurationError for an address that is none, StoreError where the desk cannot be opened.
    """
    if not is_address(desk):
        _create_private(Path(desk))
    engine = engine_of(desk)
    with reading(engine, desk) as con:
        is_there = has_tables(con)
    # Who may only add words, and change no schema, can speak at a desk that is there.
    if not is_there:
        with writing(engine, desk) as con:
            create_tables(con)
    return engine


@contextmanager
def writing(engine: Engine, desk: str) -> Iterator[Connection]:
    """Open a transaction that no other writer runs beside: what it reads stays true until it ends."""
    with _reported(desk), engine.connect() as con:
        if con.dialect.name == "sqlite":
            con.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            postgresql.wait_for_writers(con, _SECONDS_TO_WAIT)
        try:
            yield con
        except BaseException:
            con.rollback()
            raise
        con.commit()


@contextmanager
def reading(engine: Engine, desk: str) -> Iterator[Connection]:
    """Open a transaction that reads what is committed, and waits for no writer."""
    with _reported(desk), engine.connect() as con:
        yield con


def _create_private(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))
    except FileExistsError:
        pass
    except OSError as error:
        raise StoreError(
            Message("{file}: the desk cannot be created ({reason}).", file=file, reason=error.strerror)
        ) from None


def _sqlite(file: Path) -> Engine:
    # NullPool: a connection that a forked process inherits would damage the file.
    engine = create_engine(
        f"sqlite:///{file}", poolclass=NullPool, connect_args={"timeout": _SECONDS_TO_WAIT}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Python's own transactions begin late and without the writers' lock: this module begins them itself.
    connection.isolation_level = None
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")


@contextmanager
def _reported(desk: str) -> Iterator[None]:
    """Say in one line what a database complains of, without the password of its address."""
    try:
        yield
    except (SQLAlchemyError, UnicodeError) as error:
        reason = _reason(getattr(error, "orig", None) or error)
        if not is_address(desk):
            raise StoreError(
                Message(
                    "{file}: what people said cannot be read or written ({reason}).", file=desk, reason=reason
                )
            ) from None
        raise StoreError(
            Message(
                "{database}: what people said cannot be read or written ({reason}). Nothing was written. "
                "Start the server, or correct `desk` in the configuration, and call again.",
                database=postgresql.place_of(desk),
                reason=postgresql.without_secrets(reason, desk),
            )
        ) from None


def _reason(error: BaseException) -> str:
    """Return the first line of a complaint, and the second where the first only announces it."""
    lines = [line.strip(" \t-") for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
