"""Reads the public tables of the store, one statement of sql/report/ at a time, into plain rows.

What belongs here: running a statement and bringing instants into the reader's zone. What does not: their
meaning.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from orderhealth_pipeline.statements import statement

Row = dict[str, Any]


class StoreTables:
    """The statements of `sql/report/`, run on one connection; instants come back in `zone`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> None:
        self._connection = connection
        self._zone = zone

    def rows(self, name: str, **parameters: Any) -> list[Row]:
        """Run `sql/report/<name>.sql` and give a dictionary a row, in the statement's order."""
        result = self._connection.execute(statement(f"report/{name}"), parameters)
        names = [column[0] for column in result.description]
        return [dict(zip(names, map(self._local, values), strict=True)) for values in result.fetchall()]

    def _local(self, value: Any) -> Any:
        return value.astimezone(self._zone) if isinstance(value, datetime) and value.tzinfo else value
