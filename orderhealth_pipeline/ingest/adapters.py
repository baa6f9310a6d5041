"""Adapters: a platform's own files, turned into feeds by SELECT statements.

What belongs here: reading an adapter's folder and running its statements over the files. What does not: the
statements (sql/adapters/<platform>/<feed>.sql), and typing and quarantining what they give (load.py).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import duckdb
from pydantic import AfterValidator, Field

from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.discover import FeedFile, require_folder
from orderhealth_pipeline.ingest.file_facts import FileFacts, read_facts
from orderhealth_pipeline.ingest.file_names import format_of, is_text
from orderhealth_pipeline.ingest.load import Fingerprint, LoadedFile, is_unchanged, known_files, load_staged
from orderhealth_pipeline.ingest.quarantine import Quarantine, open_quarantine, unread_lines
from orderhealth_pipeline.ingest.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.scratch import scratch
from orderhealth_pipeline.ingest.stage import stage_query, stage_source
from orderhealth_pipeline.ingest.staged import Wanted
from orderhealth_pipeline.ingest.typing import create_reading_macros, in_zone
from orderhealth_pipeline.resources import sql_folder
from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

CANONICAL: Final = "canonical"
"""The adapter that needs no statement: the files are feeds already."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"'{name}' is no time zone; an IANA name such as Asia/Shanghai is expected"
        ) from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


class AdapterSource(FrozenModel):
    """One file the statements read, as a view named after it, with the columns they use."""

    file: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\.(csv|csv\.gz|parquet|jsonl|xlsx)$")
    required: bool = True
    columns: tuple[str, ...]

    @property
    def view(self) -> str:
        """The name under which the statements know it."""
        return self.file.split(".", 1)[0]


class AdapterFile(FrozenModel):
    """`adapter.yml`: the platform, the default zone of its instants, its currency and its files."""

    name: str
    timezone: ZoneName
    currency: str
    description: str
    sources: tuple[AdapterSource, ...]


@dataclass(frozen=True)
class Adapter:
    """An adapter's declaration and its statements by feed, in the order of the feeds' contracts."""

    declaration: AdapterFile
    queries: Mapping[str, str]


def read_adapter(name: str, feeds: Sequence[str]) -> Adapter:
    """Read an adapter by its name among `sql/adapters/`, or by the path of its folder.

    Raises ConfigurationError where there is none (naming those there are), or where it has a statement for
    a feed that does not exist.
    """
    home = sql_folder() / "adapters"
    folder = home / name if (home / name).is_dir() else Path(name)
    if not (folder / "adapter.yml").is_file():
        known = sorted([CANONICAL, *(each.name for each in home.iterdir() if each.is_dir())])
        raise ConfigurationError(
            f"there is no adapter '{name}'; there are: {', '.join(known)}, or a folder with adapter.yml"
        )
    found = {file.stem: file for file in sorted(folder.glob("*.sql"))}
    for feed in found.keys() - set(feeds):
        raise ConfigurationError(
            f"there is no feed '{feed}'; there are: {', '.join(feeds)}", file=found[feed]
        )
    return Adapter(
        declaration=read_model(folder / "adapter.yml", AdapterFile),
        queries={feed: found[feed].read_text(encoding="utf-8") for feed in feeds if feed in found},
    )


