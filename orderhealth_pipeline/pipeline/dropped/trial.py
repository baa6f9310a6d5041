"""A file read into a store that is thrown away, as a feed or through an adapter: what would come of it.

What belongs here: loading, and the first rows and refusals. What does not: saying it to people (commands/).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.adapters.declaration import Adapter
from orderhealth_pipeline.ingest.adapters.load_through_adapter import load_through_adapter
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.files.file_names import FORMATS, ending_of
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.messages import Message, as_message
from orderhealth_pipeline.store.file.connection import open_store, transaction

_SHOWN: Final = 10


@dataclass(frozen=True)
class FeedTrial:
    """What came of one feed: how many rows, and the first of them, with the columns that hold anything."""

    feed: str
    count: int
    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Trial:
    """What came of a file: its feeds, how many rows were refused, and the first of them (line, reason)."""

    feeds: Sequence[FeedTrial]
    refused: int
    refusals: Sequence[tuple[str, int | None, str]]


def try_adapter(
    adapter: Adapter, file: Path, contracts: Mapping[str, FeedContract], as_of: datetime
) -> Trial:
    """Read one file through an adapter. Raises what reading it for good would raise."""
    zones = dict.fromkeys(contracts, ZoneInfo(adapter.declaration.timezone))

    def load(con: duckdb.DuckDBPyConnection, folder: Path) -> list[LoadedFile]:
        return load_through_adapter(con, adapter, folder, contracts, zones=zones, as_of=as_of)

    return _tried(load, file, file.name, contracts)


def try_feed(
    feed: str, file: Path, contracts: Mapping[str, FeedContract], zone: ZoneInfo, as_of: datetime
) -> Trial:
    """Read one file as a feed. Raises UnusableInputError where it is none."""
    name = f"{feed}{ending_of(file.name, FORMATS) or ''}"

    def load(con: duckdb.DuckDBPyConnection, folder: Path) -> list[LoadedFile]:
        files = feed_files(folder, feed)
        loaded = load_feed_files(con, files, contracts, zones={feed: zone}, as_of=as_of)
        problem = next((each.problem for each in loaded if each.problem is not None), None)
        if problem is not None or not loaded:
            raise UnusableInputError(Message("{file}: {problem}", file=file.name, problem=problem or "?"))
        return loaded

    return _tried(load, file, name, contracts)


def _tried(
    load: Callable[[duckdb.DuckDBPyConnection, Path], list[LoadedFile]],
    file: Path,
    name: str,
    contracts: Mapping[str, FeedContract],
) -> Trial:
    with TemporaryDirectory() as home:
        folder = Path(home) / "files"
        folder.mkdir()
        # What a link leads to outside of the folder is refused.
        if _can_link(file, folder):
            os.link(file, folder / name)
        else:
            shutil.copyfile(file, folder / name)
        with open_store(Path(home) / "trial.duckdb") as con:
            with transaction(con):
                loaded = _loaded(load, con, folder, file.parent)
            feeds = [
                _feed_trial(con, each, contracts[each])
                for each in dict.fromkeys(file.feed for file in loaded)
            ]
            refusals = sql.run(con, "report/input/list_trial_refusals", most=_SHOWN)
            ((refused,),) = sql.run(con, "report/input/count_trial_refusals")
        return Trial(feeds, int(refused), refusals)


def _loaded(
    load: Callable[[duckdb.DuckDBPyConnection, Path], list[LoadedFile]],
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    own: Path,
) -> list[LoadedFile]:
    """Load the copy; what is wrong with it is told of the file itself."""
    try:
        return load(con, folder)
    except UnusableInputError as error:
        of_file = as_message(error).changed(lambda text: text.replace(str(folder), str(own)))
        raise UnusableInputError(of_file) from error


def _can_link(file: Path, folder: Path) -> bool:
    return file.stat().st_dev == folder.stat().st_dev and not file.is_symlink()


def _feed_trial(con: Any, feed: str, contract: FeedContract) -> FeedTrial:
    columns = list(contract.columns)
    rows = sql.run(con, "report/input/list_trial_rows", feed=feed, columns=columns, most=_SHOWN)
    ((count,),) = sql.run(con, "report/input/count_trial_rows", feed=feed)
    told = [place for place, _ in enumerate(columns) if any(row[place] is not None for row in rows)]
    return FeedTrial(
        feed, count, [columns[place] for place in told], [tuple(row[place] for place in told) for row in rows]
    )
