"""What a file is known by, and what became of it once it was loaded.

What belongs here: these two, and the log's line. What does not: loading (load.py).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.messages import Message

_LOG: Final = logging.getLogger(__name__)

CONTINUES: Final = "continues"
"""The stamp of a load that read only what had come behind the files of the load before."""


@dataclass(frozen=True)
class LoadedFile:
    """What became of one file: rows read, new and quarantined; or why it could not be read."""

    feed: str
    file: str
    rows: int = 0
    new_rows: int = 0
    rejected_rows: int = 0
    is_unchanged: bool = False
    problem: str | None = None
    is_empty: bool = False


@dataclass(frozen=True)
class Fingerprint:
    """What a file is known by: its content, and what can be told of it without reading it.

    `zone` is the one in which its instants without an offset were read: in another one it is another file.
    What an adapter gives has no stamp, or CONTINUES.
    """

    content_hash: str
    zone: str
    stamp: str | None = None


def is_unchanged(seen_before: Fingerprint | None, content_hash: str, zone: str) -> bool:
    """Say whether a file was last loaded with the same content and zone; None is one that never was."""
    return seen_before is not None and (seen_before.content_hash, seen_before.zone) == (content_hash, zone)


def known_files(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Fingerprint]:
    """Give, by feed and file name, the fingerprint that each file had when it was last loaded."""
    rows = sql.run(con, "ingest/loads/select_known_files")
    return {(feed, file): Fingerprint(*known) for feed, file, *known in rows}


def log_loaded(loaded: LoadedFile) -> None:
    """Log what became of one file."""
    if loaded.problem is not None:
        _LOG.warning(
            Message(
                "{feed}: {file} was not read: {problem}",
                feed=loaded.feed,
                file=loaded.file,
                problem=loaded.problem,
            )
        )
    elif not loaded.is_unchanged:
        _LOG.info(
            "%s: %s has %d rows, %d new, %d quarantined",
            loaded.feed,
            loaded.file,
            loaded.rows,
            loaded.new_rows,
            loaded.rejected_rows,
        )
