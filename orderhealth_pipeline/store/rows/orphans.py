"""Keeps the records that name an order which the storefront does not know, from evaluation to evaluation.

What belongs here: working.orphans, of all orders or of those that were touched. What does not: rules about
it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.orders.orphans import COLUMNS_OF_RECORDS
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.rows.freshness import loading_instants
from orderhealth_pipeline.store.rows.slices import Slice
from orderhealth_pipeline.store.rows.visible import visible_frames

_TABLE: Final = "working.orphans"

Records = Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]


def keep_orphans(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    as_of: datetime,
    *,
    records: Records,
    only_touched: bool,
) -> pl.DataFrame:
    """Look for orphans, once working.orders is written, and return all there are.

    With `only_touched` those of untouched orders stay as they were. `records` makes the rows of the table of
    the feeds' rows, with the columns of COLUMNS_OF_RECORDS.
    """
    loaded = loading_instants(con)
    read = {feed: names for feed, names in COLUMNS_OF_RECORDS.items() if feed in loaded}
    slices = {}
    for feed in read:
        query = statement(
            "store/rows/find_orphan_keys", feed=feed, key=contracts[feed].key, only_touched=only_touched
        )
        ((found,),) = con.execute(query).fetchall()
        if found:
            slices[feed] = Slice(f"orphans_of_{feed}", contracts[feed].key)
    if only_touched:
        sql.run(con, "tick/changed/delete_orders", table=_TABLE, orders="touched")
    else:
        sql.run(con, "store/file/delete_all", table=_TABLE)
    if slices:
        part = {feed: read[feed] for feed in slices}
        frames = visible_frames(con, contracts, part, as_of, slices)
        with registered(con, "new_rows", records(frames)):
            sql.run(con, "store/rows/insert_orphans", only_touched=only_touched)
    kept: pl.DataFrame = sql.read(con, "store/file/select_all", table=_TABLE)
    return kept
