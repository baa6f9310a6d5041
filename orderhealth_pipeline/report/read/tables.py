"""Reads the public tables of the store, one statement of sql/report/ at a time, into plain rows.

What belongs here: running a statement, bringing instants into the reader's zone and taking out of texts what
nobody sees. What does not: their meaning.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.sql import statement

Row = dict[str, Any]


class StoreTables:
    """The statements of `sql/report/`, run on one connection; texts come back plain, instants in `zone`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> None:
        self._connection = connection
        self._zone = zone

    def rows(self, name: str, identifiers: dict[str, str] | None = None, **parameters: Any) -> list[Row]:
        """Run `sql/report/<name>.sql` and return a dictionary a row, in the statement's order.

        `identifiers` are the statement's own placeholders: names of columns, never values.
        """
        query = statement(f"report/{name}", **(identifiers or {}))
        result = self._connection.execute(query, parameters)
        names = [column[0] for column in result.description]
        return [dict(zip(names, map(self._local, values), strict=True)) for values in result.fetchall()]

    def frame(self, name: str, **parameters: Any) -> pl.DataFrame:
        """Run a statement whose rows may be many; instants come back as UTC."""
        rows: pl.DataFrame = sql.read(self._connection, f"report/{name}", parameters)
        return rows

    def _local(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(self._zone)
        return plain(value) if isinstance(value, str) else value
