"""Rules that a merchant shares with others, under its own: file by file, its own counts.

What belongs here: one folder of links over two. What does not: what the files say (rules/).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def lay_over(shared: Path, own: Path, into: Path) -> Path:
    """Return a folder in which every file of `shared` stands, or that of `own` of the same name.

    Without own files `shared` is returned. `into` is made anew where it is not as it should be, so that a
    file that came or went counts at the next run. What the console wrote there is the merchant's own.
    """
    _take_over(into, own)
    if not own.is_dir():
        shutil.rmtree(into, ignore_errors=True)
        return shared
    wanted = {**_files_of(shared), **_files_of(own)}
    present = {file.relative_to(into): file.resolve() for file in into.rglob("*") if file.is_symlink()}
    if present == wanted:
        return into
    fresh = into.with_name(f"{into.name}.{os.getpid()}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for place, file in wanted.items():
        (fresh / place).parent.mkdir(parents=True, exist_ok=True)
        (fresh / place).symlink_to(file)
    shutil.rmtree(into, ignore_errors=True)
    fresh.rename(into)
    return into


def _take_over(into: Path, own: Path) -> None:
    for file in [*into.rglob("*")]:
        if file.is_file() and not file.is_symlink():
            place = own / file.relative_to(into)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)


def origin_of(text: str, into: Path) -> str:
    """Name in a text the files themselves instead of the links that stand for them in `into`."""
    for link in sorted(into.rglob("*"), reverse=True) if str(into) in text else ():
        if link.is_symlink():
            text = text.replace(str(link), str(link.resolve()))
    return text


def _files_of(folder: Path) -> dict[Path, Path]:
    return {file.relative_to(folder): file.resolve() for file in folder.rglob("*") if file.is_file()}
