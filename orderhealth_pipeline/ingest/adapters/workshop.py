"""Where an adapter's statements run: a database of its own, in memory, that reaches nothing else.

What belongs here: what a statement may do. What does not: what it is about (load_through_adapter.py). A
statement comes from a folder that anybody may have written, so it gets no files, no settings, no extensions,
and no other tables than its sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.values.typing import create_reading_macros
from orderhealth_pipeline.messages import Message

_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_MACROS = ("each_of", "from_seconds", "from_milliseconds", "from_hundredths", "per_unit", "unless_masked")
"""What statements may call besides DuckDB's own functions; docs/adapters.md describes them."""


class Workshop:
    """Takes the tables of sources, then runs statements over them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> None:
        self._con = con
        self._tables: set[str] = set()
        create_reading_macros(con)
        for macro in _MACROS:
            sql.run(con, f"ingest/workshop/create_{macro}")
        sql.run(con, "ingest/settings/set_time_zone", zone=zone.key)

    def put(self, view: str, rows: pa.Table) -> None:
        """Append rows to the table of a source."""
        self._con.register("arriving", rows)
        put = "ingest/stage/append_source" if view in self._tables else "ingest/stage/create_source"
        sql.run(self._con, put, view=view)
        self._con.unregister("arriving")
        self._tables.add(view)

    def close_door(self) -> None:
        """Let nothing be read from now on but what was put here."""
        for lock in ("ingest/workshop/forbid_external_access", "ingest/workshop/lock_settings"):
            sql.run(self._con, lock)

    def run(self, query: str, file: Path) -> pa.Table:
        """Return the rows of a SELECT. Raises ConfigurationError, naming its file, where it fails."""
        try:
            return self._con.sql(query).to_arrow_table()
        except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException):
            # DuckDB's message would repeat the value.
            raise ConfigurationError(
                "the statement fails on a value that it cannot convert: hand the text on, or use try_cast",
                file=file,
            ) from None
        except duckdb.Error as error:
            raise ConfigurationError(
                Message("the statement fails: {error}", error=str(error).splitlines()[0]), file=file
            ) from None


@contextmanager
def workshop(zone: ZoneInfo) -> Iterator[Workshop]:
    """Open a workshop whose instants without an offset are in `zone`."""
    with duckdb.connect(":memory:", config=dict(_SETTINGS)) as con:
        yield Workshop(con, zone)
