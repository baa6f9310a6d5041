"""The rows of a text that has more than rows: title lines before the header, totals after the last row.

What belongs here: finding where they begin and end. What does not: which words tell (adapter.yml).
"""

from __future__ import annotations

import csv
import io
import mmap
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.adapters.heads import cells_of, delimiter_of
from orderhealth_pipeline.ingest.files.file_facts import TextFacts, open_text_bytes, read_facts
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import Scratch
from orderhealth_pipeline.ingest.text.plain_text import plain_text
from orderhealth_pipeline.ingest.text.table_place import (
    TablePlace,
    enough_cells,
    joined_header,
    plain_name,
    totals_pattern,
)
from orderhealth_pipeline.messages import Message

_LINES_BEFORE_A_HEADER: Final = 1000
_DELIMITERS: Final = (",", ";", "\t", "|")
_MARKS: Final = rb"[\s`'\"#=,;|]*"
_EMPTY_CELLS: Final = ' \t,;|"\r'
_SHOWN: Final = 1 << 16


@dataclass(frozen=True)
class Body:
    """The copy of a text from its header to its last row, and how many lines stand before it in the file."""

    path: Path
    facts: TextFacts
    lines_before: int


def body_of(path: Path, facts: TextFacts, table: TablePlace, place: Scratch) -> Body:
    """Copy what is between the lines before the header and those after the last row.

    Raises UnreadableFileError where there is no such header.
    """
    whole, body = place.folder / "whole.txt", place.folder / "body.csv"
    with open_text_bytes(plain_text(path, facts, place).path) as packed, whole.open("wb") as copy:
        shutil.copyfileobj(packed, copy)
    if not whole.stat().st_size:
        raise UnreadableFileError("the file is empty", "empty_file")
    with whole.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start, lines_before = _header_of(content, table)
        end = _end_of(content, table, start)
        with body.open("wb") as target:
            if table.header_lines > 1:
                start, lines_before = _join_header(content, start, end, target), lines_before + 1
            elif table.is_ragged:
                start = _widen_header(content, start, end, target)
            file.seek(start)
            _copy(file, target, end - start)
    whole.unlink()
    rows = read_facts(body, is_text=True).text
    if rows is None:
        raise UnreadableFileError("the file is no text", "unreadable_file")
    return Body(body, rows, lines_before)


def _header_of(content: mmap.mmap, table: TablePlace) -> tuple[int, int]:
    """Return where the header begins, and how many lines stand before it."""
    wanted = None if table.header_contains is None else plain_name(table.header_contains)
    position = 0
    for number in range(_LINES_BEFORE_A_HEADER):
        end = content.find(b"\n", position)
        line = content[position : end if end >= 0 else len(content)]
        if wanted is None and number + 1 == (table.header_row or 1):
            return position, number
        if wanted is not None and wanted in _cells(line.decode(errors="replace")):
            return position, number
        if end < 0:
            break
        position = end + 1
    sought = table.header_contains or f"line {table.header_row}"
    raise UnreadableFileError(
        Message("there is no header here: '{sought}' was looked for", sought=sought), "no_header"
    )


def _cells(line: str) -> set[str]:
    cells: set[str] = set()
    for delimiter in _DELIMITERS:
        try:
            cells |= {
                plain_name(cell.strip("`'=\""))
                for cell in next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
            }
        except csv.Error:
            continue
    return cells


def _end_of(content: mmap.mmap, table: TablePlace, start: int) -> int:
    if not table.ends_before:
        return len(content)
    words = b"|".join(re.escape(word.encode()) for word in table.ends_before)
    told = re.compile(rb"(?<=\n)" + _MARKS + rb"(?:" + words + rb")")
    found = told.search(content, start)
    if found is None:
        return len(content)
    # Of the rows above, as many as show how full rows are.
    header, _, shown = (
        content[start : min(start + _SHOWN, found.start())].decode(errors="replace").partition("\n")
    )
    delimiter = delimiter_of([header])
    enough = enough_cells([_filled(line, delimiter) for line in shown.split("\n") if line.strip()])
    totals = re.compile(totals_pattern(table.ends_before))
    behind = len(content)
    while behind > found.start():
        begin = content.rfind(b"\n", found.start(), behind - 1) + 1 or found.start()
        line = content[begin:behind].decode(errors="replace")
        if _filled(line, delimiter) >= enough and not totals.match(line.lstrip(_EMPTY_CELLS)):
            break
        behind = begin
    last = told.search(content, max(behind - 1, start))
    return last.start() if last else len(content)


def _filled(line: str, delimiter: str) -> int:
    return sum(bool(cell.strip()) for cell in cells_of(line, delimiter))


def _join_header(content: mmap.mmap, start: int, end: int, target: io.BufferedWriter) -> int:
    """Write the two lines of a header as one; returns where the rows begin."""
    first = content.find(b"\n", start, end)
    second = content.find(b"\n", first + 1, end) if first >= 0 else -1
    lines = content[start : second if second >= 0 else end].decode(errors="replace").split("\n")
    delimiter = delimiter_of(lines)
    names = joined_header(*(cells_of(line.rstrip("\r"), delimiter) for line in [*lines, ""][:2]))
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerow(names)
    target.write(written.getvalue().encode())
    return second + 1 if second >= 0 else end


def _widen_header(content: mmap.mmap, start: int, end: int, target: io.BufferedWriter) -> int:
    """Write the header with one delimiter more, as its rows have it; returns where the rows begin."""
    ends = content.find(b"\n", start, end)
    header = content[start : ends if ends >= 0 else end]
    cells = {
        each: len(next(csv.reader(io.StringIO(header.decode(errors="replace")), delimiter=each), []))
        for each in _DELIMITERS
    }
    target.write(header + max(cells, key=cells.__getitem__).encode() + b"\n")
    return ends + 1 if ends >= 0 else end


def _copy(source: io.BufferedReader, target: io.BufferedWriter, length: int) -> None:
    while length > 0 and (chunk := source.read(min(length, 1 << 20))):
        target.write(chunk)
        length -= len(chunk)
