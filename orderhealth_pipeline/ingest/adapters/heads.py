"""The first rows of a file, as texts: enough to tell what it is, without reading it whole.

What belongs here: opening a file of any format that adapters read, and what stands at its beginning. What
does not: what the rows mean (recognise.py), and reading all of them (sources.py).
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, cast

import fastexcel

from orderhealth_pipeline.ingest.adapters.archives import open_entry
from orderhealth_pipeline.ingest.adapters.source_declaration import table_format
from orderhealth_pipeline.ingest.files.disguised import is_no_table

LINES: Final = 200
"""Of a text so many lines are looked at, of a spreadsheet so many rows."""

_BYTES: Final = 1 << 18
_LINES_OF_A_ROW: Final = 20
_DELIMITERS: Final = (",", "\t", ";", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Head:
    """One table's first rows; `sheet` names it in a spreadsheet. Row numbers are positions, from 0."""

    rows: Rows
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None


def heads_of(path: Path, entry: str | None = None) -> tuple[Head, ...]:
    """Read the beginnings of a file's tables; nothing of a file that cannot be read.

    `entry` is the name of a file in an archive. Looked at again is only what has changed.
    """
    try:
        facts = path.stat()
    except OSError:
        return ()
    return _heads(path, entry, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=4096)
def _heads(path: Path, entry: str | None, _size: int, _changed: int) -> tuple[Head, ...]:
    kind = table_format(entry or path.name)
    try:
        if kind == "xlsx":
            return _sheet_heads(path, entry)
        if kind == "csv":
            return _text_heads(path, entry)
        return _object_heads(path, entry) if kind == "jsonl" else ()
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, fastexcel.FastExcelError, csv.Error):
        return ()


@contextmanager
def opened(path: Path, entry: str | None) -> Iterator[IO[bytes]]:
    """Open a file, or one in an archive, for its bytes, unpacking gzip."""
    if entry is not None:
        with open_entry(path, entry) as stream:
            yield stream
    elif path.name.casefold().endswith(".gz"):
        try:
            with gzip.open(path) as packed:
                yield cast("IO[bytes]", packed)
        except zlib.error as error:
            raise EOFError(str(error)) from error
    else:
        with path.open("rb") as plain:
            yield plain


def _start(path: Path, entry: str | None) -> bytes:
    with opened(path, entry) as stream:
        return stream.read(_BYTES)


def decoded(start: bytes) -> tuple[str, str]:
    """Return a text, or its beginning, and the encoding it is in: by its mark, else UTF-8, else GB18030."""
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return start.decode(encoding, errors="replace"), encoding
    whole = start[: start.rfind(b"\n") + 1] or start
    try:
        return whole.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return whole.decode("gb18030", errors="replace"), "gb18030"


def _text_heads(path: Path, entry: str | None) -> tuple[Head, ...]:
    start = _start(path, entry)
    if is_no_table(start):
        return ()
    text, encoding = decoded(start)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:LINES]
    delimiter = delimiter_of(lines)
    return (Head(tuple(_rows(lines, delimiter)), None, delimiter, encoding),)


def delimiter_of(lines: list[str]) -> str:
    """Return what parts the cells: what the widest line among the first ones has most of."""
    return max(
        _DELIMITERS, key=lambda each: max((len(cells_of(line, each)) for line in lines[:LINES]), default=0)
    )


def _rows(lines: list[str], delimiter: str) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each line; of a row over several lines all on the first, and none on the others."""
    number = 0
    while number < len(lines):
        ends = number + 1
        if lines[number].count('"') % 2:
            within = range(number + 1, min(number + _LINES_OF_A_ROW, len(lines)))
            ends = next((place + 1 for place in within if lines[place].count('"') % 2), ends)
        yield cells_of("\n".join(lines[number:ends]), delimiter)
        yield from (() for _ in range(number + 1, ends))
        number = ends


def cells_of(line: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of a line; none of one that cannot be parted."""
    try:
        return tuple(next(csv.reader(io.StringIO(line), delimiter=delimiter), []))
    except csv.Error:
        return ()


def _object_heads(path: Path, entry: str | None) -> tuple[Head, ...]:
    text, encoding = decoded(_start(path, entry))
    objects = [json.loads(line) for line in text.splitlines()[:LINES] if line.strip()]
    if not objects or not all(isinstance(each, dict) for each in objects):
        return ()
    header = tuple(dict.fromkeys(key for each in objects for key in each))
    rows = [tuple(_shown(each.get(key)) for key in header) for each in objects]
    return (Head((header, *rows), None, None, encoding),)


def _shown(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sheet_heads(path: Path, entry: str | None) -> tuple[Head, ...]:
    if entry is None:
        book = fastexcel.read_excel(path)
    else:
        with opened(path, entry) as stream:
            book = fastexcel.read_excel(stream.read())
    return tuple(head for name in book.sheet_names if (head := _sheet_head(book, name)) is not None)


def _sheet_head(book: fastexcel.ExcelReader, name: str) -> Head | None:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=LINES, dtypes="string")
    if sheet.width == 0 or sheet.height == 0:
        return None
    frame = sheet.to_polars()
    return Head(tuple(tuple(cell or "" for cell in row) for row in frame.rows()), name)
