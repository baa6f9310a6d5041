"""Copies of text files that DuckDB's reader can take: UTF-8, one kind of line break, no quote left open.

What belongs here: rewriting bytes, chunk by chunk. What does not: deciding what is a record (stage.py).
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from orderhealth_pipeline.ingest.file_facts import LINE_FEED, TextFacts, chunks, open_text_bytes
from orderhealth_pipeline.ingest.scratch import Scratch


def plain_text(path: Path, facts: TextFacts, place: Scratch) -> Path:
    """Give a path to the text as UTF-8 with line feeds: the file itself, or a copy in the folder of `place`.

    DuckDB's reader refuses a whole file that mixes line breaks, and counts bytes wrongly where lines end in
    two characters. Physical lines keep their numbers. A lone carriage return breaks no line and becomes a
    space, except in a file that has nothing else. Bytes that are in neither encoding stay as they are, for
    the quarantine.
    """
    if facts.encoding != "gb18030" and not facts.has_carriage_returns and not facts.is_padded:
        return path
    to_utf8 = _converter_to_utf8(facts)
    lone = b" " if facts.has_line_feeds else b"\n"
    copy = place.folder / "plain.txt"
    held_back = b""
    with open_text_bytes(path) as source, copy.open("wb") as target:
        for chunk in chunks(source):
            text = held_back + to_utf8(chunk)
            held_back = b"\r" if text.endswith(b"\r") else b""
            text = text.removesuffix(b"\r")
            target.write(text.replace(b"\r\n", b"\n").replace(b"\r", lone))
        target.write(held_back.replace(b"\r", lone))
    return copy


def blank_quotes(
    path: Path, copy: Path, positions: npt.NDArray[np.int64], separators: bytes
) -> npt.NDArray[np.int64]:
    """Copy a text; in the lines that start at `positions` (bytes, from 0) the separators become spaces.

    So a line whose quote is never closed takes no other line with it: it stays in its place, and is one
    value, too few for a record. Gives the positions as they were, sorted.
    """
    starts = np.unique(positions)
    table = np.arange(256, dtype=np.uint8)
    table[np.frombuffer(separators, dtype=np.uint8)] = ord(" ")
    offset, inside = 0, False
    with open_text_bytes(path) as source, copy.open("wb") as target:
        for chunk in chunks(source):
            text = np.frombuffer(chunk, dtype=np.uint8)
            here = starts[(starts >= offset) & (starts < offset + len(text))] - offset
            breaks = np.flatnonzero(text == LINE_FEED)
            edges = np.zeros(len(text) + 1, dtype=np.int8)
            edges[here] = 1
            if inside:
                here = np.concatenate(([0], here))
                edges[0] = 1
            ends = np.append(breaks, len(text))[np.searchsorted(breaks, here)]
            edges[ends] -= 1
            marked = np.cumsum(edges[:-1], dtype=np.int8).astype(bool)
            inside = bool(len(here)) and bool(ends[-1] == len(text))
            target.write(np.where(marked, table[text], text).tobytes())
            offset += len(text)
    return starts


def _converter_to_utf8(facts: TextFacts) -> Callable[[bytes], bytes]:
    if facts.encoding != "gb18030":
        return lambda chunk: chunk
    decoder = codecs.getincrementaldecoder("gb18030")()
    return lambda chunk: decoder.decode(chunk).encode()
