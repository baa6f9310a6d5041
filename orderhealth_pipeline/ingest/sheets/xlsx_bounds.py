"""How large a spreadsheet is once it is unpacked, found out before anything holds it in memory.

What belongs here: sizes, and refusing what no table of orders has. What does not: the values (stage_xlsx.py).
A reader of spreadsheets makes room for every cell up to the last one in use, and for a text as often as cells
name it: a file of a few kilobytes can ask for terabytes.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np

from orderhealth_pipeline.ingest.files.file_facts import CHUNK
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.messages import Message

CELLS_AT_MOST: Final = 12_000_000
"""Of the rectangle that all cells of one sheet lie in: a million rows of 12 columns."""

_SHEETS_AT_MOST: Final = 1 << 30
_TEXTS_AT_MOST: Final = 1 << 28
_OTHERS_AT_MOST: Final = 1 << 25
_TEXT_OF_CELLS_AT_MOST: Final = 1 << 29
"""Bytes of all sheets, of the texts they share, of any other part, and of a sheet's texts."""

_PARTS_AT_MOST: Final = 10_000
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"
_LAST_COLUMN: Final = 16_384
_LETTERS: Final = 3
_ALPHABET: Final = 26
_DECIMALS: Final = 10
_LONGEST_PLACE: Final = 10
"""Letters and digits of the last place that a sheet has: XFD1048576."""

