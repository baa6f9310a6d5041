"""Copies of text files that DuckDB's reader can take: UTF-8, one kind of line break, no endless line.

What belongs here: rewriting bytes, piece by piece. What does not: which encoding a line is in (encodings.py),
and what is a record (bad_lines.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from orderhealth_pipeline.ingest.files.encodings import Leaning, as_utf8
from orderhealth_pipeline.ingest.files.file_facts import (
    CHUNK,
    Encoding,
    TextFacts,
    decoded_chunks,
    open_text_bytes,
)
from orderhealth_pipeline.ingest.files.scratch import Scratch
from orderhealth_pipeline.ingest.text.text_lines import LONGEST_LINE, whole_lines, without_long_lines

_LEANINGS: Final[dict[Encoding, Leaning]] = {"mostly utf-8": "utf-8", "mostly gb18030": "gb18030"}


@dataclass(frozen=True)
class PlainText:
    """A text that DuckDB's reader can take, and numbers and lengths of lines that were too long for it."""

    path: Path
    lines: int
    too_long: Mapping[int, int] = field(default_factory=dict)


def plain_text(path: Path, facts: TextFacts, place: Scratch) -> PlainText:
    """Return the text as UTF-8 with line feeds: the file itself, or a copy in the folder of `place`.

    DuckDB's reader refuses a whole file that mixes line breaks, and counts bytes wrongly where lines end in
    two characters. Physical lines keep their numbers. A lone carriage return breaks no line and becomes a
    space, except in a file that has nothing else. Bytes that are in no encoding stay as they are, for the
    quarantine.
    """
    is_plain = facts.encoding == "utf-8" and facts.longest <= LONGEST_LINE
    if is_plain and not facts.has_carriage_returns and not facts.is_padded:
        return PlainText(path, facts.lines)
    copy = place.folder / "plain.txt"
    too_long: dict[int, int] = {}
    with open_text_bytes(path) as source, copy.open("wb") as target:
        target.writelines(plain_pieces(source, facts, too_long))
    return PlainText(copy, facts.lines, too_long)


def plain_pieces(source: IO[bytes], facts: TextFacts, too_long: dict[int, int]) -> Iterator[bytes]:
    """Return what is in `source` as plain_text writes it; `too_long` gets what was too long for it."""
    _, pieces = decoded_chunks(source)
    pieces = _with_line_feeds(pieces, b" " if facts.has_line_feeds else b"\n")
    if facts.longest > LONGEST_LINE:
        pieces = without_long_lines(pieces, too_long)
    if leaning := _LEANINGS.get(facts.encoding):
        pieces = (as_utf8(block, leaning) for block in whole_lines(pieces, CHUNK))
    return pieces


def _with_line_feeds(pieces: Iterator[bytes], lone: bytes) -> Iterator[bytes]:
    """Let every line end in a line feed; a carriage return that ends none becomes `lone`."""
    held_back = b""
    for piece in pieces:
        text = held_back + piece
        held_back = b"\r" if text.endswith(b"\r") else b""
        text = text.removesuffix(b"\r")
        yield text.replace(b"\r\n", b"\n").replace(b"\r", lone) if b"\r" in text else text
    yield held_back.replace(b"\r", lone)
