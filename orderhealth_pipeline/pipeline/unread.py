"""What of the feeds folders a run did not read.

What belongs here: which files are read, which are the program's own, and what became of those that were
tried. What does not: looking into a folder (ingest/files/unread.py) and saying it to people
(report/words/unread.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from orderhealth_pipeline.ingest.adapters.declaration import CANONICAL
from orderhealth_pipeline.ingest.adapters.sources import files_of
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.files.unread import UnreadFile, unread_files
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.channel_settings import FileSettings
from orderhealth_pipeline.sources.landing.files import own_files
from orderhealth_pipeline.store.file.files import files_of_store


def unread_of(plan: RunPlan, loaded: Sequence[LoadedFile]) -> tuple[UnreadFile, ...]:
    """Name what nobody read: files that could not be read, and those that are no feed's, each once."""
    read = _files_read(plan)
    found = {
        file.file: UnreadFile(file.file, "empty" if file.is_empty else "unreadable", detail=file.problem)
        for file in loaded
        if file.problem is not None
    }
    for folder, files in read.items():
        ours = [*_ours(plan), *(other for other in read if folder in other.parents)]
        for file in unread_files(folder, files, ours, plan.contracts):
            found.setdefault(file.path, file)
    return tuple(found.values())


def _files_read(plan: RunPlan) -> dict[Path, list[Path]]:
    read: defaultdict[Path, list[Path]] = defaultdict(list)
    for feed, source in plan.sources.items():
        if source.path is None or not source.path.is_dir():
            continue
        if source.adapter == CANONICAL:
            read[source.path] += [file.path for file in feed_files(source.path, feed)]
        else:
            read[source.path] += files_of(plan.adapters[source.adapter], source.path)
    for each in plan.adapted:
        if each.folder.is_dir():
            read[each.folder] += files_of(each.adapter, each.folder)
    return dict(read)


def _ours(plan: RunPlan) -> list[Path]:
    settings = plan.settings
    channels = [channel.path for channel in settings.channels if isinstance(channel, FileSettings)]
    of_sources = [file for name in settings.sources for file in own_files(settings.landing_of(name), name)]
    return [
        *files_of_store(plan.store),
        settings.expectations,
        settings.report.folder,
        *channels,
        *of_sources,
    ]
