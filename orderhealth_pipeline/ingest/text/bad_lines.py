"""Lines of a text that are no record: which they are, why, and the text without them.

What belongs here: going through a text that DuckDB's reader found fault with, block by block. What does not:
how quotes open and close (quotes.py), and the encoding of lines (encodings.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from orderhealth_pipeline.ingest.files.encodings import JudgedLines, judge_lines
from orderhealth_pipeline.ingest.files.file_facts import chunks, open_text_bytes
from orderhealth_pipeline.ingest.staged import KEPT_ROWS, REJECTIONS_SCHEMA
from orderhealth_pipeline.ingest.text.quotes import (
    BROKEN_QUOTES,
    RECORD,
    WITHIN,
    WRONG_FIELD_COUNT,
    CsvForm,
    judge_records,
)
from orderhealth_pipeline.ingest.text.text_lines import LONGEST_LINE, whole_lines

Numbers = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.int8]

_BLOCK: Final = 1 << 21
_LINE_FEED: Final = ord("\n")
_BROKEN_CHARACTER: Final = 3
_TOO_LARGE: Final = 4
_KINDS: Final = {
    BROKEN_QUOTES: ("broken_quotes", "a quote is not closed, or stands within quotes and is not doubled"),
    WRONG_FIELD_COUNT: ("wrong_field_count", "more or fewer columns than the header"),
    _BROKEN_CHARACTER: ("broken_character", "a character is broken: it is neither UTF-8 nor GB18030"),
    _TOO_LARGE: ("too_large", f"longer than {LONGEST_LINE >> 20} MB"),
}
_SHOWN: Final = 10_000
"""Bytes of a line that are kept."""


@dataclass(frozen=True)
class BadLines:
    """What of a text is no record, and the text with empty lines in its place.

    `found` has the columns of REJECTIONS_SCHEMA; `records` counts what is left.
    """

    text: Path
    found: pl.DataFrame
    records: int


def take_out_bad_lines(
    text: Path, copy: Path, form: CsvForm | None, first_line: int, too_long: Mapping[int, int]
) -> BadLines:
    """Copy a text without what is no record from a line on. Without a form, every line is a record.

    `too_long` are numbers and lengths of lines that were left out before: see text_lines.py.
    """
    search = _Search(form, too_long, first_line)
    with open_text_bytes(text) as source, copy.open("wb") as target:
        blocks = whole_lines(chunks(source), _BLOCK)
        block = next(blocks, b"")
        begin = _end_of_lines(block, first_line - 1)
        target.write(block[:begin])
        rest = block[begin:]
        for following in blocks:
            done, without = search.look_at(rest, is_last=False)
            target.write(without)
            rest = rest[done:] + following
        target.write(search.look_at(rest, is_last=True)[1])
    return BadLines(copy, search.found(), search.records)


@dataclass
class _Search:
    """What was found so far, and in which line the next block begins (from 1)."""

    form: CsvForm | None
    too_long: Mapping[int, int]
    next_line: int
    records: int = 0
    lines: list[Numbers] = field(default_factory=list)
    kinds: list[Kinds] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def look_at(self, block: bytes, *, is_last: bool) -> tuple[int, bytes]:
        """Judge whole lines as far as possible; gives how many bytes these are, and what of them is good."""
        if not block:
            return 0, b""
        judged = judge_lines(block)
        what = self._what(block, judged.starts, is_last=is_last)
        starts = judged.starts[: len(what) + 1]
        firsts = np.flatnonzero(what != WITHIN)
        if len(firsts) == 0:
            return 0, b""
        heights = np.diff(firsts, append=len(what))
        begins = starts[firsts]
        ends = starts[firsts + heights]
        is_empty = (
            (heights == 1) & (ends - begins <= 1) & (np.frombuffer(block, np.uint8)[begins] == _LINE_FEED)
        )
        kinds = what[firsts]
        is_broken = np.add.reduceat((~judged.is_utf8[: len(what)]).astype(np.int64), firsts) > 0
        kinds[is_broken] = _BROKEN_CHARACTER
        numbers = firsts + self.next_line
        is_long = np.isin(numbers, list(self.too_long)) | (ends - begins > LONGEST_LINE + 1)
        kinds[is_long] = _TOO_LARGE
        kinds[is_empty] = RECORD
        bad = np.flatnonzero(kinds != RECORD)
        self.records += len(kinds) - len(bad) - int(np.count_nonzero(is_empty))
        self.lines.append(numbers[bad])
        self.kinds.append(kinds[bad])
        for piece in bad[: max(0, KEPT_ROWS - len(self.texts))]:
            text = block[begins[piece] : min(ends[piece], begins[piece] + _SHOWN)]
            self.texts.append(_shown(text, judged, int(firsts[piece])))
        self.next_line += len(what)
        return int(starts[-1]), _without(block, begins[bad], ends[bad], int(starts[-1]))

    def found(self) -> pl.DataFrame:
        """List what was found, by line."""
        lines = np.concatenate([np.empty(0, np.int64), *self.lines])
        kinds = pl.Series(np.concatenate([np.empty(0, np.int8), *self.kinds]))
        rows = pl.Series(self.texts, dtype=pl.String).extend_constant(None, len(lines) - len(self.texts))
        reasons = {
            line: f"the line has {size:,} bytes, more than anything can read"
            for line, size in self.too_long.items()
        }
        return pl.DataFrame(
            {
                "file": pl.Series([None] * len(lines), dtype=pl.String),
                "line": lines,
                "kind": kinds.replace_strict(
                    {kind: name for kind, (name, _) in _KINDS.items()}, return_dtype=pl.String
                ),
                "column_name": pl.Series([None] * len(lines), dtype=pl.String),
                "reason": kinds.replace_strict(
                    {kind: reason for kind, (_, reason) in _KINDS.items()}, return_dtype=pl.String
                ),
                "row": rows,
            },
            schema=REJECTIONS_SCHEMA,
        ).with_columns(
            reason=pl.col("line").replace_strict(reasons, default=pl.col("reason"), return_dtype=pl.String)
        )

    def _what(self, block: bytes, starts: Numbers, *, is_last: bool) -> Kinds:
        if self.form is None:
            what = np.zeros(len(starts) - 1, dtype=np.int8)
            if b"\0" in block:
                zeros = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == 0)
                what[np.searchsorted(starts, zeros, side="right") - 1] = _BROKEN_CHARACTER
            return what
        text = block.decode(errors="replace").removesuffix("\n")
        series = pl.Series([text]).str.split("\n").explode()
        return judge_records(series, self.form, LONGEST_LINE, is_last=is_last)


def _end_of_lines(block: bytes, lines: int) -> int:
    """Tell where the line behind so many lines begins."""
    end = 0
    for _ in range(lines):
        end = block.find(b"\n", end) + 1 or len(block)
    return end


def _shown(text: bytes, judged: JudgedLines, line: int) -> str:
    """Write a bad line as JSON, as far as it can be read."""
    is_gb18030 = judged.of_common_pairs[line] > judged.of_utf8_chinese[line]
    shown = text.decode("gb18030" if is_gb18030 else "utf-8", errors="replace").removesuffix("\n")
    return json.dumps({"text": shown}, ensure_ascii=False)


def _without(block: bytes, begins: Numbers, ends: Numbers, size: int) -> bytes:
    """Take out what lies between, but for the line feeds: other lines keep their numbers."""
    if len(begins) == 0:
        return block[:size]
    text = np.frombuffer(block, dtype=np.uint8)[:size]
    edges = np.zeros(size + 1, dtype=np.int8)
    np.add.at(edges, begins, 1)
    np.add.at(edges, ends, -1)
    is_out = np.cumsum(edges[:-1], dtype=np.int8).astype(bool)
    return bytes(text[~is_out | (text == _LINE_FEED)].tobytes())
