"""What the name of a file says: its format, its place among others, and whose it is.

What belongs here: names alone. What does not: looking into folders (discover.py, unread.py) or files.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Final, Literal

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

FORMATS: Final = {".csv": "csv", ".csv.gz": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".xlsx": "xlsx"}
_DIGITS: Final = re.compile(r"\d+")


class OtherFormat(FrozenModel):
    """A format that is not read: what to do about it, and the ending that is read."""

    do: Literal["save_as", "rename", "unpack"]
    ending: str


class FileNames(FrozenModel):
    """`file_names.yml`."""

    left_behind: tuple[str, ...]
    folders_left_behind: tuple[str, ...]
    unfinished: tuple[str, ...]
    of_editors: tuple[str, ...]
    other_formats: dict[str, OtherFormat]
    called: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def file_names() -> FileNames:
    """Read what names say."""
    return read_model(Path(__file__).with_name("file_names.yml"), FileNames)


def format_of(path: PurePath) -> str | None:
    """Name the format of a file by its ending, or None where it is no feed format."""
    return FORMATS.get(ending_of(path.name, FORMATS) or "")


def ending_of(name: str, endings: dict[str, str] | dict[str, OtherFormat]) -> str | None:
    """Return the longest of the endings that a name has, or None."""
    folded = name.casefold()
    return max((ending for ending in endings if folded.endswith(ending)), key=len, default=None)


def is_text(file_format: str) -> bool:
    """Say whether files of a format are text, with an encoding and lines."""
    return file_format in {"csv", "jsonl"}


def order_key(name: str) -> str:
    """Sort names as people count: `orders_2.csv` before `orders_10.csv`; no two names have the same.

    Browsers and people call a newer copy `orders (1).csv`, `orders-2.csv` or `orders - 副本.csv`. So the
    ending is compared last: what a name has more than another makes it the later one.
    """
    folded = name.casefold()
    ending = ending_of(folded, FORMATS) or ""
    stem = folded[: len(folded) - len(ending)]
    return f"{natural_order(stem)}\t{ending}\t{name}"


def natural_order(name: str) -> str:
    """Return a text that sorts numbers in a file name by their value."""
    return _DIGITS.sub(lambda digits: digits.group().rjust(20, "0"), name.casefold())


def is_left_behind(name: str, *, is_folder: bool) -> bool:
    """Say whether systems and programs leave a file or a folder of that name behind."""
    names = file_names()
    return _fits(name, names.folders_left_behind if is_folder else names.left_behind)


def is_unfinished(name: str) -> bool:
    """Say whether somebody is still writing a file of that name, or left it half-way."""
    return _fits(name, file_names().unfinished)


def is_of_editor(name: str) -> bool:
    """Say whether an editor leaves a file of that name beside the one it writes."""
    return _fits(name, file_names().of_editors)


def shown(name: str) -> str:
    """Return a name as it can be written: what is no UTF-8 in it, and what moves a cursor, is spelt out."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    folded = name.casefold()
    return any(fnmatchcase(folded, pattern) for pattern in patterns)
