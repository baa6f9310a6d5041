"""Stores that cannot be used any more, and a process that holds one.

What belongs here: breaking a store, and keeping it busy. What does not: what the program says to it.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

Spoil = Callable[[Path], None]

_HEADER_BYTES: Final = 4096
_STORAGE_VERSION_AT: Final = 0x38


def _random(file: Path) -> None:
    file.write_bytes(os.urandom(20_000))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(share: float) -> Spoil:
    """Leave the first part of a file."""

    def cut_off(file: Path) -> None:
        file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])

    return cut_off


def _scrambled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 5
    content[middle : 3 * middle] = os.urandom(2 * middle)
    file.write_bytes(content)


def newer(file: Path) -> None:
    """Let the store be one that a newer version of the program wrote."""
    _write_version(file, 99)


def _older(file: Path) -> None:
    """Let the store be one of an older version, which knew less."""
    _write_version(file, 1)
    with duckdb.connect(str(file)) as con:
        con.execute("drop schema working cascade")
        con.execute("alter table feeds.loads drop column stamp")


def _write_version(file: Path, version: int) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute("update store_version set version = $1", [version])


def _of_a_newer_duckdb(file: Path) -> None:
    """Write a newer storage version into the two headers of the database, which carry checksums."""
    content = bytearray(file.read_bytes())
    for start in (_HEADER_BYTES, 2 * _HEADER_BYTES):
        struct.pack_into("<Q", content, start + _STORAGE_VERSION_AT, 999)
        struct.pack_into("<Q", content, start, _checksum(bytes(content[start + 8 : start + _HEADER_BYTES])))
    file.write_bytes(content)


def _checksum(content: bytes) -> int:
    """Return DuckDB's checksum of a block."""
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", content):
        checksum ^= word * 0xBF58476D1CE4E5B9 % 2**64
    return checksum


def _text(file: Path) -> None:
    file.write_text("a,b\n1,2\n", encoding="utf-8")


BROKEN: Final[dict[str, tuple[Spoil, str]]] = {
    "random bytes": (_random, "damaged or no DuckDB file"),
    "no bytes": (_empty, "damaged or no DuckDB file"),
    "the first hundredth": (cut(0.01), "damaged or no DuckDB file"),
    "the first third": (cut(0.33), "damaged or no DuckDB file"),
    "a scrambled middle": (_scrambled, "damaged or no DuckDB file"),
    "text": (_text, "damaged or no DuckDB file"),
    "an older version": (_older, "written by an older version (store version 1"),
    "a newer version": (newer, "written by a newer version (store version 99"),
    "a newer DuckDB": (_of_a_newer_duckdb, "written by a newer version (IO Error: Trying to read a database"),
}
"""Ways to break a store, and what is said of it."""


def of_something_else(file: Path) -> None:
    """Let the file be somebody else's database."""
    file.unlink()
    with duckdb.connect(str(file)) as con:
        con.execute("create table findings (a integer)")


@contextmanager
def held_by_another_process(store: Path, *, to_write: bool = True) -> Iterator[None]:
    """Another process has the store open until the block ends."""
    program = (
        "import duckdb, sys\n"
        f"con = duckdb.connect(sys.argv[1], read_only={not to_write})\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    try:
        yield
    finally:
        holder.communicate(timeout=30)
