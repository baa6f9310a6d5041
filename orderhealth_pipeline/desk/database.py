"""The desk's database: a SQLite file beside the store, or PostgreSQL by its address.

What belongs here: opening it, and transactions that two people at once do not lose words in. What does not:
what is written (log.py).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from orderhealth_pipeline.desk.tables import create_tables
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.messages import Message

_SECONDS_TO_WAIT: Final = 20
_PRIVATE: Final = 0o600
_LOCK_OF_WRITERS: Final = 7_241_935


def is_address(desk: str) -> bool:
    """Say whether the setting `desk` is the address of a database, and not a file."""
    return "://" in desk


def open_desk(desk: str) -> Engine:
    """Return an engine for the desk, its tables created. Nothing is held open between transactions.

    Raises ConfigurationError for an address that is none, StoreError where the desk cannot be opened.
    """
    engine = _postgresql(desk) if is_address(desk) else _sqlite(Path(desk))
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
            con.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK_OF_WRITERS})")
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


def _sqlite(file: Path) -> Engine:
    if not file.exists():
        try:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))
        except FileExistsError:
            pass
        except OSError as error:
            raise StoreError(
                Message("{file}: the desk cannot be created ({reason}).", file=file, reason=error.strerror)
            ) from None
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


def _postgresql(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() != "postgresql":
            raise ConfigurationError(
                "desk: a file, or the address of a PostgreSQL database such as "
                "postgresql://user@host/orderhealth, is expected"
            )
        return create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise ConfigurationError("desk: the address of the database cannot be read") from None


@contextmanager
def _reported(desk: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.__cause__ or error
        reason = str(getattr(cause, "orig", None) or cause).strip().split("\n", 1)[0]
        name = "the desk's database" if is_address(desk) else desk
        with suppress(ArgumentError):
            password = make_url(desk).password if is_address(desk) else None
            reason = reason.replace(str(password), "***") if password else reason
        raise StoreError(
            Message(
                "{name}: what people said cannot be read or written ({reason}).", name=name, reason=reason
            )
        ) from None
