"""One landing file: its name, and writing it whole or not at all.

What belongs here: names and durability. What does not: what is in the files, and what was fetched before
(state.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_STAMP: Final = "%Y%m%dT%H%M%S%fZ"
_NAME: Final = re.compile(
    r"^(?P<series>.+)_(?P<stamp>\d{8}T\d{12}Z)_(?P<source>[a-z][a-z0-9_]*)\.(?P<ending>.+)$"
)
UNFINISHED: Final = ".part"


@dataclass(frozen=True)
class LandingName:
    """What the name of a landing file says."""

    series: str
    at: datetime
    source: str
    ending: str

    @property
    def file(self) -> str:
        """The name: files of a series in the order of their names are in the order of time."""
        return f"{self.series}_{self.at.astimezone(UTC):{_STAMP}}_{self.source}.{self.ending}"


def landing_name(file: str) -> LandingName | None:
    """Read the name of a landing file; null for any other."""
    found = _NAME.match(file)
    if found is None:
        return None
    try:
        at = datetime.strptime(found["stamp"], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return LandingName(found["series"], at, found["source"], found["ending"])


def own_files(folder: Path, source: str) -> list[Path]:
    """Name what a source keeps for itself beside its landing files, and what has not landed yet."""
    return [*folder.glob(f".{source}.*"), *folder.glob(f".*_{source}.*{UNFINISHED}")]


def after(now: datetime, newest: datetime | None) -> datetime:
    """Return the instant of the next file: later than the newest, also where a clock went backwards."""
    return now if newest is None or now > newest else newest + timedelta(microseconds=1)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner looks into; one that is there stays as it is."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)


@contextmanager
def unfinished(file: Path) -> Iterator[IO[bytes]]:
    """Open a private file under a name that nobody reads; on disk in the end, gone where it fails."""
    part = part_of(file)
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def finish(files: list[Path]) -> None:
    """Give unfinished files their names, in order, so that their folder keeps them after a crash."""
    for file in files:
        part_of(file).rename(file)
    for folder in {file.parent for file in files}:
        sync_folder(folder)


def abandon(files: list[Path]) -> None:
    """Take unfinished files away."""
    for file in files:
        part_of(file).unlink(missing_ok=True)


def write_whole(file: Path, content: bytes) -> None:
    """Write a private file whole or not at all; on disk when this returns."""
    with unfinished(file) as stream:
        stream.write(content)
    finish([file])


def part_of(file: Path) -> Path:
    """Return the name that a file has until it is whole: hidden, so that nobody reads it."""
    return file.with_name(f".{file.name}{UNFINISHED}")


def clear_leftovers(folder: Path, source: str) -> None:
    """Take away what a dead process left unfinished; whoever calls this holds the source's lock."""
    for left in folder.glob(f".*{UNFINISHED}"):
        name = landing_name(left.name.removeprefix(".").removesuffix(UNFINISHED))
        if name is not None and name.source == source:
            left.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Let a folder's entries reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
