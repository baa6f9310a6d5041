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
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, AdapterFile, feed_of
from orderhealth_pipeline.ingest.adapters.select import ERP_NUMBERS, SOURCE_FILE, SOURCE_LINE, SourceSelect
from orderhealth_pipeline.ingest.adapters.source_declaration import (
    AdapterSource,
    payload_format,
    table_format,
)
from orderhealth_pipeline.ingest.adapters.sources import SourceFile, present_sources, read_source
from orderhealth_pipeline.ingest.adapters.workshop import Workshop, workshop
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
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
    optional = {source.view for source in adapter.declaration.sources if source.empty_when_missing}
    selects = {
        statement: select
        for statement, select in adapter.selects.items()
        if feed_of(statement) in contracts
        and select.reads - {ERP_NUMBERS} <= present.keys() | optional
        and select.reads & present.keys()
    }
    numbers = _erp_numbers(con, selects.values())
    fingerprint = _fingerprint(
        [*(found.facts.content_hash for found in _all_files(present)), *_told(numbers)],
        selects,
        adapter.declaration,
    )
    files = {
        statement: FeedFile(feed_of(statement), folder, f"{adapter.name}/{statement}.sql", "csv")
        for statement in selects
    }
    known = known_files(con)
    if all(
        is_unchanged(known.get((file.feed, file.name)), fingerprint, zones[file.feed].key)
        for file in files.values()
    ):
        return [LoadedFile(file.feed, file.name, is_unchanged=True) for file in files.values()]
    create_reading_macros(con)
    sql.run(con, "ingest/values/create_unguarded")
    sql.run(con, "ingest/stage/create_written_amount")
    kept = open_quarantine(con, as_of)
    loaded = []
    for zone in dict.fromkeys(zones[file.feed].key for file in files.values()):
        with workshop(ZoneInfo(zone)) as shop, in_zone(con, ZoneInfo(zone)):
            for source in adapter.declaration.sources:
                if source.view in present:
                    _put_source(kept, shop, source, present[source.view])
                elif source.empty_when_missing:
                    shop.put(source.view, _no_rows(source))
            if numbers is not None:
                shop.put(ERP_NUMBERS, numbers)
            shop.close_door()
            for statement, select in selects.items():
                file = files[statement]
                if zones[file.feed].key != zone:
                    continue
                rows = shop.run(select.query, adapter.file_of(statement))
                _check_columns(rows, contracts[file.feed], adapter.file_of(statement))
                rows = _in_our_words(rows, adapter.declaration.vocabulary.get(file.feed, {}))
                known_by = Fingerprint(fingerprint, zone)
                loaded.append(_load_feed(kept, file, rows, contracts[file.feed], known_by))
                log_loaded(loaded[-1])
    return loaded


def _all_files(present: Mapping[str, list[SourceFile]]) -> Iterable[SourceFile]:
    return (found for files in present.values() for found in files)


def _fingerprint(hashes: Iterable[str], selects: Mapping[str, SourceSelect], declaration: AdapterFile) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for content_hash in hashes:
        digest.update(content_hash.encode())
    for feed, select in selects.items():
        digest.update(f"{feed}\0{select.text}\0".encode())
    digest.update(declaration.model_dump_json(include={"sources", "vocabulary"}).encode())
    return digest.hexdigest()


def _erp_numbers(con: duckdb.DuckDBPyConnection, selects: Iterable[SourceSelect]) -> pa.Table | None:
    """Return which orders the ERP's numbers stand for, where a statement asks for it."""
    if not any(ERP_NUMBERS in select.reads for select in selects):
        return None
    ((is_known,),) = sql.run(con, "ingest/workshop/count_erp_tables")
    if not is_known:
        return pa.table({name: pa.array([], pa.string()) for name in ("erp_id", "order_id")})
    return con.sql(sql.statement("ingest/workshop/select_erp_numbers")).to_arrow_table()


def _told(numbers: pa.Table | None) -> list[str]:
    """Return what makes a difference of the ERP's numbers: one known more is another file."""
    return [] if numbers is None else [f"{row}" for row in numbers.to_pylist()]


def _no_rows(source: AdapterSource) -> pa.Table:
    texts = {name: pa.array([], pa.string()) for name in (*source.columns, *source.optional_columns)}
    line = {SOURCE_LINE: pa.array([], pa.int64())}
    return pa.table({**texts, SOURCE_FILE: pa.array([], pa.string()), **line})


def _in_our_words(rows: pa.Table, vocabulary: Mapping[str, Mapping[str, str]]) -> pa.Table:
    """Put our words in the place of the platform's own; a word that means nothing stays as it is."""
    for column, meanings in vocabulary.items():
        if column in rows.column_names:
            texts = pl.Series(rows.column(column)).cast(pl.String).str.strip_chars()
            place = rows.column_names.index(column)
            rows = rows.set_column(place, column, texts.replace(dict(meanings)).to_arrow())
    return rows


def _put_source(kept: Quarantine, shop: Workshop, source: AdapterSource, files: list[SourceFile]) -> None:
    """Make the files of a source a table. One of several that cannot be read is quarantined by itself."""
    problems = []
    for found in files:
        file = FeedFile(
            source.view, found.path, found.name, table_format(found.name) or payload_format(found.name) or ""
        )
        with scratch(kept.con) as place:
            try:
                rows, staged = read_source(kept.con, source, found, place)
            except UnreadableFileError as error:
                problems.append(
                    Message("{path}: {error}", path=f"{found.path.parent}/{found.name}", error=error)
                )
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
