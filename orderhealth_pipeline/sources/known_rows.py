"""The rows that the last pull of a series read: within the overlap they come again, and need not land again.

What belongs here: remembering rows by a hash each. What does not: deciding which rows are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

from psycopg.abc import Buffer

_BYTES: Final = 8
MOST: Final = 100_000
"""Rows of a pull that are remembered; what follows a larger one lands again, and the store knows it."""


Row = TypeVar("Row", bytes, Buffer)


class KnownRows:
    """What the last pull read, and what this one reads."""

    def __init__(self, before: frozenset[bytes]) -> None:
        self._before = before
        self._now: set[bytes] = set()
        self._too_many = False
        self.new = 0

    def new_of(self, lines: Iterable[Row]) -> Iterator[Row]:
        """Return the rows that neither the last pull nor this one read before."""
        rest = iter(lines)
        for line in rest:
            digest = blake2b(line, digest_size=_BYTES).digest()
            is_new = digest not in self._before and digest not in self._now
            if not self._too_many:
                self._now.add(digest)
                self._too_many = len(self._now) > MOST
            if is_new:
                self.new += 1
                yield line
            if self._too_many and not self._before:
                break
        # Of a first pull that is large, nothing is known and nothing remembered.
        for line in rest:
            self.new += 1
            yield line

    def content(self) -> bytes:
        """Return what is to be remembered; nothing of too many rows."""
        return b"" if self._too_many else b"".join(sorted(self._now))


def known_file(folder: Path, source: str, series: str) -> Path:
    """Return the file that the rows of a series are remembered in."""
    return folder / f".{source}.{series}.known"


def read_known(file: Path) -> frozenset[bytes]:
    """Read what the last pull read; nothing where there was none."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return frozenset()
    return frozenset(content[place : place + _BYTES] for place in range(0, len(content), _BYTES))
