"""The orders of buyers who have several, each with its basket as one text that is equal for equal baskets.

What belongs here: what bursts and duplicates both look at. What does not: counting either.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds

MILESTONES: Final = (
    "order_id",
    "buyer_id",
    "placed_at",
    "status_storefront",
    "is_active",
    "was_ever_paid",
    "address_key",
    "address_changed_at",
)
"""What of such an order is looked at."""

PIECES: Final = pl.Decimal(38, 4)
"""What the quantities of one SKU add up to: more than one quantity can say."""


def repeat_orders(feeds: VisibleFeeds, orders: pl.DataFrame) -> pl.DataFrame:
    """One row per order whose buyer has several among `orders`, with some milestones and its `basket`.

    The basket of a buyer's only order is compared with nothing, nor is that of an order without a buyer. It
    lists the SKUs and their summed quantities in a fixed order, without those of which nothing is left, and
    is null where the order has no lines.
    """
    bought = orders.select(MILESTONES).filter(pl.col("buyer_id").is_not_null())
    several = bought.filter(pl.len().over("buyer_id") > 1)
    return several.lazy().join(_baskets(feeds, several), on="order_id", how="left").collect()


def items(feeds: VisibleFeeds, orders: pl.LazyFrame) -> pl.LazyFrame:
    """One row per order and SKU in its basket: order_id, sku, quantity. What is none of it has quantity 0."""
    return (
        feeds["storefront_order_lines"]
        .lazy()
        .join(orders.select("order_id"), on="order_id", how="semi")
        .group_by("order_id", "sku")
        .agg(pl.col("quantity").cast(PIECES).sum())
        .filter(pl.col("quantity") != 0)
    )


def _baskets(feeds: VisibleFeeds, orders: pl.DataFrame) -> pl.LazyFrame:
    return (
        items(feeds, orders.lazy())
        .select("order_id", "sku", item=pl.col("sku") + "\x1f" + pl.col("quantity").cast(pl.String))
        .group_by("order_id")
        .agg(basket=pl.col("item").sort().str.join("\x1e"))
    )
