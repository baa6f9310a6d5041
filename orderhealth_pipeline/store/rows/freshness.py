"""How fresh every feed is, and which words of it are in no vocabulary.

What belongs here: source_freshness and unknown_words, from all rows or from what changed. What does not: the
rows themselves (visible.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.frames import INSTANT, FeedState, VisibleFeeds
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.rows.kept import FeedLimits, Kept, count_kept

FRESHNESS: Final = pl.Schema(
    {
        "feed": pl.String(),
        "last_event_at": INSTANT,
        "last_loaded_at": INSTANT,
        "rows": pl.Int64(),
        "rejected": pl.Int64(),
        "replaced": pl.Int64(),
        "ahead": pl.Int64(),
        "ahead_until": INSTANT,
        "state": pl.String(),
    }
)
UNKNOWN_WORDS: Final = pl.Schema(
    {"feed": pl.String(), "column_name": pl.String(), "word": pl.String(), "rows": pl.Int64()}
)


def count_freshness(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    as_of: datetime,
    limits: FeedLimits,
    counted: Mapping[str, int],
) -> pl.DataFrame:
    """Return source_freshness, over all rows: FRESHNESS, one row per feed.

    `counted` holds the rows of feeds that were counted already.

    A feed is damaged when too much of it was rejected (kept.py), missing when no file of it was ever loaded,
    stale when its newest event up to `as_of` is older than `expected_every` says (a feed without instants:
    its newest load), else fresh.
    """
    loaded_at, every = loading_instants(con), limits.expected_every
    kept = count_kept(con, contracts, limits.rejected_at_most, as_of)
    rows: list[tuple[object, ...]] = []
    for feed, contract in contracts.items():
        if feed not in loaded_at:
            rows.append(freshness_of_unloaded(feed, kept[feed]))
            continue
        last_event_at = _last_event(con, feed, contract, as_of)
        count = counted[feed] if feed in counted else _count_rows(con, feed, contract, as_of)
        state = freshness_state(contract, last_event_at, loaded_at[feed], as_of, every.get(feed))
        rows.append(freshness_of(feed, (last_event_at, loaded_at[feed]), count, kept[feed], state))
    return pl.DataFrame(rows, schema=FRESHNESS, orient="row")


def freshness_of(
    feed: str, signs: tuple[datetime | None, datetime], rows: int, kept: Kept, state: FeedState
) -> tuple[object, ...]:
    """Return the row of FRESHNESS of a feed that was loaded, which is `state` unless it is damaged.

    `signs` are the newest event, and the instant of the newest load.
    """
    counts = (rows, kept.rejected, kept.replaced(rows), kept.ahead, kept.ahead_until)
    return (feed, *signs, *counts, "damaged" if kept.is_damaged else state)


def freshness_of_unloaded(feed: str, kept: Kept) -> tuple[object, ...]:
    """Return the row of FRESHNESS of a feed of which no file was ever loaded."""
    return (feed, None, None, 0, kept.rejected, 0, 0, None, "damaged" if kept.is_damaged else "missing")


def loading_instants(con: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return the instant (as_of of that run, UTC) when each loaded feed was last loaded."""
    return dict(sql.run(con, "store/loads/select_loading_instants"))


def freshness_state(
    contract: FeedContract,
    last_event_at: datetime | None,
    last_loaded_at: datetime,
    as_of: datetime,
    expected_every: timedelta | None,
) -> FeedState:
    """Say whether a feed that was loaded is fresh or stale."""
    if expected_every is None:
        return "fresh"
    sign_of_life = last_event_at if contract.of_type("instant") else last_loaded_at
    return "fresh" if sign_of_life is not None and as_of - sign_of_life <= expected_every else "stale"


def states_of(freshness: pl.DataFrame) -> dict[str, FeedState]:
    """Return the state of every feed."""
    return dict(freshness.select("feed", "state").rows())


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
    return pl.concat([pl.DataFrame(schema=UNKNOWN_WORDS), *counted]).sort("feed", "column_name", "word")


def _count_rows(con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract, as_of: datetime) -> int:
    query = statement(
        "store/rows/count_visible_rows",
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
    query = statement("store/rows/select_last_event", feed=feed, instants=instants)
    rows: list[tuple[datetime | None]] = con.execute(query, {"as_of": as_of}).fetchall()
    return rows[0][0]
