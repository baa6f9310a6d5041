"""What a feed file needs while it is read and no longer: copies on disk, and its records.

What belongs here: where they lie, and letting them go. What does not: what is copied (plain_text.py,
stage_csv.py) or read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from orderhealth_pipeline import sql

HELD: Final = "held_records"
"""The name under which SQL reads the records that are held."""

HELD_LINES: Final = 4_000_000
"""So many lines at most are held in memory, about a gigabyte, and more of them in a file."""


_RECORDS_A_BATCH: Final = 131_072


@dataclass
class _Records:
    """Stands between DuckDB and the records: a name that was given in a transaction stays until its end."""

    table: pa.Table | None = None

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        if self.table is None:
            raise ValueError("these records have been let go")
        return self.table.__arrow_c_stream__(requested_schema)


@dataclass
class Scratch:
    """A folder for copies, made when it is asked for, and the records of one file."""

    make_folder: Callable[[], Path]
    records: _Records = field(default_factory=_Records)

    @cached_property
    def folder(self) -> Path:
        """An empty folder at first. Most files are read where they lie, and need none."""
        return self.make_folder()

    def hold(self, con: duckdb.DuckDBPyConnection, query: str, *, in_file: bool = False) -> None:
        """Keep what a SELECT gives, as HELD, instead of what was held before: its columns, and record_number.

        That numbers them, from 0. They are kept in memory or, where they are too many, in a file that the
        system takes into memory as far as it is looked at. DuckDB would keep a temporary table of them until
        the transaction ends, and one of every other file beside it. Raises duckdb.Error where the SELECT
        fails, and OSError where the disk is full.
        """
        self.let_go()
        # What fails is a transaction of its own, and not the one of the run.
        with con.cursor() as reader, _texts_in_a_row(reader):
            read = self._kept_in_file(reader, query) if in_file else reader.sql(query).to_arrow_table()
        # Given as an array, NumPy's numbers would make pyarrow import pandas, which takes half a second.
        buffers = [None, pa.py_buffer(np.arange(read.num_rows))]
        numbers = pa.Array.from_buffers(pa.int64(), read.num_rows, buffers)
        self.records = _Records(read.append_column("record_number", numbers))
        con.register(HELD, self.records)

    def _kept_in_file(self, con: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
        file = self.folder / "records.arrow"
        # What was held before may still be looked at, and lies in the file of that name.
        file.unlink(missing_ok=True)
        with (
            # Where the disk is full, the connection must not be left with half a result.
            con.sql(query).to_arrow_reader(_RECORDS_A_BATCH) as batches,
            pa.ipc.new_file(str(file), batches.schema) as writer,
        ):
            for batch in _read(batches):
                writer.write_batch(batch)
        return pa.ipc.open_file(pa.memory_map(str(file))).read_all()

    def let_go(self) -> None:
        """Forget the records."""
        self.records.table = None


@contextmanager
def _texts_in_a_row(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB give the texts of a column one behind the other, as Arrow's functions read them.

    That takes less time and room than views of them, in which Polars keeps them. After an error it stays so,
    which costs Polars a copy: a transaction that failed takes no statement any more.
    """
    sql.run(con, "ingest/settings/set_text_views", are_given=False)
    yield
    sql.run(con, "ingest/settings/set_text_views", are_given=True)


def _read(batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Read what DuckDB gives piece by piece: Arrow calls every error of DuckDB's an OSError."""
    try:
        yield from batches
    except OSError as error:
        raise duckdb.Error(str(error)) from error


@contextmanager
def scratch(con: duckdb.DuckDBPyConnection) -> Iterator[Scratch]:
    """Return a folder and nothing held; what was made and held is gone when the context ends.

    The folder lies beside the store, where the next run clears away what a killed one has left: names and
    addresses would otherwise stay in the system's folder for temporary files.
    """
    with ExitStack() as stack:
        place = Scratch(lambda: stack.enter_context(_scratch_folder(con)))
        try:
            yield place
        finally:
            place.let_go()


@contextmanager
def _scratch_folder(con: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    places = sql.run(con, "ingest/settings/select_scratch_place")
    if not places:
        with TemporaryDirectory() as folder:
            yield Path(folder)
        return
    place = Path(places[0][0])
    if place.is_symlink():
        # Somebody else's: nothing of ours is written where it leads.
        place.unlink()
    place.mkdir(exist_ok=True)
    try:
        with TemporaryDirectory(prefix="orderhealth-", dir=place) as folder:
            yield Path(folder)
    finally:
        with suppress(OSError):
            place.rmdir()
