"""Lines as they come out of a stream of bytes: whole ones, and none that is longer than anything could read.

What belongs here: cutting streams between lines. What does not: what lines say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

LONGEST_LINE: Final = 1 << 24
"""Bytes that DuckDB's reader takes in one line, and in one record of several."""

UNREADABLE: Final = b"\xff"
"""What stands in the place of a line that is longer: a byte of no character, so that no reader takes it."""


def without_long_lines(chunks: Iterator[bytes], too_long: dict[int, int]) -> Iterator[bytes]:
    """Return a text with UNREADABLE in the place of longer lines; `too_long` gets their numbers and lengths.

    No more of a line is held than LONGEST_LINE.
    """
    line, size, held = 1, 0, list[bytes]()
    for chunk in chunks:
        end = chunk.find(b"\n")
        size += len(chunk) if end < 0 else end
        if size > LONGEST_LINE:
            held = []
        else:
            held.append(chunk if end < 0 else chunk[:end])
        if end < 0:
            continue
        yield from _line(line, size, held, too_long)
        last = chunk.rfind(b"\n") + 1
        yield chunk[end:last]
        line += chunk.count(b"\n")
        size, held = len(chunk) - last, [chunk[last:]]
    yield from _line(line, size, held, too_long)


def _line(line: int, size: int, held: list[bytes], too_long: dict[int, int]) -> Iterator[bytes]:
    if size > LONGEST_LINE:
        too_long[line] = size
        yield UNREADABLE
    else:
        yield from held


def whole_lines(chunks: Iterator[bytes], at_least: int) -> Iterator[bytes]:
    """Return a text in pieces of whole lines, each of so many bytes at least, but for the last."""
    held, size = list[bytes](), 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= at_least and (end := chunk.rfind(b"\n") + 1):
            yield b"".join([*held[:-1], chunk[:end]])
            held, size = [chunk[end:]], len(chunk) - end
    if size:
        yield b"".join(held)
