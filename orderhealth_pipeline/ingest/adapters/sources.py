"""The files of an adapter's sources: finding them, and reading them as one table of texts each.

What belongs here: which files a source has, where the rows of a file begin and end, and which line each row
is on. What does not: formats (stage.py), and what the statements make of the tables
(load_through_adapter.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.adapters.archives import entries_of, unpack
from orderhealth_pipeline.ingest.adapters.column_looks import ColumnLook
from orderhealth_pipeline.ingest.adapters.declaration import Adapter
from orderhealth_pipeline.ingest.adapters.payloads import read_payload
from orderhealth_pipeline.ingest.adapters.recognise import place_in
from orderhealth_pipeline.ingest.adapters.select import SOURCE_FILE, SOURCE_LINE
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource, is_archive, table_format
from orderhealth_pipeline.ingest.adapters.text_body import body_of
from orderhealth_pipeline.ingest.files.discover import leads_out, require_folder
from orderhealth_pipeline.ingest.files.file_facts import FileFacts, read_facts
from orderhealth_pipeline.ingest.files.file_names import (
    is_left_behind,
    is_of_editor,
    is_unfinished,
    order_key,
)
from orderhealth_pipeline.ingest.files.reading_faults import HeaderBelowError, UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import Scratch
from orderhealth_pipeline.ingest.record_places import lines_of_rows
from orderhealth_pipeline.ingest.second_header import refuse_second_header_of_source
from orderhealth_pipeline.ingest.stage import stage_source
from orderhealth_pipeline.ingest.staged import Staged, Wanted
from orderhealth_pipeline.ingest.text.table_place import TablePlace, plain_name, totals_pattern
from orderhealth_pipeline.ingest.totals_lines import without_totals
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sql import statement


@dataclass(frozen=True)
class SourceFile:
    """A file of a source that is there, and what is known of it without reading its rows."""

    path: Path
    facts: FileFacts
    place: TablePlace
    entry: str | None = None

    @property
    def name(self) -> str:
        """What people are told: the name of the file, and of the one in it where it is an archive."""
        return self.path.name if self.entry is None else f"{self.path.name}/{self.entry}"


@dataclass(frozen=True)
class _Found:
    """A file of a source, or one in an archive, and where the table is in it."""

    path: Path
    entry: str | None
    place: TablePlace


def files_of(adapter: Adapter, folder: Path) -> list[Path]:
    """Name the files that an adapter reads in a folder."""
    found = (
        each.path for source in adapter.declaration.sources for each in _files_of(adapter, source, folder)
    )
    return list(dict.fromkeys(found))


def present_sources(adapter: Adapter, folder: Path) -> dict[str, list[SourceFile]]:
    """Look at the files of every source that is there, by the source's view, older ones first.

    Raises UnusableInputError where a required one is missing, or where a file cannot be looked at.
    """
    require_folder(folder)
    files = {source.view: _files_of(adapter, source, folder) for source in adapter.declaration.sources}
    missing = [
        source.said for source in adapter.declaration.sources if source.required and not files[source.view]
    ]
    if missing:
        raise UnusableInputError(
            Message(
                "{folder}: the adapter '{name}' needs {missing}, which is not there.",
                folder=folder,
                name=adapter.declaration.name,
                missing=", ".join(missing),
            )
        )
    facts: dict[Path, FileFacts] = {}
    return {view: [_looked_at(each, facts) for each in found] for view, found in files.items() if found}


def _files_of(adapter: Adapter, source: AdapterSource, folder: Path) -> list[_Found]:
    if not folder.is_dir():
        return []
    root = os.path.realpath(folder)
    found = [
        each
        for path in folder.iterdir()
        if path not in adapter.leaves
        and (is_archive(path) or source.fits(path.name))
        and path.is_file()
        and not is_left_behind(path.name, is_folder=False)
        and not is_unfinished(path.name)
        and not is_of_editor(path.name)
        and not leads_out(path, root)
        for each in _in(source, path)
    ]
    return sorted(found, key=lambda each: (order_key(each.path.name), order_key(each.entry or "")))


def _in(source: AdapterSource, path: Path) -> Iterator[_Found]:
    """Return a file, or those in an archive, that are of a source."""
    for entry in entries_of(path) if is_archive(path) else [None]:
        if entry is not None and not source.fits(PurePosixPath(entry).name):
            continue
        place = place_in(source, path, entry) if source.is_told_by_columns else source.place
        if place is not None:
            yield _Found(path, entry, place)


def _looked_at(found: _Found, known: dict[Path, FileFacts]) -> SourceFile:
    path = found.path
    try:
        if path not in known:
            known[path] = read_facts(path, is_text=table_format(path.name) in {"csv", "jsonl"})
        return SourceFile(path, known[path], found.place, found.entry)
    except (UnreadableFileError, OSError) as error:
        raise UnusableInputError(Message("{path}: {error}", path=path, error=error)) from error


def read_source(
    con: duckdb.DuckDBPyConnection, adapter: Adapter, source: AdapterSource, found: SourceFile, place: Scratch
) -> tuple[pa.Table, Staged]:
    """Read one file: a table of the source's columns with the file and line of each row, and what was staged.

    Raises UnreadableFileError where the file is none of its format or lacks a column.
    """
    if source.records:
        others = [each for each in adapter.declaration.sources if each.records and each != source]
        rows, staged = read_payload(con, source, found.path, found.entry, others)
        return rows.append_column(SOURCE_FILE, pa.repeat(pa.scalar(found.name), rows.num_rows)), staged
    path, text, lines_before = found.path, found.facts.text, 0
    if found.entry is not None:
        path = unpack(found.path, found.entry, place)
        text = read_facts(path, is_text=table_format(path.name) in {"csv", "jsonl"}).text
    if text is not None and replace(found.place, sheet=None) != TablePlace():
        body = body_of(path, text, found.place, place)
        path, text, lines_before = body.path, body.facts, body.lines_before
    try:
        staged = stage_source(con, path, text, _wanted(source, found.place), place)
    except HeaderBelowError as error:
        raise UnreadableFileError(
            Message(
                "its header is line {line}: say header_contains: {column} in adapter.yml",
                line=error.line + lines_before,
                column=source.columns[0],
            ),
            "no_header",
        ) from error
    columns = tuple(map(plain_name, staged.columns))
    staged = replace(staged, columns=columns, lines_before=lines_before)
    raw = _raw_columns(source, staged)
    refuse_second_header_of_source(con, staged, {name: raw[name] for name in source.columns})
    query = statement(
        "ingest/stage/select_source",
        columns={
            name: _look_of(source, name).expression(f"unguarded({column})") for name, column in raw.items()
        },
        cells={f"c{number}": name for number, name in enumerate(staged.columns, 1)} if source.totals else {},
        totals=totals_pattern(source.totals),
        relation=staged.relation,
        row_number=staged.row_number,
        has_record=staged.has_record,
    )
    read, staged = without_totals(con.sql(query).to_arrow_table(), staged)
    read = _filled_down(read, source.fill_down)
    lines = lines_of_rows(con, staged, read.column("row_number").to_numpy())
    rows = read.drop_columns(["row_number"])
    rows = rows.append_column(SOURCE_FILE, pa.repeat(pa.scalar(found.name), rows.num_rows))
    rows = rows.append_column(SOURCE_LINE, pa.array(lines.astype(np.int64)))
    return rows, staged


def _look_of(source: AdapterSource, name: str) -> ColumnLook:
    """Return how the values of a column are written; words for nothing are those of all columns, too."""
    look = source.looks.get(name, ColumnLook())
    return look.model_copy(update={"nothing": (*look.nothing, *source.nothing)})


def _filled_down(rows: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """Give empty cells the value above: of merged cells only the first has one."""
    for name in columns:
        filled = pl.Series(rows.column(name)).fill_null(strategy="forward").to_arrow()
        rows = rows.set_column(rows.column_names.index(name), name, filled)
    return rows


def _wanted(source: AdapterSource, place: TablePlace) -> Wanted:
    """Look for the columns of a source; no number of a spreadsheet may have lost digits in any of them."""
    named = (*source.columns, *source.optional_columns)
    known = frozenset(spelling for name in named for spelling in (plain_name(name), name.strip().casefold()))
    required = frozenset(name.strip().casefold() for name in source.columns)
    return Wanted(known, required, identifiers=known, typed=known, place=place)


def _raw_columns(source: AdapterSource, staged: Staged) -> Mapping[str, str]:
    """Name, for each column of the source, what holds it. Raises UnreadableFileError where one is missing."""
    raw = {name: staged.raw(plain_name(name)) for name in source.columns}
    missing = [name for name, column in raw.items() if column is None]
    if missing:
        there = [name for name in raw if name not in missing]
        others = len(staged.columns) - len(there)
        if not there:
            raise UnreadableFileError(
                Message(
                    "none of its {others} columns is one of the adapter's: is its first line the header? "
                    "Else say header_row or header_contains in adapter.yml.",
                    others=others,
                ),
                "no_header",
            )
        names: str = ", ".join(there)
        if others:
            names = Message("{names} and {others} more", names=names, others=others)
        raise UnreadableFileError(
            Message(
                "the column {missing} is missing (found: {there})",
                missing=", ".join(missing),
                there=names,
            ),
            "missing_column",
        )
    optional = {name: staged.raw(plain_name(name)) for name in source.optional_columns}
    return {name: column or "null::varchar" for name, column in {**raw, **optional}.items()}
