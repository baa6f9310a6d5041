"""MySQL and MariaDB, read as text: PyMySQL hands every value over as the server sent it.

What belongs here: what is theirs alone. What does not: which rows are asked for (window.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pymysql
from pymysql import converters
from pymysql.cursors import SSCursor
from sqlalchemy import URL

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.sql.database import Snapshot, without_secrets

_SECONDS_TO_CONNECT: Final = 10
_READ_SECONDS: Final = 300
_AT_ONCE: Final = 1000
_TOO_LONG: Final = frozenset({1969, 3024})
_POSSIBLE_KEYS: Final = "possible_keys"


class MySQLSnapshot(Snapshot):
    """A transaction of MySQL or MariaDB. Instants come in the server's zone."""

    def __init__(self, con: pymysql.Connection[Any]) -> None:
        self._con = con

    def lines(self, select: str) -> Iterator[bytes]:
        """Write the rows as CSV while the server still sends them."""
        with self._con.cursor(SSCursor) as cursor:
            cursor.execute(select)
            names = [str(column[0]) for column in cursor.description or ()]
            yield _record(names)
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from map(_record, rows)

    def name(self, column: str) -> str:
        """Quote with back-ticks; a table may have a schema before a dot."""
        return ".".join(f"`{part.replace('`', '``')}`" for part in column.split("."))

    def literal(self, text: str) -> str:
        """Quote with single quotes, as the session's mode wants it."""
        return f"'{converters.escape_string(text)}'"

    def day(self, column: str) -> str:
        """Return the first ten characters of what is written YYYY-MM-DD."""
        return f"left(cast(landed.{column} as char), 10)"

    def is_indexed(self, select: str, bound: str) -> bool:  # noqa: ARG002 - the planner names the keys itself
        """Ask the planner which indexes it could use."""
        rows = list(self.lines(f"explain {select}"))
        names = bytes(rows[0]).decode().strip().replace('"', "").split(",")
        place = names.index(_POSSIBLE_KEYS)
        keys = [record[place] for record in self.records(f"explain {select}")]
        return any(keys)


@contextmanager
def snapshot(url: URL, timeout: timedelta) -> Iterator[MySQLSnapshot]:
    """Open a consistent, read-only snapshot. Raises SourceError, without secrets."""
    try:
        con = _connected(url)
        try:
            with con.cursor() as cursor:
                cursor.execute(_longest(con, timeout))
                cursor.execute("set session transaction isolation level repeatable read")
                cursor.execute("start transaction with consistent snapshot, read only")
            yield MySQLSnapshot(con)
        finally:
            con.close()
    except pymysql.Error as error:
        if error.args and error.args[0] in _TOO_LONG:
            raise SourceError(
                Message(
                    "the database took longer than {seconds:.0f} seconds: ask for less, or raise `timeout`",
                    seconds=timeout.total_seconds(),
                )
            ) from None
        said = str(error.args[-1]) if error.args else type(error).__name__
        raise SourceError(
            Message("the database refuses ({reason})", reason=without_secrets(said, url))
        ) from None


def _connected(url: URL) -> pymysql.Connection[Any]:
    return pymysql.connect(
        host=url.host or "127.0.0.1",
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        database=url.database,
        charset="utf8mb4",
        # No conversion at all: texts as their bytes, numbers and instants as the server writes them.
        use_unicode=False,
        conv=dict(converters.encoders.items()),
        connect_timeout=_SECONDS_TO_CONNECT,
        read_timeout=_READ_SECONDS,
    )


def _longest(con: pymysql.Connection[Any], timeout: timedelta) -> str:
    seconds = timeout.total_seconds()
    server = str(con.get_server_info())  # type: ignore[no-untyped-call]
    if "mariadb" in server.lower():
        return f"set session max_statement_time = {seconds:.0f}"
    return f"set session max_execution_time = {seconds * 1000:.0f}"


def _record(values: Any) -> bytes:
    return b",".join(map(_field, values)) + b"\n"


def _field(value: bytes | str | None) -> bytes:
    if value is None:
        return b""
    data = value.encode() if isinstance(value, str) else value
    return b'"' + data.replace(b'"', b'""') + b'"'
