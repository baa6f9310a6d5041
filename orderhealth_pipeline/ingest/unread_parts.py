"""What of an adapter's files became no row of a source: lines, and whole files.

What belongs here: keeping it until the feeds that lack it are loaded. What does not: reading (adapters/), and
what becomes of it in a feed (load.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import polars as pl

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.loaded_file import LoadedFile, log_loaded
from orderhealth_pipeline.ingest.quarantine import Quarantine
from orderhealth_pipeline.ingest.staged import COUNTED_SCHEMA
from orderhealth_pipeline.messages import Message, joined


class NoFileReadError(UnusableInputError):
    """Of a source no file can be read; what else there is can be loaded."""


@dataclass(frozen=True)
class UnreadPart:
    """What of one file is no row; `problem` says why the file as a whole is none of its source."""

    file: str
    rejections: pl.DataFrame
    problem: Message | None = None
    folder: str = ""


def rejections_of_parts(parts: Sequence[UnreadPart]) -> pl.DataFrame:
    """Return all rejections, each with its file: a feed lacks them, whatever its statement does."""
    named = [part.rejections.with_columns(file=pl.lit(part.file)) for part in parts]
    return pl.concat([pl.DataFrame(schema=COUNTED_SCHEMA), *named], how="diagonal_relaxed")


def unread_files(
    kept: Quarantine,
    reads: Mapping[FeedFile, AbstractSet[str]],
    parts: Mapping[str, Sequence[UnreadPart]],
    files: Mapping[str, int],
) -> list[LoadedFile]:
    """Return the files that are none of their source, each once.

    `reads` names the sources that each feed is made of, `parts` what was no row of them, and `files` counts
    the files of each. Raises NoFileReadError, after it has kept why, where a source has no other.
    """
    of_files = {view: [part for part in found if part.problem is not None] for view, found in parts.items()}
    hopeless = {view for view, found in of_files.items() if found and len(found) == files[view]}
    unread: dict[str, LoadedFile] = {}
    for feed, views in reads.items():
        for view in sorted(views & parts.keys()):
            for part in of_files[view]:
                unread.setdefault(part.file, LoadedFile(feed.feed, part.file, problem=part.problem))
            if view in hopeless:
                rejected = rejections_of_parts(of_files[view])
                kept.reject_of_several(feed, rejected, [part.file for part in of_files[view]])
    if hopeless:
        parts_of_none = (part for view in sorted(hopeless) for part in of_files[view])
        problems = (
            Message("{path}: {problem}", path=f"{part.folder}/{part.file}", problem=part.problem)
            for part in parts_of_none
        )
        raise NoFileReadError(joined("\n", problems))
    for file in unread.values():
        log_loaded(file)
    return list(unread.values())


def lines_of(rejections: pl.DataFrame) -> int:
    """Count the rows: a file that cannot be read is no row."""
    return int(rejections.filter(pl.col("line").is_not_null())["rows"].sum())
