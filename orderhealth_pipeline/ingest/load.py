"""Loads files into the store: what is new in them, what must be quarantined, and what was loaded when.

What belongs here: the path of one file from `staged` to its feed table, `rejected_rows` and `loads`. What
does not: how a format is read (stage.py), a column typed (typing.py), or which rows are new (insert.py).
"""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.conflicts import find_conflicts
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.files.disguised import undisguised
from orderhealth_pipeline.ingest.files.file_facts import FileFacts
from orderhealth_pipeline.ingest.files.look_ahead import Look, look_ahead
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError, without_columns
from orderhealth_pipeline.ingest.files.scratch import scratch
from orderhealth_pipeline.ingest.insert import discard_misread, insert_all, insert_new
from orderhealth_pipeline.ingest.loaded_file import (
    Fingerprint,
    LoadedFile,
    is_unchanged,
    known_files,
    log_loaded,
)
from orderhealth_pipeline.ingest.quarantine import Quarantine, open_quarantine, rejections_of, whole_file
from orderhealth_pipeline.ingest.rejection_kinds import kinds_of_no_record
from orderhealth_pipeline.ingest.second_header import refuse_second_header
from orderhealth_pipeline.ingest.stage import given_up, stage_source
from orderhealth_pipeline.ingest.staged import Staged, Wanted
from orderhealth_pipeline.ingest.text.small_file import SmallFile
from orderhealth_pipeline.ingest.text.small_files import TOGETHER, load_small_files, small_file
from orderhealth_pipeline.ingest.unread_parts import lines_of
from orderhealth_pipeline.ingest.values.typing import create_reading_macros, create_typed_rows, in_zone
from orderhealth_pipeline.messages import Message, as_message
from orderhealth_pipeline.sql import statement

