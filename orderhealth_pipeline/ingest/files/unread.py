"""Names what lies in a feeds folder and is not read, with a guess at what it was meant to be.

What belongs here: comparing a folder with what was read of it. What does not: saying it to people
(report/words/unread.py).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path, PurePath
from typing import Final, Literal

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import entries_below, leads_out
from orderhealth_pipeline.ingest.files.file_names import (
    FORMATS,
    ending_of,
    file_names,
    format_of,
    is_of_editor,
    is_unfinished,
    shown,
)

NAMED_AT_MOST: Final = 1_000
"""Of one folder. Who lets the program look at a whole disk knows it after fewer."""

_ALIKE: Final = 0.8
_OTHER_ENDING: Final = re.compile(r"\.[a-z]{1,12}$", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]+")

WhyUnread = Literal[
    "unknown_name",
    "save_as",
    "rename",
    "unpack",
    "unfinished",
    "of_editor",
    "hidden",
    "not_asked",
    "no_file",
    "refused_link",
    "unreadable",
    "empty",
]


@dataclass(frozen=True)
class UnreadFile:
    """A file that was not read: its path below the feeds folder, why, and under which name it would be read.

    `detail` is what was found in a file that cannot be read.
    """

    path: str
    why: WhyUnread
    guess: str | None = None
    detail: str = ""


def unread_files(
    folder: Path, read: Collection[Path], ours: Collection[Path], contracts: Mapping[str, FeedContract]
) -> list[UnreadFile]:
    """Name what lies in a folder and is neither among `read` nor the program's own, by name.

    Both name files by their paths; `ours` are names of files and of folders.
    """
    known = {os.path.realpath(path.parent) + os.sep + path.name for path in read}
    passed_over = {os.path.realpath(path) for path in ours}
    calls = _calls(contracts)
    left = _left(os.path.realpath(folder), known, passed_over)
    found = [
        _unread(entry, below, os.path.realpath(folder), calls) for entry, below in islice(left, NAMED_AT_MOST)
    ]
    return sorted(found, key=lambda file: file.path)


def _left(root: str, known: Collection[str], ours: Collection[str]) -> Iterator[tuple[os.DirEntry[str], str]]:
    for entry, below in entries_below(root, ""):
        folder = f"{root}{os.sep}{below}"
        is_ours = any(entry.path == our or folder.startswith(our + os.sep) for our in ours)
        # What a link to another folder here leads to is met there.
        is_met_elsewhere = entry.is_symlink() and entry.is_dir() and not leads_out(entry, root)
        if not is_ours and not is_met_elsewhere and entry.path not in known:
            yield entry, below


def _unread(entry: os.DirEntry[str], below: str, root: str, calls: Mapping[str, str]) -> UnreadFile:
    name = entry.name
    path = shown(below + name)
    if leads_out(entry, root):
        return UnreadFile(path, "refused_link")
    if not entry.is_file():
        return UnreadFile(path, "no_file")
    if is_of_editor(name):
        return UnreadFile(path, "of_editor")
    guess = _guess(below, name.lstrip("."), calls)
    return UnreadFile(path, _why(name, path, guess), guess)


def _why(name: str, path: str, guess: str | None) -> WhyUnread:
    if name.startswith("."):
        return "hidden"
    if is_unfinished(name):
        return "unfinished"
    other = ending_of(name, file_names().other_formats)
    if format_of(PurePath(name)) is None and other is not None:
        todo = file_names().other_formats[other].do
        return todo if guess or todo == "unpack" else "unknown_name"
    return "not_asked" if guess == path else "unknown_name"


def _guess(below: str, name: str, calls: Mapping[str, str]) -> str | None:
    """Say under which name it would be read: the feed that the name is like, and an ending that is read."""
    stem, written = _split(name)
    folder = below.split("/", 1)[0]
    feed = _feed_like(folder, calls) if folder else None
    if feed is not None:
        return shown(feed + below[len(folder) :] + stem + written)
    feed = _feed_like(stem, calls)
    if feed is None:
        return None
    return shown((stem if stem.casefold().startswith(feed) else feed + _numbers(stem)) + written)


def _split(name: str) -> tuple[str, str]:
    """Split a name into its stem and the ending that is read; other endings behind that fall off."""
    formats = file_names().other_formats
    if (ending := ending_of(name, FORMATS)) is not None:
        return name[: len(name) - len(ending)], ending
    other = ending_of(name, formats)
    rest, written = (
        (name, ".csv") if other is None else (name[: len(name) - len(other)], formats[other].ending)
    )
    if other is None and (found := _OTHER_ENDING.search(rest)):
        rest = rest[: found.start()]
    return _split(rest) if ending_of(rest, FORMATS) else (rest, written)


def _feed_like(stem: str, calls: Mapping[str, str]) -> str | None:
    plain = "_".join(_LETTERS.findall(unicodedata.normalize("NFKC", stem).casefold()))
    if plain in calls:
        return calls[plain]
    close = get_close_matches(plain, calls, n=1, cutoff=_ALIKE)
    inside = [
        called
        for called in calls
        if called in plain and (not called.isascii() or f"_{called}_" in f"_{plain}_")
    ]
    found = close or sorted(inside, key=len, reverse=True)
    return calls[found[0]] if found else None


def _numbers(stem: str) -> str:
    return "".join(f"_{number}" for number in re.findall(r"\d+", stem))


def _calls(contracts: Mapping[str, FeedContract]) -> dict[str, str]:
    """Return the feed that every word stands for; a feed's own name wins."""
    called = file_names().called
    words: dict[str, str] = {}
    for feed, contract in contracts.items():
        for word in (feed, contract.title.zh, contract.title.en, *called.get(feed, ())):
            plain = "_".join(_LETTERS.findall(unicodedata.normalize("NFKC", word).casefold()))
            words.setdefault(plain, feed)
    return words
