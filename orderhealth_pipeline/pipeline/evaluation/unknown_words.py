"""Words in no vocabulary, counted where there are any.

What belongs here: finding the rows that have one. What does not: counting them (store/rows/freshness.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.rows.freshness import loading_instants, unknown_words
from orderhealth_pipeline.store.rows.slices import Slice
from orderhealth_pipeline.store.rows.visible import visible_frames


def count_unknown_words(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    as_of: datetime,
    *,
    only_changed: bool,
) -> pl.DataFrame:
    """Return unknown_words at `as_of`, over all rows.

    With `only_changed` a feed without any so far is looked at only where it has changed since.
    """
    known = {feed for (feed,) in sql.run(con, "tick/active/select_feeds_of_unknown_words")}
    frames: dict[str, pl.DataFrame] = {}
    for feed in loading_instants(con):
        contract = contracts[feed]
        statuses = {
            column: contract.columns[column].words
            for column in contract.of_type("status")
            if column in COLUMNS_READ.get(feed, ())
        }
        if not statuses:
            continue
        query = statement(
            "tick/active/find_unknown_words",
            feed=feed,
            key=contract.key,
            statuses=statuses,
            only_changed=only_changed and feed not in known,
        )
        ((keys,),) = con.execute(query).fetchall()
        part = Slice(f"unknown_words_of_{feed}", contract.key)
        if keys:
            frames |= visible_frames(con, {feed: contract}, {feed: tuple(statuses)}, as_of, {feed: part})
    return unknown_words(VisibleFeeds(as_of, frames, {}), contracts)