_NOT_OF_THE_FILE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""What the system says of itself and not of a feed file."""


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
            arriving = (
                _Arriving(file, look, zone, known.get((file.feed, file.name))) for file, look in files_in_zone
            )
            for each in _load_in_order(kept, arriving, contracts):
                log_loaded(each)
                loaded.append(each)
    places = {(file.feed, file.name): place for place, file in enumerate(files)}
    return sorted(loaded, key=lambda each: places[each.feed, each.file])


def _load_in_order(
    kept: Quarantine, arriving: Iterable[_Arriving], contracts: Mapping[str, FeedContract]
) -> Iterator[LoadedFile]:
    """Load file after file; small ones that go with each other wait for the first that does not."""
    waiting: list[SmallFile] = []
    for each in arriving:
        examined = _examined(kept, each)
        if isinstance(examined, LoadedFile):
            yield examined
            continue
        if waiting and not (isinstance(examined, SmallFile) and examined.goes_with(waiting[0])):
            yield from _load_waiting(kept, waiting, contracts)
            waiting = []
        if not isinstance(examined, SmallFile):
            yield _load_alone(kept, examined, contracts[examined.file.feed])
            continue
        waiting.append(examined)
        if len(waiting) == TOGETHER:
            yield from _load_waiting(kept, waiting, contracts)
            waiting = []
    yield from _load_waiting(kept, waiting, contracts)


def _load_waiting(
    kept: Quarantine, waiting: Sequence[SmallFile], contracts: Mapping[str, FeedContract]
) -> Iterator[LoadedFile]:
    if waiting:
        contract = contracts[waiting[0].file.feed]
        yield from load_small_files(kept, waiting, contract, lambda each: _load_alone(kept, each, contract))


def load_staged(
    kept: Quarantine,
    staged: Staged,
    file: FeedFile,
    contract: FeedContract,
    fingerprint: Fingerprint,
    *,
    files: Collection[str] | None = None,
) -> LoadedFile:
    """Move what lies in `staged` to the feed's table, the rest to the quarantine, and record the load.

    Where rows come from several files, `files` names those that were read; null: all there are.
    """
    con = kept.con
    missing = [column for column in contract.required if column not in staged.columns]
    if missing:
        raise without_columns(missing, staged.columns, contract.columns)
    sql.run(con, "schema/kept/create_feed", feed=file.feed, columns=contract.columns)
    typed = create_typed_rows(con, contract, staged)
    if typed.bad:
        refuse_second_header(con, staged, contract)
    conflicts = find_conflicts(con, file.feed, contract, staged)
    if conflicts.height:
        typed.leave_out_conflicts(con)
    count = statement("ingest/loads/count_before_load", feed=file.feed, relation=staged.relation)
    ((load_number, known, rows, in_other_zones),) = con.execute(
        count, {"feed": file.feed, "zone": fingerprint.zone}
    ).fetchall()
    if in_other_zones:
        discard_misread(con, file, contract, fingerprint.zone)
    insert = insert_all if known == 0 else insert_new
    new_rows = insert(con, file, contract, load_number)
    rejections = rejections_of(con, staged, conflicts, has_bad_rows=typed.bad > 0)
    unread = staged.unread
    rejections = pl.concat([rejections, unread])
    if staged.places is None and unread.is_empty():
        kept.reject(file, rejections)
    else:
        kept.reject_of_several(file, rejections, files)
    kept.lay_down_brought(file.feed, file.name, contract)
    read = rows + staged.broken.height + staged.bad_lines.height + lines_of(unread)
    rejected = lines_of(rejections)
    totals = rejections.filter(pl.col("kind").is_in(kinds_of_no_record()))["rows"].sum()
    load = {
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
        "rejected_rows": rejected,
        "totals_lines": totals,
        "loaded_at": kept.as_of,
    }
    sql.run(con, "ingest/loads/insert_load", load, feed=file.feed, instants=contract.of_type("instant"))
    return LoadedFile(file.feed, file.name, read, new_rows, rejected)


@dataclass(frozen=True)
class _Arriving:
    """A file, what a look at it finds, the zone it is read in, and what it was known by before."""

    file: FeedFile
    look: Future[Look]
    zone: str
    seen_before: Fingerprint | None


@dataclass(frozen=True)
class _Examined:
    """A file that has to be read, what a look at it found, and what it will be known by."""

    file: FeedFile
    facts: FileFacts
    fingerprint: Fingerprint


def _examined(kept: Quarantine, arriving: _Arriving) -> _Examined | SmallFile | LoadedFile:
    """Say what a look has found: a file to be read, or what became of one that need or can not be."""
    file, zone = arriving.file, arriving.zone
    try:
        seen = arriving.look.result()
        if seen.facts is None or is_unchanged(arriving.seen_before, seen.facts.content_hash, zone):
            return LoadedFile(file.feed, file.name, is_unchanged=True)
        if seen.facts.size == 0:
            return LoadedFile(file.feed, file.name, problem=Message("the file is empty"), is_empty=True)
        fingerprint = Fingerprint(seen.facts.content_hash, zone, seen.stamp)
        small = small_file(file, seen.facts, fingerprint)
        return small or _Examined(file, seen.facts, fingerprint)
    except (UnreadableFileError, OSError) as error:
        return _quarantined(kept, file, error)


def _load_alone(kept: Quarantine, each: _Examined | SmallFile, contract: FeedContract) -> LoadedFile:
    try:
        with scratch(kept.con) as place:
            staged = stage_source(kept.con, each.file.path, each.facts.text, Wanted.of(contract), place)
            return load_staged(kept, staged, each.file, contract, each.fingerprint)
    except (UnreadableFileError, OSError) as error:
        return _quarantined(kept, each.file, error)
    except duckdb.DataError as error:
        # What a file with types holds is read last of all, and may hold a value that nobody thought of.
        raise given_up(each.file.path, error) from error


def _quarantined(kept: Quarantine, file: FeedFile, error: UnreadableFileError | OSError) -> LoadedFile:
    """Quarantine a file as a whole that cannot be read."""
    if isinstance(error, OSError) and error.errno in _NOT_OF_THE_FILE:
        raise error
    error = undisguised(file.path, error)
    kind = error.kind if isinstance(error, UnreadableFileError) else "unreadable_file"
    kept.reject(file, whole_file(kind, str(error)))
    return LoadedFile(file.feed, file.name, problem=as_message(error))
