"""A CSV text into memory: its header, its records, and the lines that are none.

What belongs here: DuckDB's CSV reader, and what it takes to lose no line next to a broken one. What does
not: bytes (plain_text.py) and line numbers (line_numbers.py).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import polars as pl

from orderhealth_pipeline.ingest.file_facts import is_compressed, open_text_bytes
from orderhealth_pipeline.ingest.plain_text import blank_quotes
from orderhealth_pipeline.ingest.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.scratch import HELD, Scratch
from orderhealth_pipeline.ingest.staged import UNSPLIT_LINES, Staged, clean_header
from orderhealth_pipeline.ingest.unsplit import stage_text, swallowing_lines

_HEADER_BYTES: Final = 1024 * 1024
_DELIMITERS: Final = (",", ";", "\t", "|")
HELD_LINES: Final = 4_000_000
"""So many lines at most are held in memory, about a gigabyte, and more of them in a file."""

_RECOVERIES: Final = 24
"""Every pass halves the open quotes that follow each other line by line, so these are enough for millions."""


@dataclass(frozen=True)
class _Header:
    columns: tuple[str, ...]
    delimiter: str
    empty_lines: int
    lines: int


def stage_csv(
    con: duckdb.DuckDBPyConnection, text: Path, lines: int, known: frozenset[str], place: Scratch
) -> Staged:
    """Read a text of so many lines; those that do not split into the header's columns are kept as unsplit.

    A quote that is not closed swallows all lines up to the next quote. Such a line is rejected by itself,
    and the text is read again without its quotes, so that the lines after it are read.
    """
    header = _read_header(text, known)
    separators = (header.delimiter + '"').encode()
    opened, taken = pl.DataFrame(schema=UNSPLIT_LINES), pl.Series(dtype=pl.Int64)
    for number in range(_RECOVERIES + 1):
        is_last = number == _RECOVERIES
        read = _read_records(con, text, header, lines, place, None if is_last else taken)
        unsplit = read.join(opened, on="position", how="anti")
        swallowing = swallowing_lines(unsplit, taken)
        if swallowing.is_empty() or is_last:
            break
        # Where its text was not reported, it is when the text is read again.
        reported = swallowing.filter(pl.col("row").is_not_null()).with_columns(lines=pl.lit(1, pl.Int64))
        opened = pl.concat([opened, reported.select(UNSPLIT_LINES.names())])
        taken = pl.concat([taken, swallowing["position"]])
        copy = place.folder / f"recovered_{number}.csv"
        blank_quotes(text, copy, np.array(swallowing["position"]), separators)
        text = copy
    return Staged(
        columns=header.columns,
        first_line=header.empty_lines + header.lines + 1,
        unsplit=pl.concat([opened, unsplit.select(UNSPLIT_LINES.names())]).sort("position"),
        text=text,
        relation=HELD,
        row_number="staged.record_number",
        records=place.records.table,
    )


def _read_records(
    con: duckdb.DuckDBPyConnection,
    text: Path,
    header: _Header,
    lines: int,
    place: Scratch,
    taken: pl.Series | None,
) -> pl.DataFrame:
    """Put the records where they are read from, and give the lines that are none."""
    return stage_text(
        con,
        partial(place.hold, con, in_file=lines > HELD_LINES),
        "ingest/stage_csv",
        HELD,
        lines - header.empty_lines - header.lines,
        taken=taken,
        columns=[f"c{number}" for number in range(1, len(header.columns) + 1)],
        path=text,
        delimiter=header.delimiter,
        skip=header.empty_lines,
        compression="gzip" if is_compressed(text) else "none",
    )


def _read_header(path: Path, known: frozenset[str]) -> _Header:
    with open_text_bytes(path) as stream:
        start = stream.read(_HEADER_BYTES)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError("the file is UTF-16; save it as UTF-8", "broken_character")
    text = start.decode("utf-8-sig", errors="replace")
    if not text.strip(" \t\n\x00"):
        raise UnreadableFileError("the file is empty", "empty_file")
    body = text.lstrip("\n")
    headers = {delimiter: _split_header(body, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(
        _DELIMITERS, key=lambda each: len(known.intersection(_plain(name) for name in headers[each][0]))
    )
    names, lines = headers[delimiter]
    return _Header(tuple(clean_header(names, known)), delimiter, len(text) - len(body), lines)


def _plain(name: str) -> str:
    return name.strip().casefold()


def _split_header(text: str, delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        return next(reader), reader.line_num
    except csv.Error as error:
        raise UnreadableFileError(f"the header line cannot be read ({error})", "no_header") from error
