"""Finds the files of every feed in a feeds folder.

What belongs here: names and order of files. What does not: what is inside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orderhealth_pipeline.errors import UnusableInputError

_FORMATS: Final = {".csv": "csv", ".csv.gz": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".xlsx": "xlsx"}
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class FeedFile:
    """One file of one feed; `name` is its path below the feeds folder, `format` such as csv."""

    feed: str
    path: Path
    name: str
    format: str

    @property
    def order_key(self) -> str:
        """Sort names as people count: `orders_2.csv` before `orders_10.csv`; no two names have the same."""
        return f"{natural_order(self.name)}\t{self.name}"


def natural_order(name: str) -> str:
    """Give a text that sorts numbers in a file name by their value."""
    return _DIGITS.sub(lambda digits: digits.group().rjust(20, "0"), name.casefold())


def format_of(path: Path) -> str | None:
    """Name the format of a file by its ending, or None where it is no feed format."""
    name = path.name.casefold()
    return next((kind for ending, kind in _FORMATS.items() if name.endswith(ending)), None)


def is_text(file_format: str) -> bool:
    """Say whether files of a format are text, with an encoding and lines."""
    return file_format in {"csv", "jsonl"}


def feed_files(folder: Path, feed: str) -> list[FeedFile]:
    """List the files of a feed: `<feed>*.<ext>` in the folder, and everything in a folder `<feed>/`.

    Files come in natural order of their names.
    """
    # The name first: asking for the kind costs a call to the file system, and folders hold many files.
    beside = [path for path in folder.iterdir() if path.name.casefold().startswith(feed) and path.is_file()]
    own_folder = folder / feed
    within = [path for path in own_folder.rglob("*") if path.is_file()] if own_folder.is_dir() else []
    files = [
        FeedFile(feed, path, path.relative_to(folder).as_posix(), kind)
        for path in [*beside, *within]
        if not path.name.startswith((".", "~")) and (kind := format_of(path)) is not None
    ]
    return sorted(files, key=lambda file: file.order_key)


def require_folder(folder: Path) -> None:
    """Raise UnusableInputError where the feeds folder is not there."""
    if not folder.is_dir():
        raise UnusableInputError(f"{folder}: the feeds folder does not exist or is not a folder.")
