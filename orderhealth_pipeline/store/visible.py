"""What the store knew at an instant: the visible rows of the feeds, and how fresh each feed was.

What belongs here: reading versions of rows. What does not: writing them (ingest/load.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.frames import INSTANT, FeedState, VisibleFeeds
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.statements import statement

_FRESHNESS: Final = pl.Schema(
    {
        "feed": pl.String(),
        "last_event_at": INSTANT,
        "last_loaded_at": INSTANT,
        "rows": pl.Int64(),
        "state": pl.String(),
    }
)


@dataclass(frozen=True)
class _Loads:
    """When the feed was last loaded (as_of of that run), and the columns its files ever had."""

    last_loaded_at: datetime
    columns: frozenset[str]


def read_visible_feeds(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    columns_read: Mapping[str, tuple[str, ...]],
    as_of: datetime,
    expected_every: Mapping[str, timedelta],
) -> tuple[VisibleFeeds, pl.DataFrame]:
    """Read the given columns of every feed as they counted at `as_of`, and the source_freshness of all feeds.

    A feed is missing when no file of it was ever loaded, stale when its newest event up to `as_of` is older
    than `expected_every` says (a feed without instants: its newest load), else fresh. source_freshness:
    feed, last_event_at, last_loaded_at, rows, state.
    """
    loads = _read_loads(con)
    frames: dict[str, pl.DataFrame] = {}
    freshness: list[tuple[str, datetime | None, datetime | None, int, FeedState]] = []
    for feed, contract in contracts.items():
        columns = columns_read.get(feed, ())
        if feed not in loads:
            frames[feed] = pl.DataFrame(schema=contract.schema()).select(columns)
            freshness.append((feed, None, None, 0, "missing"))
            continue
        last_event_at = _last_event(con, feed, contract, as_of)
        if columns:
            frames[feed] = _visible_rows(con, feed, contract, columns, as_of)
        rows = frames[feed].height if columns else _count_rows(con, feed, contract, as_of)
        sign_of_life = last_event_at if contract.of_type("instant") else loads[feed].last_loaded_at
        state = _state(sign_of_life, as_of, expected_every.get(feed))
        freshness.append((feed, last_event_at, loads[feed].last_loaded_at, rows, state))
    table = pl.DataFrame(freshness, schema=_FRESHNESS, orient="row")
    states: dict[str, FeedState] = dict(table.select("feed", "state").rows())
    provided = {feed: load.columns for feed, load in loads.items()}
    return VisibleFeeds(as_of, frames, states, provided), table


def unknown_words(feeds: VisibleFeeds, contracts: Mapping[str, FeedContract]) -> pl.DataFrame:
    """Status words in no vocabulary: feed, column_name, word, rows. They are kept, never guessed at."""
    counted = [
        frame.filter(
            pl.col(column).is_not_null(), ~pl.col(column).is_in(contracts[feed].columns[column].words)
        )
        .group_by(word=pl.col(column))
        .agg(rows=pl.len().cast(pl.Int64))
        .select(feed=pl.lit(feed), column_name=pl.lit(column), word="word", rows="rows")
        for feed, frame in feeds.frames.items()
        for column in contracts[feed].of_type("status")
        if column in frame.columns
    ]
    return pl.concat(counted).sort("feed", "column_name", "word")


def _read_loads(con: duckdb.DuckDBPyConnection) -> dict[str, _Loads]:
    rows = con.execute(statement("store/select_feed_loads")).fetchall()
    return {feed: _Loads(loaded_at, frozenset(columns)) for feed, loaded_at, columns in rows}


def _visible_rows(
    con: duckdb.DuckDBPyConnection,
    feed: str,
    contract: FeedContract,
    columns: tuple[str, ...],
    as_of: datetime,
) -> pl.DataFrame:
    query = statement(
        "store/select_visible_rows",
        feed=feed,
        columns=columns,
        key=contract.key,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
        maskable=[
            name for name in contract.of_type("instant") if name not in {contract.occurs_at, "updated_at"}
        ],
    )
    schema = contract.schema()
    rows: pl.DataFrame = con.sql(query, params={"as_of": as_of}).pl()
    return rows.cast({name: schema[name] for name in columns})


def _count_rows(con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract, as_of: datetime) -> int:
    query = statement(
        "store/count_visible_rows",
        feed=feed,
        key=contract.key,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
    )
    ((rows,),) = con.execute(query, {"as_of": as_of}).fetchall()
    return int(rows)


def _last_event(
    con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract, as_of: datetime
) -> datetime | None:
    instants = contract.of_type("instant")
    if not instants:
        return None
    query = statement("store/select_last_event", feed=feed, instants=instants)
    rows: list[tuple[datetime | None]] = con.execute(query, {"as_of": as_of}).fetchall()
    return rows[0][0]


def _state(sign_of_life: datetime | None, as_of: datetime, expected_every: timedelta | None) -> FeedState:
    if expected_every is None:
        return "fresh"
    return "fresh" if sign_of_life is not None and as_of - sign_of_life <= expected_every else "stale"
