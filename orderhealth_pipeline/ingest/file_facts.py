"""What must be known of a file before it is read: its fingerprint, its encoding and its kind of line breaks.

What belongs here: one pass over the bytes. What does not: changing (plain_text.py) or parsing them
(stage.py).
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal, Protocol, cast

import numpy as np
import polars as pl

from orderhealth_pipeline.ingest.unpacked import Unpacked

CHUNK: Final = 1024 * 1024
LINE_FEED: Final = ord("\n")
_CARRIAGE_RETURN: Final = ord("\r")
_LONGEST: Final = 4
"""Bytes of a character of UTF-8, at most."""

_CONTINUES: Final = 0x80
"""The two highest bits of a byte that starts no character."""

Encoding = Literal["utf-8", "gb18030", "neither"]


@dataclass(frozen=True)
class TextFacts:
    """The encoding of a text, which bytes that break lines occur in it, and how many lines they make.

    `is_padded`: zeros stand behind it where it is packed, which not every reader takes.
    """

    encoding: Encoding
    has_carriage_returns: bool
    has_line_feeds: bool
    lines: int
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
    """Give the bytes of the text in a file that is open, unpacking gzip."""
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
    decodes, carriage_returns, line_feeds, last = True, 0, 0, b""
    for chunk in chunks(stream):
        carriage_returns += _count(chunk, _CARRIAGE_RETURN) if b"\r" in chunk else 0
        line_feeds += _count(chunk, LINE_FEED)
        decodes = decodes and is_utf8(chunk)
        last = chunk[-1:]
    encoding: Encoding = "utf-8"
    if not (decodes and is_utf8(b"", final=True)):
        encoding = "gb18030" if _is_gb18030(path) else "neither"
    lines = (line_feeds or carriage_returns) + (last not in {b"\n", b"\r", b""})
    is_padded = isinstance(stream, Unpacked) and stream.is_padded
    return TextFacts(encoding, carriage_returns > 0, line_feeds > 0, lines, is_padded)


def _count(chunk: bytes, byte: int) -> int:
    """Count a byte several times faster than `bytes.count` finds them one after the other."""
    return int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == byte))


def _is_gb18030(path: Path) -> bool:
    decodes = _strict_decoder("gb18030")
    with open_text_bytes(path) as stream:
        return all(map(decodes, chunks(stream))) and decodes(b"", final=True)


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


def _strict_decoder(encoding: str) -> _Decodes:
    decoder = codecs.getincrementaldecoder(encoding)()

    def decodes(chunk: bytes, *, final: bool = False) -> bool:
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            return False
        return True

    return decodes
