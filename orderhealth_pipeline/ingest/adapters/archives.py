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
from orderhealth_pipeline.messages import Message, as_message

_ENTRIES_AT_MOST: Final = 1_000
_BYTES_AT_MOST: Final = 1 << 31
_IS_UTF8: Final = 0x800
_IS_ENCRYPTED: Final = 0x1
_ARCHIVES: Final = frozenset({".zip", ".rar", ".7z", ".gz", ".tar"})
_LOCKED: Final = Message("it needs a password: unpack it, and use the file that was in it")


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
        if entry is None:
            raise zipfile.BadZipFile(Message("the entry is not there"))
        if entry.flag_bits & _IS_ENCRYPTED:
            raise zipfile.BadZipFile(_LOCKED)
        try:
            with archive.open(entry) as stream:
                yield stream
        except (NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
            raise zipfile.BadZipFile(str(error).split("\n", 1)[0]) from error


def trouble_with(path: Path) -> Message | None:
    """Say why nothing in an archive can be read; null where there is something."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (OSError, zipfile.BadZipFile) as error:
        return Message("the archive cannot be unpacked ({error})", error=str(error).split("\n", 1)[0])
    if not files:
        return Message("the archive is empty")
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in files):
        return _LOCKED
    if entries_of(path):
        return None
    if any(PurePosixPath(_name(entry)).suffix.casefold() in _ARCHIVES for entry in files):
        return Message("there is another archive within the archive: unpack it once")
    return Message(
        "none of the {files} files in the archive is a table: CSV and .xlsx are read", files=len(files)
    )


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
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(
            Message("the archive cannot be unpacked ({error})", error=as_message(error))
        ) from error
    return copy
