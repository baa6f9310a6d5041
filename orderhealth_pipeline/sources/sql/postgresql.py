"""PostgreSQL, read as text by COPY: fast, exact, and no driver decides what a value is.

What belongs here: what is PostgreSQL's alone. What does not: which rows are asked for (window.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import psycopg
from psycopg import sql as quoting
from psycopg.abc import Buffer
from sqlalchemy import URL

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.sql.database import Snapshot, without_secrets

_SECONDS_TO_CONNECT: Final = 10
_UNKNOWN_CHARACTERS: Final = (psycopg.errors.CharacterNotInRepertoire, psycopg.errors.UntranslatableCharacter)


class PostgreSQLSnapshot(Snapshot):
    """A transaction of PostgreSQL; instants with a zone come in UTC."""

    def __init__(self, con: psycopg.Connection[Any]) -> None:
        self._con = con

    def lines(self, select: str) -> Iterator[Buffer]:
        """Let the server write CSV; libpq hands it over a record at a time."""
        statement = f"copy (\n{select}\n) to stdout (format csv, header)"
        with self._con.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            read = copy.read
            while record := read():
                yield record

    def name(self, column: str) -> str:
        """Quote with double quotes; a table may have a schema before a dot."""
        return quoting.Identifier(*column.split(".")).as_string(self._con)

    def literal(self, text: str) -> str:
        """Quote with single quotes."""
        return quoting.Literal(text).as_string(self._con)

    def day(self, column: str) -> str:
        """Return the first ten characters: the session writes ISO 8601 in UTC."""
        return f"left(landed.{column}::text, 10)"

    def is_indexed(self, select: str, bound: str) -> bool:
        """Ask the planner for the way it would take if it must not read everything."""
        with self._con.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
            cursor.execute(f"explain (format json) {select}".encode())
            plan = json.dumps(cursor.fetchall())
            cursor.execute("set local enable_seqscan = on")
        return any(bound in part.split('", "', 1)[0] for part in plan.split('"Index Cond": "')[1:])


@contextmanager
def snapshot(url: URL, timeout: timedelta) -> Iterator[PostgreSQLSnapshot]:
    """Open a REPEATABLE READ, READ ONLY transaction. Raises SourceError, without secrets."""
    try:
        with _connected(url) as con:
            con.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            con.read_only = True
            milliseconds = int(timeout.total_seconds() * 1000)
            for setting in (
                f"statement_timeout = {milliseconds}",
                "lock_timeout = '10s'",
                "timezone = 'UTC'",
                "datestyle = 'ISO'",
                "extra_float_digits = 1",
                "bytea_output = 'hex'",
            ):
                con.execute(f"set local {setting}".encode())
            _read_any_characters(con)
            yield PostgreSQLSnapshot(con)
            con.rollback()
    except psycopg.errors.QueryCanceled:
        raise SourceError(
            Message(
                "the database took longer than {seconds:.0f} seconds: ask for less, or raise `timeout`",
                seconds=timeout.total_seconds(),
            )
        ) from None
    except _UNKNOWN_CHARACTERS as error:
        raise SourceError(
            Message(
                "a text of the database is no valid text ({reason}): leave its column out, or convert it",
                reason=without_secrets(str(error), url),
            )
        ) from None
    except psycopg.Error as error:
        raise SourceError(
            Message("the database refuses ({reason})", reason=without_secrets(str(error), url))
        ) from None


def _connected(url: URL) -> psycopg.Connection[Any]:
    given = {key: value for key, value in url.query.items() if isinstance(value, str)}
    options: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
        "connect_timeout": _SECONDS_TO_CONNECT,
        "application_name": "orderhealth",
        "client_encoding": "utf8",
    }
    return psycopg.connect(
        **{key: value for key, value in {**options, **given}.items() if value is not None},
        # A pooler between keeps no statements.
        prepare_threshold=None,
    )


def _read_any_characters(con: psycopg.Connection[Any]) -> None:
    """Take the bytes as they are where the server does not know what characters they are."""
    if con.info.parameter_status("server_encoding") == "SQL_ASCII":
        con.execute("set client_encoding to 'SQL_ASCII'")
