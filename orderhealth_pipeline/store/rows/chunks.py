"""All counting rows of the feeds, in parts of the orders that memory can hold.

What belongs here: which rows count, how many they are, and to which part each belongs. What does not: reading
them (visible.py), and the rows of a few given orders (slices.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.store.rows.freshness import loading_instants
from orderhealth_pipeline.store.rows.slices import found_through
from orderhealth_pipeline.store.rows.visible import Places, find_counting_rows

_ORDERS = "storefront_orders"

_SAMPLED = 10_000
"""Orders among which the bounds are looked for."""

Chunk = Mapping[str, Places]
"""Where the rows of each loaded feed are that tell of one part of the orders."""


def find_all_rows(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    feeds: Sequence[str],
    as_of: datetime,
) -> dict[str, int]:
    """Find the rows of these feeds that count at `as_of`; gives how many, per feed that is loaded."""
    rows = {}
    loaded = loading_instants(con)
    for feed in (each for each in feeds if each in loaded):
        places = find_counting_rows(con, feed, contracts[feed], as_of)
        ((rows[feed],),) = sql.run(con, "ingest/typed_rows/count_rows", table=places.table)
    return rows


def chunks_of_orders(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    feeds: Sequence[str],
    orders_a_chunk: int,
) -> list[Chunk]:
    """Cut what `find_all_rows` found into parts of about so many orders, by order_id; few are one part.

    `feeds` are those that it found rows of. Of a row that counts the order decides, whatever its earlier
    versions said.
    """
    versions = _order_versions(con) if _ORDERS in feeds else 0
    parts = math.ceil(versions / orders_a_chunk)
    if parts <= 1:
        return [{feed: Places(f"counting_{feed}") for feed in feeds}]
    asked = {
        "shares": [number / parts for number in range(1, parts)],
        "step": max(versions // _SAMPLED, 1),
    }
    ((inner,),) = sql.run(con, "store/rows/select_chunk_bounds", asked)
    bounds = sorted(set(inner))
    indirect = found_through(contracts, feeds)
    for feed in set(feeds) - {path.feed for path in indirect}:
        sql.run(con, "store/rows/find_chunks_of_rows", feed=feed, bounds=bounds)
    # The feeds through which records find their orders stand in chunks by now.
    for path in indirect:
        sql.run(con, "store/rows/find_chunks_through", path=path, bounds=bounds)
    return [
        {feed: Places(f"chunks_of_{feed}", number) for feed in feeds} for number in range(len(bounds) + 1)
    ]


def _order_versions(con: duckdb.DuckDBPyConnection) -> int:
    ((versions,),) = sql.run(con, "ingest/typed_rows/count_rows", table=f"feeds.{_ORDERS}")
    return int(versions)
