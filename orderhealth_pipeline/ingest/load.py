"""Loads files into the store: what is new in them, what must be quarantined, and what was loaded when.

What belongs here: the path of one file from `staged` to its feed table, `rejected_rows` and `loads`. What
does not: how a format is read (stage.py), a column typed (typing.py), or which rows are new (insert.py).
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from orderhealth_pipeline.ingest.conflicts import find_conflicts
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.discover import FeedFile
from orderhealth_pipeline.ingest.insert import discard_misread, insert_all, insert_new
from orderhealth_pipeline.ingest.look_ahead import Look, look_ahead
from orderhealth_pipeline.ingest.quarantine import Quarantine, open_quarantine, rejections_of, whole_file
from orderhealth_pipeline.ingest.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.rejection_kinds import kinds_of_no_record
from orderhealth_pipeline.ingest.scratch import scratch
from orderhealth_pipeline.ingest.stage import given_up, stage_source
from orderhealth_pipeline.ingest.staged import Staged, Wanted
from orderhealth_pipeline.ingest.typing import create_reading_macros, create_typed_rows, in_zone
from orderhealth_pipeline.messages import Message, as_message
from orderhealth_pipeline.statements import statement

_LOG: Final = logging.getLogger(__name__)

_NOT_OF_THE_FILE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""What the system says of itself and not of a feed file."""


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
    """

    content_hash: str
    zone: str
    stamp: str | None = None


def load_feed_files(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[FeedFile],
    contracts: Mapping[str, FeedContract],
    *,
    zones: Mapping[str, ZoneInfo],
    as_of: datetime,
    read_again: bool = False,
) -> list[LoadedFile]:
    """Load the files in the given order; a file seen before with the same content is passed over.

    So is one whose size and time of change are those of its last load, unless `read_again` asks for its
    content.

    `zones` are the time zones of every feed's instants without an offset: what was loaded in another zone is
    read again, and takes the place of what it said before. `as_of` is recorded as the time of loading. A
    file that cannot be read is quarantined as a whole, tried again on the next run, and never touches what
    is known.
    """
    create_reading_macros(con)
    # Asked once: a folder may hold the files of years, of which a run has to look at the new ones alone.
    known = known_files(con)
    kept = open_quarantine(con, as_of)
    stamps = {
        (feed, name): fingerprint.stamp
        for (feed, name), fingerprint in known.items()
        if not read_again and feed in zones and fingerprint.zone == zones[feed].key
    }
    loaded = []
    looks = look_ahead(files, stamps)
    for zone, files_in_zone in groupby(looks, key=lambda each: zones[each[0].feed].key):
        with in_zone(con, ZoneInfo(zone)):
            for file, look in files_in_zone:
                arriving = _Arriving(file, look, zone, known.get((file.feed, file.name)))
                loaded.append(_load_file(kept, arriving, contracts[file.feed]))
                log_loaded(loaded[-1])
    return loaded


def load_staged(
    kept: Quarantine, staged: Staged, file: FeedFile, contract: FeedContract, fingerprint: Fingerprint
) -> LoadedFile:
    """Move what lies in `staged` to the feed's table, the rest to the quarantine, and record the load."""
    con = kept.con
    missing = [column for column in contract.required if column not in staged.columns]
    if missing:
        raise _without_columns(missing, staged, contract)
    con.execute(statement("schema/create_feed", feed=file.feed, columns=contract.columns)).fetchall()
    typed = create_typed_rows(con, contract, staged)
    conflicts = find_conflicts(con, file.feed, contract, staged)
    if conflicts.height:
        typed.leave_out_conflicts(con)
    count = statement("ingest/count_before_load", feed=file.feed, relation=staged.relation)
    ((load_number, known, rows, in_other_zones),) = con.execute(
        count, {"feed": file.feed, "zone": fingerprint.zone}
    ).fetchall()
    if in_other_zones:
        discard_misread(con, file, contract, fingerprint.zone)
    insert = insert_all if known == 0 else insert_new
    new_rows = insert(con, file, contract, load_number)
    rejections = rejections_of(con, staged, conflicts, has_bad_rows=typed.bad > 0)
    reject = kept.reject if staged.places is None else kept.reject_of_several
    reject(file, rejections)
    kept.lay_down_brought(file, contract)
    read = rows + staged.broken.height + staged.bad_lines.height
    totals = rejections["kind"].is_in(kinds_of_no_record()).sum()
    con.execute(
        statement("ingest/insert_load", feed=file.feed, instants=contract.of_type("instant")),
        {
            "load_number": load_number,
            "feed": file.feed,
            "file": file.name,
            "order_key": file.order_key,
            "content_hash": fingerprint.content_hash,
            "stamp": fingerprint.stamp,
            "zone": fingerprint.zone,
            "columns": [column for column in staged.columns if column in contract.columns],
            "rows": read,
            "new_rows": new_rows,
            "rejected_rows": rejections.height,
            "totals_lines": totals,
            "loaded_at": kept.as_of,
        },
    ).fetchall()
    return LoadedFile(file.feed, file.name, read, new_rows, rejections.height)


