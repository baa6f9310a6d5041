"""Finds the files of every feed in a feeds folder.

What belongs here: which files are a feed's, and their order. What does not: what names say (file_names.py),
what is inside the files, and what lies beside them (unread.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.files.file_names import (
    format_of,
    is_left_behind,
    is_of_editor,
    is_unfinished,
    order_key,
    shown,
)
from orderhealth_pipeline.messages import Message


@dataclass(frozen=True)
class FeedFile:
    """One file of one feed; `name` is its path below the feeds folder, `format` such as csv.

    A link that leads out of the feeds folder is refused: it would show whoever may write feeds what the
    program may read.
    """

    feed: str
    path: Path
    name: str
    format: str
    is_refused: bool = False

    @property
    def order_key(self) -> str:
        """Sort files as people count, a newer copy behind the older one."""
        return order_key(self.name)


def feed_files(folder: Path, feed: str) -> list[FeedFile]:
    """List the files of a feed: `<feed>*.<ext>` in the folder, and everything in a folder `<feed>/`.

    Files come in natural order of their names. Hidden and unfinished ones are nobody's records.
    """
    root = os.path.realpath(folder)
    # The name first: asking for the kind costs a call to the file system, and folders hold many files.
    beside = [entry for entry in _entries(root) if entry.name.casefold().startswith(feed)]
    files = [_feed_file(feed, entry, folder, "", root) for entry in beside if _is_data(entry)]
    own = next((entry for entry in beside if entry.name == feed and entry.is_dir()), None)
    if own is not None and not leads_out(own, root):
        files += [
            _feed_file(feed, entry, folder, below, root)
            for entry, below in entries_below(own.path, f"{feed}/")
            if _is_data(entry)
        ]
    return sorted(files, key=lambda file: file.order_key)


def require_folder(folder: Path) -> None:
    """Raise UnusableInputError where the feeds folder is not there, or cannot be looked into."""
    try:
        is_folder = folder.is_dir()
        if is_folder:
            os.scandir(folder).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnusableInputError(
            Message("{folder}: the feeds folder cannot be read ({reason}).", folder=folder, reason=reason)
        ) from None
    if not is_folder:
        raise UnusableInputError(
            Message("{folder}: the feeds folder does not exist or is not a folder.", folder=folder)
        )


def entries_below(folder: str, below: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Return what lies in a folder and its folders that are no links, with the path of the folder it lies in.

    What systems and programs leave behind is left out.
    """
    for entry in _entries(folder):
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_left_behind(entry.name, is_folder=is_folder):
            continue
        if is_folder:
            yield from entries_below(entry.path, f"{below}{entry.name}/")
        else:
            yield entry, below


def leads_out(entry: os.DirEntry[str] | Path, root: str) -> bool:
    """Say whether it is a link to what does not lie in the folder `root`, which is no link itself."""
    return entry.is_symlink() and not os.path.realpath(entry).startswith(root.rstrip(os.sep) + os.sep)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """List a folder; one that cannot be looked into has nothing to read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_data(entry: os.DirEntry[str]) -> bool:
    """Say whether it is a file of a feed format, or a link to something of that name."""
    if entry.name.startswith(".") or is_unfinished(entry.name) or is_of_editor(entry.name):
        return False
    return format_of(PurePath(entry.name)) is not None and (entry.is_file() or entry.is_symlink())


def _feed_file(feed: str, entry: os.DirEntry[str], folder: Path, below: str, root: str) -> FeedFile:
    name = below + entry.name
    is_refused = leads_out(entry, root) or not entry.is_file()
    return FeedFile(feed, folder / name, shown(name), format_of(PurePath(name)) or "", is_refused)
