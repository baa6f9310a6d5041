"""A text that is packed with gzip, unpacked as far as is sensible.

What belongs here: members, padding, damage and bombs. What does not: what the text says (file_facts.py).
"""

from __future__ import annotations

import io
import zlib
from typing import IO, Final

from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.messages import Message

UNPACKED_AT_MOST: Final = 1 << 35
"""Bytes: what a disk has room for, as a text and as its records."""

TIMES_AT_MOST: Final = 250
"""How many times its packed size a text may have: tables of orders have 5 to 30 times, 1000 are a bomb."""

_SMALL: Final = 1 << 24
"""Texts of this many bytes do no harm, whatever they are packed to."""

_GZIP: Final = 31
_MAGIC: Final = b"\x1f\x8b"
_PIECE: Final = 1 << 18


class Unpacked(io.RawIOBase):
    """Gives the text of all members. Zeros behind them, which fill a block of a tape or disk, are no damage.

    A read raises UnreadableFileError where the text is damaged, cut short, far larger than its file, or where
    anything else stands behind it: that could be rows. `is_padded` says whether there were zeros.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._member = zlib.decompressobj(_GZIP)
        self._waiting = b""
        self._read, self._given, self._members = 0, 0, 0
        self._is_within = False
        self.is_padded = False

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes at most, or all; none at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        while True:
            if not self._waiting:
                self._waiting = self._packed.read(_PIECE)
                self._read += len(self._waiting)
                if not self._waiting:
                    return self._end()
            if not self._is_within and not self._begin():
                continue
            text = self._unpack(size)
            if text:
                return text

    def _begin(self) -> bool:
        """Find the next member, past zeros; False where more must be read."""
        if self._members:
            rest = self._waiting.lstrip(b"\0")
            self.is_padded |= len(rest) < len(self._waiting)
            self._waiting = rest
        if not self._waiting:
            return False
        if len(self._waiting) == 1:
            self._waiting += self._packed.read(1)
            self._read += 1
        if not self._waiting.startswith(_MAGIC):
            raise UnreadableFileError(
                "it is not packed with gzip"
                if not self._members
                else "other bytes stand behind the compressed text: unpack it, and look at its end"
            )
        self._is_within = True
        self._members += 1
        return True

    def _unpack(self, size: int) -> bytes:
        try:
            text = self._member.decompress(self._waiting, size)
        except zlib.error as error:
            raise UnreadableFileError(
                Message("the compressed file is damaged ({error})", error=error)
            ) from error
        self._waiting = self._member.unconsumed_tail
        if self._member.eof:
            self._waiting = self._member.unused_data
            self._member = zlib.decompressobj(_GZIP)
            self._is_within = False
        self._given += len(text)
        is_bomb = self._given > _SMALL and self._given > TIMES_AT_MOST * self._read
        if is_bomb or self._given > UNPACKED_AT_MOST:
            raise UnreadableFileError(
                Message(
                    "it unpacks to more than {given} MB from {read} KB: unpack it yourself if it is meant",
                    given=self._given >> 20,
                    read=self._read >> 10,
                ),
                "too_large",
            )
        return text

    def _end(self) -> bytes:
        if self._is_within:
            raise UnreadableFileError("the compressed file is cut short")
        return b""
