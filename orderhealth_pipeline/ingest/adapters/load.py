"""Loads feeds through an adapter: its sources' files, its statements, and what they give.

What belongs here: the order of the steps. What does not: reading files (sources.py), running statements
(workshop.py), and typing and quarantining what they give (ingest/load.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pyarrow as pa

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, AdapterSource
from orderhealth_pipeline.ingest.adapters.select import SOURCE_FILE, SOURCE_LINE, SourceSelect
from orderhealth_pipeline.ingest.adapters.sources import SourceFile, present_sources, read_source
from orderhealth_pipeline.ingest.adapters.workshop import Workshop, workshop
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.files.file_names import format_of
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import scratch
from orderhealth_pipeline.ingest.load import load_staged
from orderhealth_pipeline.ingest.loaded_file import (
    Fingerprint,
    LoadedFile,
    is_unchanged,
    known_files,
    log_loaded,
)
from orderhealth_pipeline.ingest.quarantine import Quarantine, open_quarantine, unread_lines, whole_file
from orderhealth_pipeline.ingest.stage import stage_table
from orderhealth_pipeline.ingest.values.typing import create_reading_macros, in_zone
from orderhealth_pipeline.messages import Message, joined

_OWN: tuple[str, ...] = (SOURCE_FILE, SOURCE_LINE)


def load_through_adapter(
    con: duckdb.DuckDBPyConnection,
    adapter: Adapter,
    folder: Path,
    contracts: Mapping[str, FeedContract],
    *,
    zones: Mapping[str, ZoneInfo],
    as_of: datetime,
) -> list[LoadedFile]:
    """Load every feed the adapter gives. Nothing is read where neither files nor statements have changed.

    `contracts` holds the feeds that are wanted. Raises UnusableInputError where a required file is missing,
    cannot be read or lacks a column, and ConfigurationError where a statement fails.
    """
    present = present_sources(adapter, folder)
    selects = {
        feed: select
        for feed, select in adapter.selects.items()
        if feed in contracts and select.reads <= present.keys()
    }
    fingerprint = _fingerprint((found.facts.content_hash for found in _all_files(present)), selects)
    files = {
        feed: FeedFile(feed, folder, f"{adapter.declaration.name}/{feed}.sql", "csv") for feed in selects
    }
    known = known_files(con)
    if all(
        is_unchanged(known.get((feed, file.name)), fingerprint, zones[feed].key)
        for feed, file in files.items()
    ):
        return [LoadedFile(feed, file.name, is_unchanged=True) for feed, file in files.items()]
    create_reading_macros(con)
    sql.run(con, "ingest/values/create_unguarded")
    kept = open_quarantine(con, as_of)
    loaded = []
    for zone in dict.fromkeys(zones[feed].key for feed in selects):
        with workshop(ZoneInfo(zone)) as shop, in_zone(con, ZoneInfo(zone)):
            for source in adapter.declaration.sources:
                if source.view in present:
                    _put_source(kept, shop, source, present[source.view])
            shop.close_door()
            for feed, select in selects.items():
                if zones[feed].key != zone:
                    continue
                rows = shop.run(select.query, adapter.file_of(feed))
                _check_columns(rows, contracts[feed], adapter.file_of(feed))
                known_by = Fingerprint(fingerprint, zone)
                loaded.append(_load_feed(kept, files[feed], rows, contracts[feed], known_by))
                log_loaded(loaded[-1])
    return loaded


def _all_files(present: Mapping[str, list[SourceFile]]) -> Iterable[SourceFile]:
    return (found for files in present.values() for found in files)


def _fingerprint(hashes: Iterable[str], selects: Mapping[str, SourceSelect]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for content_hash in hashes:
        digest.update(content_hash.encode())
    for feed, select in selects.items():
        digest.update(f"{feed}\0{select.text}\0".encode())
    return digest.hexdigest()


def _put_source(kept: Quarantine, shop: Workshop, source: AdapterSource, files: list[SourceFile]) -> None:
    """Make the files of a source a table. One of several that cannot be read is quarantined by itself."""
    problems = []
    for found in files:
        file = FeedFile(source.view, found.path, found.path.name, format_of(found.path) or "")
        with scratch(kept.con) as place:
            try:
                rows, staged = read_source(kept.con, source, found, place)
            except UnreadableFileError as error:
                problems.append(Message("{path}: {error}", path=found.path, error=error))
                kept.reject(file, whole_file(error.kind, str(error)))
                continue
            shop.put(source.view, rows)
            kept.reject(file, unread_lines(kept.con, staged))
    if len(problems) == len(files):
        raise UnusableInputError(joined("\n", problems))
    for problem in problems:
        log_loaded(LoadedFile(source.view, problem, problem=problem))


def _check_columns(rows: pa.Table, contract: FeedContract, file: Path) -> None:
    given = [name for name in rows.column_names if name not in _OWN]
    unknown = [name for name in given if name not in contract.columns]
    if unknown:
        raise ConfigurationError(
            Message(
                "the feed has no column {unknown}; it has: {columns}",
                unknown=", ".join(unknown),
                columns=", ".join(contract.columns),
            ),
            file=file,
        )
    twice = next((name for name in given if given.count(name) > 1), None)
    if twice is not None:
        raise ConfigurationError(Message("the column {twice} is given twice", twice=twice), file=file)
    missing = [name for name in contract.required if name not in given]
    if missing:
        raise ConfigurationError(
            Message(
                "the column {missing} is missing, which every row of the feed needs",
                missing=", ".join(missing),
            ),
            file=file,
        )


def _load_feed(
    kept: Quarantine, file: FeedFile, rows: pa.Table, contract: FeedContract, fingerprint: Fingerprint
) -> LoadedFile:
    places = None
    if set(_OWN) <= set(rows.column_names):
        places = pl.DataFrame(rows.select(list(_OWN)).rename_columns(["file", "line"]))
    columns = [name for name in rows.column_names if name not in _OWN]
    staged = stage_table(kept.con, rows.select(columns), places)
    return load_staged(kept, staged, file, contract, fingerprint)
