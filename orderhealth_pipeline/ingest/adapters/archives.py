"""Files in a zip archive, as platforms pack their bills.

What belongs here: their names, also those of programs that write them in GBK, and unpacking one of them. What
does not: what they are (recognise.py).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Final

from orderhealth_pipeline.ingest.adapters.source_declaration import payload_format, table_format
from orderhealth_pipeline.ingest.files.file_facts import CHUNK
from orderhealth_pipeline.ingest.files.file_names import is_left_behind
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import Scratch
from orderhealth_pipeline.messages import Message

_ENTRIES_AT_MOST: Final = 1_000
_BYTES_AT_MOST: Final = 1 << 31
_IS_UTF8: Final = 0x800
_IS_ENCRYPTED: Final = 0x1


def entries_of(path: Path) -> tuple[str, ...]:
    """Name the files in an archive that adapters can read; none in one that cannot be opened."""
    try:
        facts = path.stat()
    except OSError:
        return ()
    return _entries(path, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=1024)
def _entries(path: Path, _size: int, _changed: int) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            found = [_name(entry) for entry in archive.infolist()[:_ENTRIES_AT_MOST] if not entry.is_dir()]
    except (OSError, zipfile.BadZipFile):
        return ()
    return tuple(
        name
        for name in found
        if (table_format(name) or payload_format(name))
        and not any(is_left_behind(part, is_folder=False) for part in PurePosixPath(name).parts)
        and not any(is_left_behind(part, is_folder=True) for part in PurePosixPath(name).parts[:-1])
    )


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name: without the mark of UTF-8 it is what Windows in China writes, GBK."""
    if entry.flag_bits & _IS_UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


@contextmanager
def open_entry(path: Path, name: str) -> Iterator[IO[bytes]]:
    """Open a file of an archive for its bytes. Raises OSError or zipfile.BadZipFile where it cannot be."""
    with zipfile.ZipFile(path) as archive:
        entry = next((each for each in archive.infolist() if _name(each) == name), None)
        if entry is None or entry.flag_bits & _IS_ENCRYPTED:
            raise zipfile.BadZipFile("the entry is not there, or needs a password")
        with archive.open(entry) as stream:
            yield stream


def unpack(path: Path, name: str, place: Scratch) -> Path:
    """Copy a file of an archive into a scratch folder. Raises UnreadableFileError where it cannot be."""
    copy = place.folder / f"entry{''.join(PurePosixPath(name).suffixes[-2:]).casefold()}"
    written = 0
    try:
        with open_entry(path, name) as stream, copy.open("wb") as target:
            while chunk := stream.read(CHUNK):
                written += len(chunk)
                if written > _BYTES_AT_MOST:
                    raise UnreadableFileError("unpacked it is far too large", "too_large")
                target.write(chunk)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise UnreadableFileError(
            Message("the archive cannot be unpacked ({error})", error=str(error).split("\n", 1)[0])
        ) from error
    return copy
