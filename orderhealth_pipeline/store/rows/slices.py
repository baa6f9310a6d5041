"""Which part of a feed tells of some orders.

What belongs here: from orders in a temporary table to the keys of a feed that are to be read. What does not:
reading them (visible.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.rows.freshness import loading_instants


@dataclass(frozen=True)
class Slice:
    """A part of a feed: the rows whose `columns` stand in the temporary table `table`."""

    table: str
    columns: tuple[str, ...]


def feeds_of_orders(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, FeedContract]) -> list[str]:
    """Name the loaded feeds whose rows name an order."""
    loaded = loading_instants(con)
    return [feed for feed, contract in contracts.items() if feed in loaded and "order_id" in contract.columns]


@dataclass(frozen=True)
class Through:
    """How the records of a feed find orders of another: by a column of both, where that feed is loaded."""

    feed: str
    by: str
    through: str | None
    names_order: bool


def found_through(contracts: Mapping[str, FeedContract], loaded: Collection[str]) -> list[Through]:
    """Return the loaded feeds whose records find their orders by another feed, in the order of contracts.

    `through` is None where that feed is not loaded; `names_order` says that a record may name an order.
    """
    return [
        Through(
            feed,
            contract.belongs_to.by,
            contract.belongs_to.through if contract.belongs_to.through in loaded else None,
            "order_id" in contract.columns,
        )
        for feed, contract in contracts.items()
        if feed in loaded and contract.belongs_to and contract.belongs_to.through
    ]


def slices_of_orders(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    orders: str,
    loaded: Collection[str],
) -> dict[str, Slice]:
    """Return the part of each of these loaded feeds that tells of the orders in a temporary table.

    A record may change its order, so all versions of a key belong to the slice where any of them does.
    """
    slices = {}
    # Orders are found through feeds that the caller does not read, too.
    indirect = {each.feed: each for each in found_through(contracts, loading_instants(con))}
    for feed in loaded:
        key = contracts[feed].key
        if feed in indirect:
            query = statement("tick/changed/find_keys_through", orders=orders, path=indirect[feed])
            con.execute(query).fetchall()
            slices[feed] = Slice(f"keys_of_{feed}", (indirect[feed].by,))
        elif "order_id" in key:
            slices[feed] = Slice(orders, ("order_id",))
        else:
            query = statement("tick/changed/find_keys_of_orders", feed=feed, key=key, orders=orders)
            con.execute(query).fetchall()
            slices[feed] = Slice(f"keys_of_{feed}", key)
    return slices
