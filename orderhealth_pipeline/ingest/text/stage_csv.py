"""A CSV text into memory: its header, its records, and the lines that are none.

What belongs here: headers, and what DuckDB's CSV reader is told. What does not: bytes (plain_text.py), and
lines that are no record (record_reader.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.ingest.files.file_facts import open_text_bytes
from orderhealth_pipeline.ingest.files.reading_faults import HeaderBelowError, UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import HELD, HELD_LINES, Scratch
from orderhealth_pipeline.ingest.staged import Staged, clean_header, header_name
from orderhealth_pipeline.ingest.text.plain_text import PlainText
from orderhealth_pipeline.ingest.text.quotes import CsvForm
from orderhealth_pipeline.ingest.text.record_reader import RecordReader
from orderhealth_pipeline.messages import Message

_HEADER_BYTES: Final = 1024 * 1024
_DELIMITERS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 2_000
_LINES_ABOVE: Final = 100
_NAMES_OF_A_HEADER: Final = 2


@dataclass(frozen=True)
class _Header:
    columns: tuple[str, ...]
    delimiter: str
    empty_lines: int
    lines: int


def stage_csv(
    con: duckdb.DuckDBPyConnection, text: PlainText, known: frozenset[str], place: Scratch
) -> Staged:
    """Read a text; lines that do not split into the header's columns are bad lines, each by itself."""
    header = _read_header(text.path, known)
    columns = [f"c{number}" for number in range(1, len(header.columns) + 1)]
    first_line = header.empty_lines + header.lines + 1
    reader = RecordReader(
        con,
        partial(place.hold, con, in_file=text.lines > HELD_LINES),
        "ingest/stage/stage_csv",
        HELD,
        columns,
        {"delimiter": header.delimiter, "skip": header.empty_lines},
        CsvForm(header.delimiter, len(columns)),
        first_line,
    )
    read, bad_lines = reader.read(text, place)
    return Staged(
        columns=header.columns,
        first_line=first_line,
        bad_lines=bad_lines,
        text=read,
        relation=HELD,
        row_number="staged.record_number",
        records=place.records.table,
    )


def _read_header(path: Path, known: frozenset[str]) -> _Header:
    with open_text_bytes(path) as stream:
        start = stream.read(_HEADER_BYTES)
    text = start.decode("utf-8-sig", errors="replace")
    if not text.strip(" \t\n\x00"):
        raise UnreadableFileError("the file is empty", "empty_file")
    body = text.lstrip("\n")
    headers = {delimiter: _split_header(body, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda each: _known_in(headers[each][0], known))
    names, lines = headers[delimiter]
    if known and not _known_in(names, known):
        _look_below(body, known)
    if len(names) > MOST_COLUMNS:
        raise UnreadableFileError(
            Message(
                "the header has {names:,} columns, more than {most_columns:,}",
                names=len(names),
                most_columns=MOST_COLUMNS,
            ),
            "too_large",
        )
    return _Header(tuple(clean_header(names, known)), delimiter, len(text) - len(body), lines)


def _known_in(names: Sequence[str], known: frozenset[str]) -> int:
    return len(known.intersection(header_name(name, known) for name in names))


def _look_below(body: str, known: frozenset[str]) -> None:
    """Raise UnreadableFileError where the header stands below lines that belong to no table."""
    for number, line in enumerate(body.split("\n")[:_LINES_ABOVE], start=1):
        if max(_known_in(line.split(delimiter), known) for delimiter in _DELIMITERS) >= _NAMES_OF_A_HEADER:
            raise HeaderBelowError(
                Message(
                    "its header is line {line}: delete what stands above it, or let orderhealth map write an "
                    "adapter with header_row",
                    line=number,
                ),
                number,
            )


def _split_header(text: str, delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        return next(reader), reader.line_num
    except csv.Error as error:
        raise UnreadableFileError(
            Message("the header line cannot be read ({error})", error=error), "no_header"
        ) from error
