"""Where an adapter's statements run: a database of its own, in memory, that reaches nothing else.

What belongs here: what a statement may do. What does not: what it is about (load.py). A statement comes from
a folder that anybody may have written, so it gets no files, no settings, no extensions, and no other tables
than its sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.typing import create_reading_macros
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.statements import statement

_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}


class Workshop:
    """Takes the tables of sources, then runs statements over them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> None:
        self._con = con
        self._tables: set[str] = set()
        create_reading_macros(con)
        con.execute(statement("ingest/set_time_zone", zone=zone.key)).fetchall()

    def put(self, view: str, rows: pa.Table) -> None:
        """Append rows to the table of a source."""
        self._con.register("arriving", rows)
        put = "ingest/append_source" if view in self._tables else "ingest/create_source"
        self._con.execute(statement(put, view=view)).fetchall()
        self._con.unregister("arriving")
        self._tables.add(view)

    def close_door(self) -> None:
        """Let nothing be read from now on but what was put here."""
        for lock in ("forbid_external_access", "lock_settings"):
            self._con.execute(statement(f"ingest/{lock}")).fetchall()

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
