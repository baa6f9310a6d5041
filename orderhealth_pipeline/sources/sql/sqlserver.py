"""SQL Server, through pymssql, an extra. It has not been held against a real server here.

What belongs here: what is SQL Server's alone. What does not: which rows are asked for (window.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from sqlalchemy import URL

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.sql.driven import SECONDS_TO_CONNECT, DrivenSnapshot, driver, refused

_NO_SNAPSHOTS: Final = 3952
_OFFSET_CHARACTERS: Final = len("+00")
_DAY: Final = len("2026-11-10")


class SqlServerSnapshot(DrivenSnapshot):
    """A transaction of SQL Server; instants without an offset come in the server's own zone."""

    def name(self, column: str) -> str:
        """Quote with brackets; a table may have a schema before a dot."""
        return ".".join(f"[{part.replace(']', ']]')}]" for part in column.split("."))

    def instant(self, text: str) -> str:
        """Cast it: what a bare text means depends on the session's language."""
        if len(text) > _DAY and text[-_OFFSET_CHARACTERS] in "+-":
            return f"cast({self.literal(f'{text}:00')} as datetimeoffset)"
        return f"cast({self.literal(text)} as datetime2)"

    def day(self, column: str) -> str:
        """Return the day by the style that is ISO 8601."""
        return f"convert(char(10), landed.{column}, 23)"


@contextmanager
def snapshot(url: URL, timeout: timedelta) -> Iterator[SqlServerSnapshot]:
    """Open a transaction under snapshot isolation. Raises SourceError, without secrets."""
    pymssql = driver("pymssql", "SQL Server", "sqlserver")
    try:
        con = pymssql.connect(
            server=url.host or "127.0.0.1",
            port=str(url.port or 1433),
            user=url.username,
            password=url.password or "",
            database=url.database or "",
            appname="orderhealth",
            login_timeout=SECONDS_TO_CONNECT,
            timeout=int(timeout.total_seconds()),
            autocommit=True,
        )
        try:
            with con.cursor() as cursor:
                cursor.execute("set transaction isolation level snapshot")
            con.autocommit(False)  # noqa: FBT003 - the driver's own way
            yield SqlServerSnapshot(con)
            con.rollback()
        finally:
            con.close()
    except pymssql.Error as error:
        if error.args and error.args[0] == _NO_SNAPSHOTS:
            raise SourceError(
                Message(
                    "the database allows no snapshots, so its tables cannot be read as of one instant: "
                    "alter database {name} set allow_snapshot_isolation on",
                    name=url.database or "",
                )
            ) from None
        raise refused(error, url) from None