def _without_columns(missing: list[str], staged: Staged, contract: FeedContract) -> UnreadableFileError:
    """Name what is missing, and what is there of the feed's own columns: other names may be values.

    Where a file has no header line, the first row stands in its place.
    """
    found = [column for column in staged.columns if column in contract.columns]
    others = len(staged.columns) - len(found)
    if not staged.columns:
        return UnreadableFileError("the file has no rows that name a column", "no_header")
    if not found:
        return UnreadableFileError(
            Message(
                "none of its {others} columns is one of the feed's: is the first line a header?",
                others=others,
            ),
            "no_header",
        )
    there: str = ", ".join(found)
    if others:
        there = Message("{names} and {others} others", names=there, others=others)
    return UnreadableFileError(
        Message("the column {missing} is missing (found: {there})", missing=", ".join(missing), there=there),
        "missing_column",
    )


def is_unchanged(seen_before: Fingerprint | None, content_hash: str, zone: str) -> bool:
    """Say whether a file was last loaded with the same content and zone; None is one that never was."""
    return seen_before is not None and (seen_before.content_hash, seen_before.zone) == (content_hash, zone)


def known_files(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Fingerprint]:
    """Give, by feed and file name, the fingerprint that each file had when it was last loaded."""
    rows = con.execute(statement("ingest/select_known_files")).fetchall()
    return {(feed, file): Fingerprint(*known) for feed, file, *known in rows}


@dataclass(frozen=True)
class _Arriving:
    """A file, what a look at it finds, the zone it is read in, and what it was known by before."""

    file: FeedFile
    look: Future[Look]
    zone: str
    seen_before: Fingerprint | None


def _load_file(kept: Quarantine, arriving: _Arriving, contract: FeedContract) -> LoadedFile:
    file, zone = arriving.file, arriving.zone
    try:
        seen = arriving.look.result()
        stamp, facts = seen.stamp, seen.facts
        if facts is None:
            return LoadedFile(file.feed, file.name, is_unchanged=True)
        if facts.size == 0:
            return LoadedFile(file.feed, file.name, problem=Message("the file is empty"), is_empty=True)
        if is_unchanged(arriving.seen_before, facts.content_hash, zone):
            return LoadedFile(file.feed, file.name, is_unchanged=True)
        with scratch(kept.con) as place:
            staged = stage_source(kept.con, file.path, facts.text, Wanted.of(contract), place)
            fingerprint = Fingerprint(facts.content_hash, zone, stamp)
            return load_staged(kept, staged, file, contract, fingerprint)
    except (UnreadableFileError, OSError) as error:
        if isinstance(error, OSError) and error.errno in _NOT_OF_THE_FILE:
            raise
        kind = error.kind if isinstance(error, UnreadableFileError) else "unreadable_file"
        kept.reject(file, whole_file(kind, str(error)))
        return LoadedFile(file.feed, file.name, problem=as_message(error))
    except duckdb.DataError as error:
        # What a file with types holds is read last of all, and may hold a value that nobody thought of.
        raise given_up(file.path, error) from error


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
