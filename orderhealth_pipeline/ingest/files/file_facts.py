"""What must be known of a file before it is read: its fingerprint, its encoding and its kind of line breaks.

What belongs here: one pass over the bytes. What does not: changing (plain_text.py) or parsing them
(stage.py).
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Final, Literal, Protocol, cast

import numpy as np
import polars as pl

from orderhealth_pipeline.ingest.files.encodings import Utf16, judge_lines, utf_16_as_utf8, utf_16_of
from orderhealth_pipeline.ingest.files.unpacked import Unpacked
from orderhealth_pipeline.ingest.text.text_lines import whole_lines, without_long_lines

CHUNK: Final = 1024 * 1024
LINE_FEED: Final = ord("\n")
_CARRIAGE_RETURN: Final = ord("\r")
_LONGEST: Final = 4
"""Bytes of a character of UTF-8, at most."""

_CONTINUES: Final = 0x80
"""The two highest bits of a byte that starts no character."""

Encoding = Literal["utf-8", "mostly utf-8", "mostly gb18030", "utf-16-le", "utf-16-be"]


@dataclass(frozen=True)
class TextFacts:
    """The encoding of a text, which bytes that break lines occur in it, and how many lines they make.

    Of a text that is not all UTF-8, each line may be in another encoding. `longest` counts the bytes of the
    longest line: exactly, where it is longer than a chunk. `is_padded`: zeros stand behind it where it is
    packed, which not every reader takes.
    """

    encoding: Encoding
    has_carriage_returns: bool
    has_line_feeds: bool
    lines: int
    longest: int = 0
    is_padded: bool = False


@dataclass(frozen=True)
class FileFacts:
    """Size in bytes and content hash of the file as it lies on disk; `text` for files of a text format."""

    size: int
    content_hash: str
    text: TextFacts | None = None


def read_facts(path: Path, *, is_text: bool) -> FileFacts:
    """Read the whole file once.

    Raises UnreadableFileError where a compressed text is damaged, cut short or far too large, and OSError
    where the file cannot be read at all.
    """
    with _HashedFile(path) as raw:
        if not is_text:
            for _ in chunks(raw):
                pass
            return FileFacts(raw.size, raw.content_hash)
        with open_compressed(path, cast("IO[bytes]", raw)) as stream:
            text = _read_text_facts(path, stream)
        return FileFacts(raw.size, raw.content_hash, text)


def chunks(stream: IO[bytes] | io.RawIOBase) -> Iterator[bytes]:
    """Read a stream to its end, in pieces."""
    while chunk := stream.read(CHUNK):
        yield chunk


def open_compressed(path: Path, raw: IO[bytes]) -> IO[bytes]:
    """Return the bytes of the text in a file that is open, unpacking gzip."""
    return cast("IO[bytes]", Unpacked(raw)) if is_compressed(path) else raw


def open_text_bytes(path: Path) -> IO[bytes]:
    """Open a text file for its bytes, unpacking gzip."""
    return cast("IO[bytes]", gzip.open(path)) if is_compressed(path) else path.open("rb")


def is_compressed(path: Path) -> bool:
    """Say whether a file is packed with gzip, by its name."""
    return path.name.casefold().endswith(".gz")


class _HashedFile(io.RawIOBase):
    """A file that keeps its own size and content hash while somebody reads it to its end."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb")
        self._digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes."""
        chunk = self._stream.read(size)
        self._digest.update(chunk)
        self.size += len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file below, too."""
        self._stream.close()
        super().close()

    @property
    def content_hash(self) -> str:
        """The hash of what was read so far."""
        return self._digest.hexdigest()


def _read_text_facts(path: Path, stream: IO[bytes]) -> TextFacts:
    is_utf8 = _utf8_checker()
    decodes, carriage_returns, line_feeds, last, length, longest = True, 0, 0, b"", 0, 0
    utf_16, pieces = decoded_chunks(stream)
    for chunk in pieces:
        has_carriage_returns = b"\r" in chunk
        carriage_returns += _count(chunk, _CARRIAGE_RETURN) if has_carriage_returns else 0
        line_feeds += _count(chunk, LINE_FEED)
        decodes = decodes and is_utf8(chunk)
        last = chunk[-1:] or last
        marks = (b"\n", b"\r") if has_carriage_returns else (b"\n",)
        ends = [end for end in map(chunk.find, marks) if end >= 0]
        longest = max(longest, length + min(ends, default=len(chunk)))
        length = len(chunk) - max(map(chunk.rfind, marks)) - 1 if ends else length + len(chunk)
    encoding: Encoding = utf_16 or "utf-8"
    if utf_16 is None and not (decodes and is_utf8(b"", final=True)):
        encoding = "mostly utf-8" if _leans_to_utf8(path) else "mostly gb18030"
    lines = (line_feeds or carriage_returns) + (last not in {b"\n", b"\r", b""})
    is_padded = isinstance(stream, Unpacked) and stream.is_padded
    return TextFacts(encoding, carriage_returns > 0, line_feeds > 0, lines, longest, is_padded)


def decoded_chunks(stream: IO[bytes]) -> tuple[Utf16 | None, Iterator[bytes]]:
    """Read a text in pieces, UTF-16 as UTF-8, and say which UTF-16 it was."""
    start = next(chunks(stream), b"")
    pieces = chain([start], chunks(stream))
    utf_16 = utf_16_of(start)
    return utf_16, pieces if utf_16 is None else utf_16_as_utf8(pieces, utf_16)


def _leans_to_utf8(path: Path) -> bool:
    """Say which encoding more lines speak for, in a text that is in no one."""
    with open_text_bytes(path) as stream:
        pieces = without_long_lines((chunk.replace(b"\r", b"\n") for chunk in chunks(stream)), {})
        return sum(judge_lines(block).leaning for block in whole_lines(pieces, CHUNK)) >= 0


def _count(chunk: bytes, byte: int) -> int:
    """Count a byte several times faster than `bytes.count` finds them one after the other."""
    return int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == byte))


class _Decodes(Protocol):
    def __call__(self, chunk: bytes, *, final: bool = False) -> bool:
        """Say whether the next bytes can be read."""


def _utf8_checker() -> _Decodes:
    """Look at whole chunks as Polars does, which is several times faster than Python's decoder."""
    held_back = b""

    def is_utf8(chunk: bytes, *, final: bool = False) -> bool:
        nonlocal held_back
        text = held_back + chunk
        end = len(text) if final else _last_character(text)
        held_back = text[end:]
        try:
            pl.Series([text[:end]], dtype=pl.Binary).cast(pl.String)
        except pl.exceptions.PolarsError:
            return False
        return True

    return is_utf8


def _last_character(text: bytes) -> int:
    """Tell where the last character starts, which may go on in the next chunk."""
    starts = (len(text) - back for back in range(1, min(_LONGEST, len(text)) + 1))
    return next((at for at in starts if text[at] & 0xC0 != _CONTINUES), len(text))
