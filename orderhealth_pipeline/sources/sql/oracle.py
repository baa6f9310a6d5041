"""Oracle, through oracledb without Oracle's own client, an extra. It was not held against a real server here.

What belongs here: what is Oracle's alone. What does not: which rows are asked for (window.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import URL

from orderhealth_pipeline.sources.sql.driven import SECONDS_TO_CONNECT, DrivenSnapshot, driver, refused

_WITHOUT_FRACTION: Final = len("2026-11-10 08:00:00")


class OracleSnapshot(DrivenSnapshot):
    """A read-only transaction of Oracle. Names without capitals are those that Oracle keeps in capitals."""

    one_row = "from dual"

    def name(self, column: str) -> str:
        """Quote with double quotes; a table may have a schema before a dot."""
        return ".".join(
            f'"{(part.upper() if part == part.lower() else part).replace(chr(34), "")}"'
            for part in column.split(".")
        )

    def shown(self, column: str) -> str:
        """Return a name in capitals as everybody else writes it."""
        return column.lower() if column == column.upper() else column

    def instant(self, text: str) -> str:
        """Write a whole second as a DATE, which a column of that type and a timestamp can be compared with.

        The session's zone is UTC, and so are instants with an offset.
        """
        form = "YYYY-MM-DD HH24:MI:SS" if len(text) >= _WITHOUT_FRACTION else "YYYY-MM-DD"
        return f"to_date({self.literal(text[:_WITHOUT_FRACTION])}, '{form}')"

    def day(self, column: str) -> str:
        """Return the first ten characters of what is written YYYY-MM-DD."""
        return f"to_char(landed.{column}, 'YYYY-MM-DD')"


@contextmanager
def snapshot(url: URL, timeout: timedelta) -> Iterator[OracleSnapshot]:
    """Open a read-only transaction. Raises SourceError, without secrets."""
    oracledb = driver("oracledb", "Oracle", "oracle")
    try:
        con = oracledb.connect(
            user=url.username,
            password=url.password,
            host=url.host or "127.0.0.1",
            port=url.port or 1521,
            service_name=url.query.get("service_name") or url.database,
            tcp_connect_timeout=SECONDS_TO_CONNECT,
        )
        try:
            con.call_timeout = int(timeout.total_seconds() * 1000)
            con.outputtypehandler = _exactly(oracledb)
            with con.cursor() as cursor:
                cursor.execute("alter session set time_zone = 'UTC'")
                cursor.execute("set transaction read only")
            yield OracleSnapshot(con)
            con.rollback()
        finally:
            con.close()
    except oracledb.Error as error:
        raise refused(error, url) from None


def _exactly(oracledb: Any) -> Any:
    """Return a handler that fetches numbers with all their digits, and long texts as texts."""

    def handler(cursor: Any, metadata: Any) -> Any:
        if metadata.type_code is oracledb.DB_TYPE_NUMBER:
            return cursor.var(Decimal, arraysize=cursor.arraysize)
        if metadata.type_code is oracledb.DB_TYPE_CLOB:
            return cursor.var(oracledb.DB_TYPE_LONG, arraysize=cursor.arraysize)
        if metadata.type_code is oracledb.DB_TYPE_BLOB:
            return cursor.var(oracledb.DB_TYPE_LONG_RAW, arraysize=cursor.arraysize)
        return None

    return handler
