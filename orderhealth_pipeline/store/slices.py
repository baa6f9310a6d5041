"""Which part of a feed tells of some orders.

What belongs here: from orders in a temporary table to the keys of a feed that are to be read. What does not:
reading them (visible.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.store.freshness import loading_instants

_EVENTS: Final = "tms_events"
_SHIPMENTS: Final = "wms_shipments"


@dataclass(frozen=True)
class Slice:
    """A part of a feed: the rows whose `columns` stand in the temporary table `table`."""

    table: str
    columns: tuple[str, ...]


def feeds_of_orders(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, FeedContract]) -> list[str]:
    """Name the loaded feeds whose rows belong to orders."""
    loaded = loading_instants(con)
    return [feed for feed, contract in contracts.items() if feed in loaded and "order_id" in contract.columns]


def slices_of_orders(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    orders: str,
    loaded: Collection[str],
) -> dict[str, Slice]:
    """Give the part of each of these loaded feeds that tells of the orders in a temporary table.

    A record may change its order, so all versions of a key belong to the slice where any of them does.
    """
    slices = {}
    for feed in loaded:
        key = contracts[feed].key
        if feed == _EVENTS:
            query = statement(
                "tick/find_waybills_of_orders", orders=orders, has_shipments=_SHIPMENTS in loaded
            )
            con.execute(query).fetchall()
            slices[feed] = Slice(f"keys_of_{feed}", ("waybill_no",))
        elif "order_id" in key:
            slices[feed] = Slice(orders, ("order_id",))
        else:
            query = statement("tick/find_keys_of_orders", feed=feed, key=key, orders=orders)
            con.execute(query).fetchall()
            slices[feed] = Slice(f"keys_of_{feed}", key)
    return slices
