"""Fetching whole files into landing files, each version of a file once.

What belongs here: which files, and when one is whole. What does not: the kinds of places (place.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, Final

from orderhealth_pipeline.ingest.files.file_names import (
    FORMATS,
    ending_of,
    is_left_behind,
    is_of_editor,
    is_unfinished,
)
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.sources import FilesSource
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.files.place import RemoteFile, opened
from orderhealth_pipeline.sources.landing.files import LandingName, abandon, part_of, unfinished
from orderhealth_pipeline.sources.pulled import Fetched, LandedFile, Pull
from orderhealth_pipeline.sources.remarks import Remark

SERIES: Final = "files"
_NO_NAME: Final = re.compile(r"[^\w.\- ()（）]+")


def fetch_files(source: FilesSource, asked: Pull) -> Fetched:
    """Fetch files that are new or changed. Raises SourceError, and leaves nothing behind.

    A file that still grows, or that changes while it is fetched, waits for the next pull.
    """
    before = asked.state.of(SERIES)
    fetched: list[tuple[RemoteFile, Path]] = []
    try:
        with opened(source) as place:
            files = place.files()
            for file in wanted(files, source, before.known, asked.now, asked.since):
                path = _landing_path(file, asked, [path for _, path in fetched])
                with unfinished(path):
                    place.fetch(file.name, part_of(path))
                fetched.append((file, path))
            # What has changed since it was listed may have been fetched half old and half new.
            still = {file.name: file for file in place.files()} if fetched else {}
    except BaseException:
        abandon([path for _, path in fetched])
        raise
    whole = [pair for pair in fetched if still.get(pair[0].name) == pair[0] and _has_all(*pair)]
    abandon([path for file, path in fetched if (file, path) not in whole])
    landed = tuple(LandedFile(SERIES, path, 0) for _, path in whole)
    newest = max((file.changed_at for file in files), default=None)
    changes: dict[str, Any] = {
        "known": {**before.known, **{file.name: _mark(file) for file, _ in whole}},
        "watermark": newest.isoformat() if newest else before.watermark,
        "newest": asked.now if landed else before.newest,
    }
    return Fetched(landed, asked.state.with_series(SERIES, before.model_copy(update=changes)))


def look_at_files(source: FilesSource, now: datetime) -> list[Remark]:
    """Say how many files there are, and how many of them would be fetched. Raises SourceError."""
    with opened(source) as place:
        files = place.files()
    found = wanted(files, source, {}, now, None)
    if not found:
        said = Message(
            "none of its {count} files is one of {patterns}", count=len(files), patterns=source.files
        )
        return [Remark("warning", said)]
    return [Remark("well", Message("{count} files can be fetched", count=len(found)))]


def wanted(
    files: list[RemoteFile],
    source: FilesSource,
    known: Mapping[str, Any],
    now: datetime,
    since: datetime | None,
) -> list[RemoteFile]:
    """Choose the files that are whole and not known, oldest first; `since` asks for known ones again."""
    found = [
        file
        for file in files
        if any(
            fnmatchcase(PurePosixPath(file.name).name.casefold(), each.casefold()) for each in source.files
        )
        and not _is_nobodys(file.name)
        and file.size > 0
        and now - file.changed_at >= source.rest
        and (known.get(file.name) != _mark(file) or (since is not None and file.changed_at >= since))
    ]
    return sorted(found, key=lambda file: (file.changed_at, file.name))


def _is_nobodys(name: str) -> bool:
    path = PurePosixPath(name)
    is_hidden = any(part.startswith(".") for part in path.parts)
    left = any(is_left_behind(part, is_folder=True) for part in path.parts[:-1])
    own = path.name
    return (
        is_hidden or left or is_left_behind(own, is_folder=False) or is_unfinished(own) or is_of_editor(own)
    )


def _has_all(file: RemoteFile, path: Path) -> bool:
    return part_of(path).stat().st_size == file.size


def _landing_path(file: RemoteFile, asked: Pull, taken: list[Path]) -> Path:
    at = file.changed_at
    while True:
        name = LandingName(_stem(file.name), at, asked.source, _ending(file.name))
        path = asked.folder / name.file
        if path not in taken and not path.exists():
            return path
        at += timedelta(microseconds=1)


def _stem(name: str) -> str:
    ending = _ending(name)
    plain = _NO_NAME.sub("_", name[: len(name) - len(ending) - 1].replace("/", "_"))
    if not plain:
        raise SourceError(Message("{file} cannot be fetched ({reason})", file=name, reason="?"))
    return plain


def _ending(name: str) -> str:
    found = ending_of(PurePosixPath(name).name, FORMATS)
    return name[-len(found) + 1 :] if found else PurePosixPath(name).suffix.removeprefix(".") or "dat"


def _mark(file: RemoteFile) -> list[Any]:
    return [file.size, file.changed_at.isoformat()]
