"""Databases that only their drivers can speak to: values come as Python's, and are written as text again.

What belongs here: what is common to these. What does not: a database's own ways (sqlserver.py, oracle.py).
Neither has been held against a real server here.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

from sqlalchemy import URL

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.sql.database import Snapshot, without_secrets

SECONDS_TO_CONNECT: Final = 10
_AT_ONCE: Final = 1000


class DrivenSnapshot(Snapshot, ABC):
    """A transaction of a connection as PEP 249 describes it."""

    def __init__(self, con: Any) -> None:
        self._con = con

    def lines(self, select: str) -> Iterator[bytes]:
        """Write the rows as CSV while the server still sends them."""
        cursor = self._con.cursor()
        try:
            cursor.execute(select)
            yield record([self.shown(str(column[0])) for column in cursor.description or ()])
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from (record([as_text(value) for value in row]) for row in rows)
        finally:
            cursor.close()

    def shown(self, column: str) -> str:
        """Return the name of a column as people write it."""
        return column

    def literal(self, text: str) -> str:
        """Quote with single quotes."""
        return f"'{text.replace(chr(39), chr(39) * 2)}'"

    def is_indexed(self, select: str, bound: str) -> None:
        """Say nothing."""


def driver(name: str, database: str, extra: str) -> Any:
    """Import a driver that is an extra. Raises SourceError where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise SourceError(
            Message(
                "{database} needs a driver that is not installed ({driver}): "
                "pip install 'orderhealth-pipeline[{extra}]'",
                database=database,
                driver=name,
                extra=extra,
            )
        ) from None


def refused(error: Exception, url: URL) -> SourceError:
    """Return what a driver said as an error of the source, without secrets."""
    said = " ".join(_said(each) for each in error.args) or type(error).__name__
    return SourceError(Message("the database refuses ({reason})", reason=without_secrets(said, url)))


def as_text(value: Any) -> str | None:
    """Write a value as a database would: every digit, ISO 8601, `true` and `false`; null stays null."""
    match value:
        case None | str():
            text = value
        case bool():
            text = str(value).lower()
        case Decimal() if value.is_finite():
            text = f"{value:f}"
        case datetime():
            text = value.isoformat(" ")
        case date() | time():
            text = value.isoformat()
        case bytes() | bytearray() | memoryview():
            text = bytes(value).hex()
        case _:
            text = str(value)
    return text


def record(values: list[str | None]) -> bytes:
    """Write one record of CSV: null is empty, an empty text is quoted."""
    fields = ("" if value is None else '"' + value.replace('"', '""') + '"' for value in values)
    return (",".join(fields) + "\n").encode(errors="replace")


def _said(part: object) -> str:
    if isinstance(part, tuple):
        return " ".join(map(_said, part))
    return part.decode(errors="replace") if isinstance(part, bytes) else str(part)
