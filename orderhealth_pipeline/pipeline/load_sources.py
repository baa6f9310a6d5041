"""The ingest stage of a run: what is new in every feed's source goes into the store.

What belongs here: choosing between feed files and adapters. What does not: reading them (ingest/).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.adapters.declaration import CANONICAL, Adapter
from orderhealth_pipeline.ingest.adapters.load_through_adapter import load_through_adapter
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile, feed_files, require_folder
from orderhealth_pipeline.ingest.files.file_names import shown
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.ingest.unread_parts import NoFileReadError
from orderhealth_pipeline.messages import Message, as_message, joined
from orderhealth_pipeline.pipeline.plan import RunPlan

_NAMED: Final = 5
_EXPECTED: Final = Message(
    "Expected files such as storefront_orders.csv or payments_2026-11-10.parquet "
    "(.csv, .csv.gz, .parquet, .jsonl, .xlsx)."
)


def load_feeds(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, feeds: Collection[str] | None = None
) -> list[LoadedFile]:
    """Load what is new, of all feeds or of some of them, inside the caller's transaction.

    Raises UnusableInputError where a folder does not exist, where not a single feed file is there, or where
    none of them can be read.
    """
    wanted = set(plan.contracts) if feeds is None else set(feeds)
    loaded = _load_canonical(con, plan, as_of, wanted)
    loaded += _load_adapted(con, plan, as_of, wanted)
    if feeds is None:
        _require_something(loaded, plan)
    return loaded


def _load_canonical(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, wanted: Collection[str]
) -> list[LoadedFile]:
    files: list[FeedFile] = []
    for feed in plan.contracts:
        source = plan.sources.get(feed)
        if feed in wanted and source is not None and source.adapter == CANONICAL and source.path is not None:
            if _nothing_landed(plan, source.path):
                continue
            require_folder(source.path)
            files += feed_files(source.path, feed)
    return load_feed_files(con, files, plan.contracts, zones=plan.zones, as_of=as_of, read_again=plan.is_full)


def _load_adapted(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, wanted: Collection[str]
) -> list[LoadedFile]:
    feeds_of: defaultdict[tuple[str, Path], list[str]] = defaultdict(list)
    for feed, source in plan.sources.items():
        if feed in wanted and source.adapter != CANONICAL and source.path is not None:
            feeds_of[source.adapter, source.path].append(feed)
    loaded = []
    for (name, folder), feeds in sorted(
        feeds_of.items(), key=lambda each: plan.adapters[each[0][0]].looks_up
    ):
        if _nothing_landed(plan, folder):
            continue
        contracts = {feed: plan.contracts[feed] for feed in feeds}
        loaded += _through(plan.adapters[name], folder, con, contracts, plan.zones, as_of)
    # Warehouses that speak of the ERP's numbers come behind the ERP.
    there = [each for each in plan.adapted if each.is_there and not _nothing_landed(plan, each.folder)]
    for each in sorted(there, key=lambda each: each.adapter.looks_up):
        contracts = {feed: plan.contracts[feed] for feed in each.feeds if feed in wanted}
        zones = dict.fromkeys(contracts, each.zone)
        loaded += _through(each.adapter, each.folder, con, contracts, zones, as_of)
    return loaded


def _through(
    adapter: Adapter,
    folder: Path,
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    zones: Mapping[str, ZoneInfo],
    as_of: datetime,
) -> list[LoadedFile]:
    """Load through an adapter; what none of its files can be read for stops no other."""
    try:
        return load_through_adapter(con, adapter, folder, contracts, zones=zones, as_of=as_of)
    except NoFileReadError as error:
        return [LoadedFile(next(iter(contracts)), adapter.name, problem=as_message(error))]


def _nothing_landed(plan: RunPlan, folder: Path) -> bool:
    """Say whether a folder waits for a source that has brought nothing yet: its feeds are absent."""
    if all(plan.settings.landing_of(name) != folder for name in plan.settings.sources):
        return False
    return not folder.is_dir() or all(entry.name.startswith(".") for entry in folder.iterdir())


def _require_something(loaded: list[LoadedFile], plan: RunPlan) -> None:
    folders = ", ".join(
        sorted(
            {str(source.path) for source in plan.sources.values() if source.path is not None}
            | {str(each.folder) for each in plan.adapted if each.is_asked}
        )
    )
    if not loaded:
        raise UnusableInputError(_nothing_read(folders, plan))
    if all(file.problem is not None for file in loaded):
        problems = joined(
            "\n", (Message("{file}: {problem}", file=file.file, problem=file.problem) for file in loaded)
        )
        raise UnusableInputError(
            Message(
                "{folders}: not one feed file can be read.\n{problems}", folders=folders, problems=problems
            )
        )


def _nothing_read(folders: str, plan: RunPlan) -> Message:
    """Say that there is nothing to read, and what lies there instead."""
    said = Message("{folders}: no feed file here. {expected}", folders=folders, expected=_EXPECTED)
    places = {source.path for source in plan.sources.values() if source.path is not None}
    places |= {each.folder for each in plan.adapted if each.folder.is_dir()}
    there = sorted(
        shown(path.name)
        for place in places
        if place.is_dir()
        for path in place.iterdir()
        if path.is_file() and path.name[0] != "."
    )
    if not there:
        return said
    return Message(
        "{said} Nobody reads {files}: orderhealth map FILE says what it is, or proposes how to read it.",
        said=said,
        files=", ".join(there[:_NAMED]),
    )