def load_through_adapter(
    con: duckdb.DuckDBPyConnection,
    adapter: Adapter,
    folder: Path,
    contracts: Mapping[str, FeedContract],
    *,
    zone: ZoneInfo,
    as_of: datetime,
) -> list[LoadedFile]:
    """Load every feed the adapter gives. Nothing is read where neither files nor statements have changed.

    `contracts` holds the feeds that are wanted. Raises UnusableInputError where a required file is missing,
    cannot be read or lacks a column.
    """
    present = _present_sources(adapter, folder)
    queries = {
        feed: query
        for feed, query in adapter.queries.items()
        if feed in contracts and not _reads_absent_source(adapter, query, present)
    }
    fingerprint = _fingerprint([found.facts for found in present.values()], queries)
    files = {
        feed: FeedFile(feed, folder, f"{adapter.declaration.name}/{feed}.sql", "csv") for feed in queries
    }
    known = known_files(con)
    if all(is_unchanged(known.get((feed, file.name)), fingerprint) for feed, file in files.items()):
        return [LoadedFile(feed, file.name, is_unchanged=True) for feed, file in files.items()]
    create_reading_macros(con)
    kept = open_quarantine(con, as_of)
    with in_zone(con, zone):
        for source in adapter.declaration.sources:
            if source.file in present:
                _stage_source(kept, source, present[source.file])
        return [
            _load_feed(kept, files[feed], query, contracts[feed], fingerprint)
            for feed, query in queries.items()
        ]


@dataclass(frozen=True)
class _Found:
    """A source's file that is there, and what is known of it."""

    path: Path
    facts: FileFacts


def files_of(adapter: Adapter, folder: Path) -> list[Path]:
    """Name the files that an adapter reads in a folder, whether they are there or not."""
    return [folder / source.file for source in adapter.declaration.sources]


def _present_sources(adapter: Adapter, folder: Path) -> dict[str, _Found]:
    require_folder(folder)
    missing = [
        source.file
        for source in adapter.declaration.sources
        if source.required and not (folder / source.file).is_file()
    ]
    if missing:
        raise UnusableInputError(
            f"{folder}: the adapter '{adapter.declaration.name}' needs {', '.join(missing)}, "
            "which is not there."
        )
    return {
        source.file: _found(folder / source.file)
        for source in adapter.declaration.sources
        if (folder / source.file).is_file()
    }


def _reads_absent_source(adapter: Adapter, query: str, present: Collection[str]) -> bool:
    """Say whether a statement reads a file that may be absent and is: its feed is absent then, not empty."""
    absent = (source.view for source in adapter.declaration.sources if source.file not in present)
    return any(re.search(rf"\b{view}\b", query) for view in absent)


def _found(path: Path) -> _Found:
    try:
        return _Found(path, read_facts(path, is_text=is_text(format_of(path) or "")))
    except (UnreadableFileError, OSError) as error:
        raise UnusableInputError(f"{path}: {error}") from error


def _fingerprint(files: Iterable[FileFacts], queries: Mapping[str, str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for facts in files:
        digest.update(facts.content_hash.encode())
    for feed, query in queries.items():
        digest.update(f"{feed}\0{query}\0".encode())
    return digest.hexdigest()


def _stage_source(kept: Quarantine, source: AdapterSource, found: _Found) -> None:
    """Make the file a table of texts under its view's name."""
    con, path = kept.con, found.path
    with scratch(con) as place:
        try:
            staged = stage_source(con, path, found.facts.text, Wanted(frozenset(source.columns)), place)
        except UnreadableFileError as error:
            raise UnusableInputError(f"{path}: {error}") from error
        columns = {column: staged.raw(column) for column in source.columns}
        missing = [column for column, raw in columns.items() if raw is None]
        if missing:
            raise UnusableInputError(f"{path}: the column {', '.join(missing)} is missing.")
        con.execute(
            statement("ingest/create_source", view=source.view, columns=columns, relation=staged.relation)
        ).fetchall()
        file = FeedFile(source.view, path, source.file, format_of(path) or "")
        kept.reject(file, unread_lines(con, staged))


def _load_feed(
    kept: Quarantine, file: FeedFile, query: str, contract: FeedContract, fingerprint: str
) -> LoadedFile:
    try:
        staged = stage_query(kept.con, query)
    except duckdb.Error as error:
        raise ConfigurationError(
            f"the statement fails: {str(error).splitlines()[0]}", file=Path(file.name)
        ) from error
    unknown = [column for column in staged.columns if column not in contract.columns]
    if unknown:
        raise ConfigurationError(f"the feed has no column {', '.join(unknown)}", file=Path(file.name))
    return load_staged(kept, staged, file, contract, Fingerprint(fingerprint))
