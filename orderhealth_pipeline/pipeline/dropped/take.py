"""Puts a file in the place where the next run reads it, with an adapter where it needs one.

What belongs here: which place, and writing there in one step. What does not: what the file is (look.py).
"""

from __future__ import annotations

import filecmp
import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.declaration import CANONICAL
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.file_names import FORMATS, ending_of
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.adapted import incoming_folder
from orderhealth_pipeline.pipeline.dropped.look import LookedAt, write_adapter
from orderhealth_pipeline.settings import Settings


@dataclass(frozen=True)
class Taken:
    """Where a file is now, and the folder of the adapter that was written for it, if one was."""

    file: Path
    adapter: Path | None = None


def take(file: Path, looked: LookedAt, settings: Settings) -> Taken:
    """Move a file to where the next run reads it. Raises ConfigurationError where it cannot be written.

    A file of the same name stays; of two with the same content one is enough.
    """
    written = None
    try:
        if looked.kind == "feed":
            folder, name = _folder_of_feed(looked.name, settings), _feed_name(looked.name, file.name)
        else:
            folder, is_named = _folder_of_adapter(looked, settings)
            name = file.name if _is_of_no_feed(file.name) else f"export_{file.name}"
            if not is_named:
                written = _write_adapter(looked, settings)
        folder.mkdir(parents=True, exist_ok=True)
        return Taken(_moved(file, folder, name), written)
    except OSError as error:
        raise ConfigurationError(
            Message("the file cannot be written ({reason})", reason=error.strerror or str(error)),
            file=error.filename and Path(str(error.filename)),
        ) from None


def _folder_of_feed(feed: str, settings: Settings) -> Path:
    source = settings.feed_sources.get(feed)
    if source is None or source.adapter != CANONICAL or source.path is None:
        raise ConfigurationError(
            Message(
                "{feed} comes from nowhere that files are put into: name a folder for it, "
                "`feeds: {{{feed}: {{path: DIR}}}}` in orderhealth.yml",
                feed=feed,
            ),
            file=settings.file,
        )
    return source.path


def _folder_of_adapter(looked: LookedAt, settings: Settings) -> tuple[Path, bool]:
    """Return the folder that the adapter of a file reads, and whether runs know the adapter already."""
    if looked.kind == "preset":
        for each in settings.adapters:
            if Path(each.preset).name == looked.name:
                return settings.folder_of(each), True
        for source in settings.feed_sources.values():
            if source.adapter == looked.name and source.path is not None:
                return source.path, True
    return incoming_folder(settings), looked.kind == "known"


def _write_adapter(looked: LookedAt, settings: Settings) -> Path:
    home = settings.own_adapters
    if looked.kind == "preset" and looked.adapter is not None:
        folder = home / looked.name
        shutil.copytree(looked.adapter.folder, folder, dirs_exist_ok=True)
        return folder
    names = (looked.name if number == 1 else f"{looked.name}-{number}" for number in count(1))
    folder = next(home / name for name in names if not (home / name).exists())
    write_adapter(folder, looked.texts)
    return folder


def _feed_name(feed: str, name: str) -> str:
    return name if name.casefold().startswith(feed) else f"{feed}_{name}"


def _is_of_no_feed(name: str) -> bool:
    return not any(name.casefold().startswith(feed) for feed in feed_contracts())


def _moved(file: Path, folder: Path, name: str) -> Path:
    """Move a file into a folder; a newer copy is called as browsers call it, and read after the older one."""
    ending = ending_of(name, FORMATS) or Path(name).suffix
    stem = name[: len(name) - len(ending)]
    names = (name if number == 0 else f"{stem} ({number}){ending}" for number in count())
    for each in names:
        place = folder / each
        if place.exists():
            if filecmp.cmp(place, file, shallow=False):
                file.unlink()
                return place
            continue
        # A name that no run reads, until all of it is there.
        unfinished = folder / f".{each}.part"
        shutil.copyfile(file, unfinished)
        unfinished.replace(place)
        file.unlink()
        return place
    raise AssertionError("there is always another name")
