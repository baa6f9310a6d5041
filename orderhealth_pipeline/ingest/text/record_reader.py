"""A text into records with DuckDB's reader, so that every line is in one, or is known to be none.

What belongs here: running that reader, counting what it gave, and reading again without bad lines. What does
not: which lines these are (bad_lines.py).

DuckDB reads a text in pieces, at the same time. Where a piece begins with a line that it cannot split, it
leaves out the rest of the text without a word. So lines are counted: where they are not all there, or some
were rejected, the text is gone through, and read again without those that are none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.files.file_facts import is_compressed
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import Scratch
from orderhealth_pipeline.ingest.staged import REJECTIONS_SCHEMA
from orderhealth_pipeline.ingest.text.bad_lines import take_out_bad_lines
from orderhealth_pipeline.ingest.text.line_numbers import empty_lines
from orderhealth_pipeline.ingest.text.plain_text import PlainText
from orderhealth_pipeline.ingest.text.quotes import CsvForm
from orderhealth_pipeline.sql import statement

_LINE_FAULT: Final = "CSV Error"
"""What DuckDB's errors begin with that are about lines."""


@dataclass(frozen=True)
class RecordReader:
    """How to read a text: `stage` runs the statement `name`, which puts its records into `table`.

    Records have the `columns`, and begin on `first_line`. `form` is that of a CSV text. `details` are what
    else the statement is told.
    """

    con: duckdb.DuckDBPyConnection
    stage: Callable[[str], object]
    name: str
    table: str
    columns: Sequence[str]
    details: dict[str, Any]
    form: CsvForm | None = None
    first_line: int = 1

    def read(self, text: PlainText, place: Scratch) -> tuple[Path, pl.DataFrame]:
        """Read a text; gives what was read in the end, and what of it is no record, as REJECTIONS_SCHEMA.

        Raises UnreadableFileError where lines cannot be told from each other.
        """
        if self._is_whole(text):
            return text.path, pl.DataFrame(schema=REJECTIONS_SCHEMA)
        bad = take_out_bad_lines(
            text.path, place.folder / "records.txt", self.form, self.first_line, text.too_long
        )
        for in_pieces in (True, False):
            records = self._run(bad.text, in_pieces=in_pieces)
            if records == (bad.records if self.form else text.lines):
                return bad.text, bad.found
        raise UnreadableFileError("its lines cannot be told from each other", "broken_quotes")

    def _is_whole(self, text: PlainText) -> bool:
        """Read a text, and say whether every line of it is in a record."""
        lines = text.lines - self.first_line + 1
        for in_pieces in (True, False):
            records = self._run(text.path, in_pieces=in_pieces)
            if records is None:
                return False
            missing = lines - records
            if missing:
                missing -= self._line_breaks()
            if missing == 0 or 0 < missing <= len(empty_lines(text.path)):
                return True
        return False

    def _run(self, path: Path, *, in_pieces: bool) -> int | None:
        """Read a text, and count its records; None where a line is found fault with."""
        compression = "gzip" if is_compressed(path) else "none"
        query = statement(
            self.name,
            in_pieces=in_pieces,
            columns=self.columns,
            path=path,
            compression=compression,
            **self.details,
        )
        try:
            self.stage(query)
        except duckdb.Error as error:
            if _LINE_FAULT not in str(error):
                raise
            return None
        return self._count(self.table)

    def _count(self, table: str) -> int:
        ((rows,),) = sql.run(self.con, "ingest/typed_rows/count_rows", table=table)
        return int(rows)

    def _line_breaks(self) -> int:
        """Count the line breaks within values."""
        query = statement("ingest/stage/count_line_breaks", table=self.table, columns=self.columns)
        ((line_breaks,),) = self.con.execute(query).fetchall()
        return int(line_breaks)
