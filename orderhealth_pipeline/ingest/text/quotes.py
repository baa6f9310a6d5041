"""Which lines of a CSV text are records, where quotes open, close, and stand where they may not.

What belongs here: RFC 4180 over lines, each looked at twice: as one that begins a record, and as one that
goes on within quotes. What does not: bytes and encodings (bad_lines.py).

A line with a quote that nobody closed, or doubled, is broken by itself: the next one begins anew. Where
quotes close properly lines later, the lines are one record, whatever stands within.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

RECORD: Final = 0
BROKEN_QUOTES: Final = 1
WRONG_FIELD_COUNT: Final = 2
WITHIN: Final = -1
"""What a line is: the first of a record, or of what is none for a reason, or one that goes on with it."""

_TEXT: Final = r'(?:[^"]|"")*'


@dataclass(frozen=True)
class CsvForm:
    """How records are written: the delimiter, and of how many fields they are."""

    delimiter: str
    width: int


def judge_records(lines: pl.Series, form: CsvForm, longest: int, *, is_last: bool) -> npt.NDArray[np.int8]:
    """Say what lines are that begin with a record, of which no one may be of more than `longest` bytes.

    Lines in which quotes stay open to the end are left out, unless these are the last ones.
    """
    judged = _Lines(lines, form)
    what = np.where(judged.is_record, RECORD, WRONG_FIELD_COUNT).astype(np.int8)
    what[judged.is_broken] = BROKEN_QUOTES
    next_line = 0
    while (opening := judged.next_opening(next_line)) is not None:
        piece = judged.follow(opening, longest)
        if piece is None and not is_last:
            return what[:opening]
        end, kind = piece or (opening, BROKEN_QUOTES)
        what[opening : end + 1] = WITHIN
        what[opening] = kind
        next_line = end + 1
    return what


class _Lines:
    """Lines by what their quotes do, where they begin a record and where they go on within quotes."""

    def __init__(self, lines: pl.Series, form: CsvForm) -> None:
        mark = re.escape(form.delimiter)
        field = rf'(?:"{_TEXT}"|[^"{mark}][^{mark}]*|)'
        quoted = rf'(^|{mark})"{_TEXT}"'
        opened = rf'(^|{mark})"{_TEXT}$'
        self._width = form.width
        self._lengths = np.cumsum(lines.str.len_bytes().to_numpy().astype(np.int64) + 1)
        counts = lines.str.count_matches(form.delimiter, literal=True).to_numpy().astype(np.int64)
        self._has_quotes = lines.str.contains('"', literal=True).to_numpy()
        places = np.flatnonzero(self._has_quotes)
        texts = lines.gather(places)

        def at(flags: pl.Series) -> Flags:
            """Spread what is told of the lines with quotes over all lines."""
            spread = np.zeros(len(lines), dtype=bool)
            spread[places] = flags.to_numpy()
            return spread

        def delimiters(behind: pl.Series) -> Numbers:
            plain = behind.str.replace_all(quoted, "$1").str.replace(opened, "$1")
            return plain.str.count_matches(form.delimiter, literal=True).to_numpy().astype(np.int64)

        closed = at(texts.str.contains(rf"^{field}(?:{mark}{field})*$"))
        self._opens = at(texts.str.contains(rf'^(?:{field}{mark})*"{_TEXT}$'))
        self._closes = at(texts.str.contains(rf'^{_TEXT}"(?:{mark}{field})*$'))
        self._opens_again = at(texts.str.contains(rf'^{_TEXT}"{mark}(?:{field}{mark})*"{_TEXT}$'))
        self._speaks = np.flatnonzero(at(~texts.str.contains(rf"^{_TEXT}$")))
        counts[places] = delimiters(texts)
        self._delimiters = counts
        self._delimiters_behind = np.zeros(len(lines), dtype=np.int64)
        self._delimiters_behind[places] = delimiters(texts.str.replace(rf'^{_TEXT}"', ""))
        whole = ~self._has_quotes | closed
        # One more delimiter at the end, as some programs write it, is no more of a field.
        self._is_ended = lines.str.ends_with(form.delimiter).to_numpy()
        self.is_record = whole & ((counts + 1 == form.width) | (self._is_ended & (counts == form.width)))
        self.is_broken = ~whole
        self._openings = np.flatnonzero(self._opens)

    def next_opening(self, line: int) -> int | None:
        """Find the first line from one on that opens quotes without closing them."""
        place = int(np.searchsorted(self._openings, line))
        return int(self._openings[place]) if place < len(self._openings) else None

    def follow(self, opening: int, longest: int) -> tuple[int, int] | None:
        """Find the last line of what begins with open quotes, and what it is; None where it is not here."""
        delimiters = int(self._delimiters[opening])
        place = int(np.searchsorted(self._speaks, opening, side="right"))
        for line in map(int, self._speaks[place : place + self._width + 1]):
            delimiters += int(self._delimiters_behind[line])
            if self._length(opening, line) > longest:
                return opening, BROKEN_QUOTES
            if self._closes[line]:
                if delimiters + 1 - self._is_ended[line] == self._width or delimiters + 1 == self._width:
                    return line, RECORD
                # Where a line behind it is a record of its own, the quotes were never meant to go on.
                is_alone = bool(self.is_record[opening + 1 : line + 1].any())
                return (opening, BROKEN_QUOTES) if is_alone else (line, WRONG_FIELD_COUNT)
            if not self._opens_again[line] or delimiters >= self._width:
                return opening, BROKEN_QUOTES
        if self._length(opening, len(self._lengths) - 1) > longest:
            return opening, BROKEN_QUOTES
        return None

    def _length(self, first: int, last: int) -> int:
        return int(self._lengths[last] - (self._lengths[first - 1] if first else 0))