_TEXT_CELL: Final = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*(\d+)\s*<""")
_SHARED_TEXT: Final = re.compile(rb"<(?:\w+:)?si[\s/>]")


@dataclass
class _Extent:
    """How far the cells of a sheet reach: the last row and the last column in use."""

    rows: int = 0
    columns: int = 0
    first_column: int = _LAST_COLUMN

    def see(self, piece: bytes) -> None:
        """Read every `r="AB12"` of a piece, all at once."""
        text = np.frombuffer(piece + bytes(_LONGEST_PLACE + 3), dtype=np.uint8)
        at = np.flatnonzero(text == ord("r"))
        at = at[text[at + 1] == ord("=")]
        at = at[(text[at + 2] == ord('"')) | (text[at + 2] == ord("'"))] + 3
        rows, columns = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
        goes_on = np.ones(len(at), dtype=bool)
        for place in range(_LONGEST_PLACE):
            letter = text[at + place]
            digit, capital = letter - np.uint8(ord("0")), (letter & 0xDF) - np.uint8(ord("A"))
            is_letter = goes_on & (capital < _ALPHABET) & (place < _LETTERS)
            is_digit = goes_on & (digit < _DECIMALS)
            columns = np.where(is_letter, columns * _ALPHABET + capital + 1, columns)
            rows = np.where(is_digit, rows * _DECIMALS + digit, rows)
            goes_on &= is_letter | is_digit
            if not goes_on.any():
                break
        self.rows = max(self.rows, int(rows.max(initial=0)))
        columns = columns[(rows > 0) & (columns > 0)]
        self.columns = max(self.columns, int(columns.max(initial=0)))
        self.first_column = min(self.first_column, int(columns.min(initial=_LAST_COLUMN)))

    def require_bounded(self, name: str) -> None:
        if self.rows * max(self.columns, 1) > CELLS_AT_MOST:
            raise UnreadableFileError(
                Message(
                    "{name} reaches to the cell {columns}{rows}, which are too many cells to read: "
                    "delete the empty rows and columns, or save it as CSV",
                    name=name,
                    columns=column_letters(self.columns),
                    rows=self.rows,
                ),
                "too_large",
            )


def column_letters(number: int) -> str:
    """Return the letters of a column, by its number from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def require_bounded(path: Path) -> int:
    """Return the number of the first column in use, from 1, where all sheets have the same, else 1.

    Raises UnreadableFileError where it is no spreadsheet, or unpacks to more than a table of orders has.

    Every part that a reader looks at is unpacked once, so that a size that the file only claims shows.
    """
    with path.open("rb") as stream:
        if stream.read(len(_OLD_FORMAT)) == _OLD_FORMAT:
            raise UnreadableFileError(
                "an old .xls, or locked with a password: save it as .xlsx without one", "unreadable_file"
            )
    try:
        with zipfile.ZipFile(path) as packed:
            return _require_bounded(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFileError(Message("not a readable xlsx file ({error})", error=error)) from error


def _require_bounded(packed: zipfile.ZipFile) -> int:
    parts = [part for part in packed.infolist() if part.filename.casefold().endswith((".xml", ".rels"))]
    if len(parts) > _PARTS_AT_MOST:
        raise UnreadableFileError(Message("it is made of {parts} parts", parts=len(parts)), "too_large")
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise UnreadableFileError("not a readable xlsx file (a part is there twice)")
    sheets = [part for part in parts if "/worksheets/" in part.filename and part.filename.endswith(".xml")]
    texts = [part for part in parts if part.filename.casefold().endswith("/sharedstrings.xml")]
    _require_size(sum(part.file_size for part in sheets), _SHEETS_AT_MOST, "the sheets")
    _require_size(sum(part.file_size for part in texts), _TEXTS_AT_MOST, "the texts")
    for part in parts:
        if part not in sheets and part not in texts:
            _require_size(part.file_size, _OTHERS_AT_MOST, part.filename)
    lengths = _lengths_of_texts(packed, texts)
    first_columns = {_require_bounded_sheet(packed, part, lengths) for part in sheets}
    return first_columns.pop() if len(first_columns) == 1 else 1


def _require_size(size: int, at_most: int, what: str) -> None:
    if size > at_most:
        raise UnreadableFileError(
            Message(
                "{what} of the spreadsheet unpack to {size} MB, more than {at_most}: save it as CSV",
                what=what,
                size=size >> 20,
                at_most=at_most >> 20,
            ),
            "too_large",
        )


def _lengths_of_texts(packed: zipfile.ZipFile, texts: list[zipfile.ZipInfo]) -> np.ndarray:
    """Return the size of every text that cells share, at least."""
    starts = [np.zeros(1, dtype=np.int64)]
    size = 0
    for part in texts:
        with packed.open(part) as stream:
            for piece in pieces_of(stream):
                starts.append(
                    np.array([found.start() for found in _SHARED_TEXT.finditer(piece)], dtype=np.int64) + size
                )
                size += len(piece)
    return np.diff(np.append(np.concatenate(starts), size))[1:]


def _require_bounded_sheet(packed: zipfile.ZipFile, part: zipfile.ZipInfo, lengths: np.ndarray) -> int:
    extent, text = _Extent(), 0
    longest = int(lengths.max()) if len(lengths) else 0
    name = part.filename.rsplit("/", 1)[-1]
    with packed.open(part) as stream:
        for piece in pieces_of(stream):
            extent.see(piece)
            # The shortest cell that names a text takes so many bytes: most sheets need no closer look.
            if longest * (part.file_size // len(b'<c r="A1" t="s"><v>0</v></c>')) > _TEXT_OF_CELLS_AT_MOST:
                named = np.array(_TEXT_CELL.findall(piece), dtype="S9").astype(np.int64)
                text += int(lengths[named[named < len(lengths)]].sum())
            if text > _TEXT_OF_CELLS_AT_MOST:
                raise UnreadableFileError(
                    Message(
                        "the texts of {name} take more than {at_most} MB: save it as CSV",
                        name=name,
                        at_most=_TEXT_OF_CELLS_AT_MOST >> 20,
                    ),
                    "too_large",
                )
    extent.require_bounded(name)
    return extent.first_column


def pieces_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Return a part in pieces that end where a cell or a row begins, as far as there are any."""
    held_back = b""
    while chunk := stream.read(CHUNK):
        text = held_back + chunk
        end = max(text.rfind(b"<c "), text.rfind(b":c "), text.rfind(b"<si"), text.rfind(b":si"))
        cut = text.rfind(b"<", 0, end + 1) if end > 0 else -1
        if cut <= 0:
            # A single text of megabytes: what it is cut into matters to nobody.
            cut = len(text)
        yield text[:cut]
        held_back = text[cut:]
    yield held_back
