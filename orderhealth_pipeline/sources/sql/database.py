"""What every database can do here: give the rows of a SELECT as CSV text, all in one read-only snapshot.

What belongs here: the interface, and choosing by the address. What does not: a database's own ways
(postgresql.py, mysql.py, driven.py).
"""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Final

from psycopg.abc import Buffer
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from orderhealth_pipeline.respond.redaction import hidden
from orderhealth_pipeline.sources.errors import SourceError

POSTGRESQL: Final = ("postgresql", "postgres")


class Snapshot(ABC):
    """One read-only transaction: all its SELECTs see the same instant.

    `one_row` is what a SELECT without a table reads from, where the database wants it to read from one.
    """

    one_row: str = ""

    @abstractmethod
    def lines(self, select: str) -> Iterator[Buffer]:
        """Return the rows of a SELECT as CSV in UTF-8, or as the server has it: first the header.

        Each item is one whole record with its line break; null is empty, an empty text is quoted.
        """

    @abstractmethod
    def name(self, column: str) -> str:
        """Quote the name of a column, or of a table with its schema."""

    @abstractmethod
    def literal(self, text: str) -> str:
        """Quote a text."""

    def instant(self, text: str) -> str:
        """Return an expression for an instant, written as in 2026-11-10 08:00:00.5 or with an offset."""
        return self.literal(text)

    @abstractmethod
    def day(self, column: str) -> str:
        """Return an expression for the day of a quoted column, as text such as 2026-11-10."""

    @abstractmethod
    def is_indexed(self, select: str, bound: str) -> bool | None:
        """Say whether a SELECT that asks for what is newer than a bound can use an index; null: not known."""

    def records(self, select: str) -> list[list[str]]:
        """Return the rows of a SELECT as texts; null is empty. For a few rows only."""
        lines = (bytes(line).decode(errors="replace") for line in self.lines(select))
        return [record or [""] for record in csv.reader(lines)][1:]


Opener = Callable[[URL, timedelta], AbstractContextManager[Snapshot]]


@contextmanager
def snapshot(address: str, *, timeout: timedelta) -> Iterator[Snapshot]:
    """Open a snapshot of the database of an address. Raises SourceError, without secrets."""
    from orderhealth_pipeline.sources.sql import mysql, oracle, postgresql, sqlserver

    url = read_address(address)
    ways: dict[str, Opener] = {"mssql": sqlserver.snapshot, "oracle": oracle.snapshot}
    ways |= dict.fromkeys(POSTGRESQL, postgresql.snapshot)
    with ways.get(url.get_backend_name(), mysql.snapshot)(url, timeout) as opened:
        yield opened


def read_address(address: str) -> URL:
    """Read the address of a database. Raises SourceError where it is none."""
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        raise SourceError("the address of the database cannot be read") from None


def without_secrets(said: str, url: URL) -> str:
    """Return the first lines of what a driver said in one, without the password."""
    secrets = [url.password] if url.password else []
    secrets += [value for value in url.query.values() if isinstance(value, str)]
    line = " ".join(part.strip() for part in said.strip().splitlines()[:2])
    return hidden(line, secrets, None)
