"""A file read through an adapter into a store that is thrown away: to show what would come of it.

What belongs here: loading, and the first rows and refusals. What does not: saying it to people (commands/).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.adapters.declaration import Adapter
from orderhealth_pipeline.ingest.adapters.load import load_through_adapter
from orderhealth_pipeline.ingest.contracts import FeedContract
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
    with TemporaryDirectory() as home:
        folder = Path(home) / "files"
        folder.mkdir()
        # What a link leads to outside of the folder is refused.
        os.link(file, folder / file.name) if _can_link(file, folder) else _copy(file, folder)
        with open_store(Path(home) / "trial.duckdb") as con:
            with transaction(con):
                loaded = load_through_adapter(con, adapter, folder, contracts, zones=zones, as_of=as_of)
            feeds = [
                _feed_trial(con, each, contracts[each])
                for each in dict.fromkeys(file.feed for file in loaded)
            ]
            refusals = sql.run(con, "report/input/list_trial_refusals", most=_SHOWN)
        return Trial(feeds, sum(file.rejected_rows for file in loaded), refusals)


def _can_link(file: Path, folder: Path) -> bool:
    return file.stat().st_dev == folder.stat().st_dev and not file.is_symlink()


def _copy(file: Path, folder: Path) -> None:
    (folder / file.name).write_bytes(file.read_bytes())


def _feed_trial(con: Any, feed: str, contract: FeedContract) -> FeedTrial:
    columns = list(contract.columns)
    rows = sql.run(con, "report/input/list_trial_rows", feed=feed, columns=columns, most=_SHOWN)
    ((count,),) = sql.run(con, "report/input/count_trial_rows", feed=feed)
    told = [place for place, _ in enumerate(columns) if any(row[place] is not None for row in rows)]
    return FeedTrial(
        feed, count, [columns[place] for place in told], [tuple(row[place] for place in told) for row in rows]
    )
