"""Records that name an order which the storefront does not know: payments, ERP records, shipments, returns.

What belongs here: from the rows of these feeds to one list. What does not: keeping it (store/rows/orphans.py)
and how old a record must be to count (a rule's parameter). Grain: a record and the order that it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY, VisibleFeeds

COLUMNS_OF_RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "payments": ("payment_id", "order_id", "paid_at", "updated_at", "amount"),
    "erp_orders": ("erp_id", "order_id", "synced_at"),
    "wms_shipments": ("shipment_id", "order_id", "printed_at", "outbound_at", "updated_at"),
    "returns": ("return_id", "order_id", "requested_at", "amount"),
}
"""Per feed the record's key, its order, the instants that tell since when it is there, and money."""


def records_of_orders(feeds: VisibleFeeds) -> pl.DataFrame:
    """List the records of the feeds: kind, feed, key, order_id, since, amount.

    `since` is the first of a record's instants that is known (UTC), at most `as_of`; null without any.
    """
    return pl.concat(
        [
            _records(feeds, feed, *columns)
            for feed, columns in COLUMNS_OF_RECORDS.items()
            if feed in feeds.frames
        ]
    )


def orphan_records(feeds: VisibleFeeds) -> pl.DataFrame:
    """List those records of the feeds that name an order which the storefront does not know."""
    known = feeds["storefront_orders"].select("order_id")
    return records_of_orders(feeds).join(known, on="order_id", how="anti")


def _records(feeds: VisibleFeeds, feed: str, key: str, order: str, *others: str) -> pl.DataFrame:
    instants = [
        pl.when(pl.col(name) <= feeds.as_of).then(pl.col(name)) for name in others if name != "amount"
    ]
    return (
        feeds[feed]
        .filter(pl.col(order).is_not_null())
        .select(
            kind=pl.lit("orphan_record"),
            feed=pl.lit(feed),
            key=key,
            order_id=order,
            since=pl.coalesce(instants).cast(INSTANT),
            amount=pl.col("amount").cast(MONEY) if "amount" in others else pl.lit(None, MONEY),
        )
    )
