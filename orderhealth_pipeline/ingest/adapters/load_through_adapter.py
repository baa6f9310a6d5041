"""Loads feeds through an adapter: its sources' files, its statements, and what they give.

What belongs here: the order of the steps. What does not: reading files (sources.py), running statements
(workshop.py), and typing and quarantining what they give (ingest/load.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pyarrow as pa

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, feed_of
from orderhealth_pipeline.ingest.adapters.readings import PresentFiles, Reading
from orderhealth_pipeline.ingest.adapters.select import ERP_NUMBERS, SOURCE_FILE, SOURCE_LINE, SourceSelect
from orderhealth_pipeline.ingest.adapters.source_declaration import (
    AdapterSource,
)
from orderhealth_pipeline.ingest.adapters.sources import SourceFile, present_sources, read_source
from orderhealth_pipeline.ingest.adapters.workshop import Workshop, workshop
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.files.disguised import undisguised
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import scratch
from orderhealth_pipeline.ingest.load import load_staged
from orderhealth_pipeline.ingest.loaded_file import LoadedFile, known_files, log_loaded
from orderhealth_pipeline.ingest.quarantine import Quarantine, open_quarantine, unread_lines, whole_file
from orderhealth_pipeline.ingest.stage import stage_table
from orderhealth_pipeline.ingest.staged import COUNTED_SCHEMA
from orderhealth_pipeline.ingest.unread_parts import UnreadPart, rejections_of_parts, unread_files
from orderhealth_pipeline.ingest.values.typing import create_reading_macros, in_zone
from orderhealth_pipeline.messages import Message, as_message

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

    Where files came behind those that were read before, only these are read, if the statement makes its rows
    of single rows.

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
    known = known_files(con)
    there = PresentFiles(adapter.declaration, present, _erp_numbers(con, selects.values()))
    readings = []
    for statement, select in selects.items():
        file = FeedFile(feed_of(statement), folder, f"{adapter.name}/{statement}.sql", "csv")
        before = known.get((file.feed, file.name))
        readings.append(there.reading(statement, select, file, zones[file.feed].key, before))
    needed = [each for each in readings if each.is_needed]
    if not needed:
        return [LoadedFile(each.file.feed, each.file.name, is_unchanged=True) for each in readings]
    create_reading_macros(con)
    sql.run(con, "ingest/values/create_unguarded")
    sql.run(con, "ingest/stage/create_written_amount")
    kept = open_quarantine(con, as_of)
    for view, name in sorted(kept.files):
        # Rejections of sources once stood under the sources' names, not under the feeds'.
        if view in present and view not in contracts:
            kept.reject(FeedFile(view, folder, name, ""), pl.DataFrame(schema=COUNTED_SCHEMA))
    loaded = [
        LoadedFile(each.file.feed, each.file.name, is_unchanged=True)
        for each in readings
        if not each.is_needed
    ]
    for together in dict.fromkeys(each.reads_together for each in needed):
        group = [each for each in needed if each.reads_together == together]
        loaded += _load_together(kept, adapter, there, group, contracts)
    places = {(each.file.feed, each.file.name): place for place, each in enumerate(readings)}
    return sorted(loaded, key=lambda each: places.get((each.feed, each.file), len(places)))


def _load_together(
    kept: Quarantine,
    adapter: Adapter,
    there: PresentFiles,
    readings: Sequence[Reading],
    contracts: Mapping[str, FeedContract],
) -> list[LoadedFile]:
    """Read the files that some statements need, and run these over them."""
    zone, of_view, after = readings[0].reads_together
    needed = {view for each in readings for view in each.select.reads}
    loaded, parts = [], {}
    with workshop(ZoneInfo(zone)) as shop, in_zone(kept.con, ZoneInfo(zone)):
        for source in adapter.declaration.sources:
            if source.view not in needed:
                continue
            if source.view in there.files:
                first = after if source.view == of_view else 0
                parts[source.view] = _put_source(
                    kept, shop, adapter, source, there.files[source.view][first:]
                )
            elif source.empty_when_missing:
                shop.put(source.view, _no_rows(source))
        if there.numbers is not None:
            shop.put(ERP_NUMBERS, there.numbers)
        shop.close_door()
        reads = {each.file: each.select.reads for each in readings}
        files = {view: len(found) for view, found in there.files.items()}
        loaded += unread_files(kept, reads, parts, files)
        for each in readings:
            place, feed = adapter.file_of(each.statement), each.file.feed
            rows = shop.run(each.select.query, place)
            _check_columns(rows, contracts[feed], place)
            rows = _in_our_words(rows, adapter.declaration.vocabulary.get(feed, {}))
            unread = rejections_of_parts([part for view in each.select.reads for part in parts.get(view, ())])
            loaded.append(_load_feed(kept, each, rows, contracts[feed], there.read_names(each), unread))
            log_loaded(loaded[-1])
    return loaded


def _erp_numbers(con: duckdb.DuckDBPyConnection, selects: Iterable[SourceSelect]) -> pa.Table | None:
    """Return which orders the ERP's numbers stand for, where a statement asks for it."""
    if not any(ERP_NUMBERS in select.reads for select in selects):
        return None
    ((is_known,),) = sql.run(con, "ingest/workshop/count_erp_tables")
    if not is_known:
        return pa.table({name: pa.array([], pa.string()) for name in ("erp_id", "order_id")})
    return con.sql(sql.statement("ingest/workshop/select_erp_numbers")).to_arrow_table()


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


def _put_source(
    kept: Quarantine,
    shop: Workshop,
    adapter: Adapter,
    source: AdapterSource,
    files: Sequence[SourceFile],
) -> list[UnreadPart]:
    """Make the files of a source a table, and return what of them is no row of it."""
    parts = []
    for found in files:
        with scratch(kept.con) as place:
            try:
                rows, staged = read_source(kept.con, adapter, source, found, place)
            except UnreadableFileError as found_wrong:
                error = found_wrong if found.entry else undisguised(found.path, found_wrong)
                rejected = whole_file(found_wrong.kind, str(error))
                parts.append(UnreadPart(found.name, rejected, as_message(error), str(found.path.parent)))
                continue
            shop.put(source.view, rows)
            parts.append(UnreadPart(found.name, unread_lines(kept.con, staged)))
    if all(part.problem is not None for part in parts):
        shop.put(source.view, _no_rows(source))
    return parts


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
    kept: Quarantine,
    reading: Reading,
    rows: pa.Table,
    contract: FeedContract,
    files: frozenset[str],
    unread: pl.DataFrame,
) -> LoadedFile:
    places = None
    if set(_OWN) <= set(rows.column_names):
        places = pl.DataFrame(rows.select(list(_OWN)).rename_columns(["file", "line"]))
    columns = [name for name in rows.column_names if name not in _OWN]
    staged = replace(stage_table(kept.con, rows.select(columns), places), unread=unread)
    return load_staged(kept, staged, reading.file, contract, reading.fingerprint, files=files)
