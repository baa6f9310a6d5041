"""How many bursts each buyer ever ordered in.

What belongs here: counting them. What does not: which order lies in a burst (buyers/bursts.py).
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orderhealth_pipeline.orders.profiles.signals import Figures


def buyers_in_bursts(orders: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """Return the buyers (buyer_id) who have bursts, unless some of their orders count for none."""
    return _starts(orders, figures).select("buyer_id").unique()


def count_bursts(orders: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """Count the bursts of each buyer who has any: buyer_id, bursts.

    `orders` (buyer_id, placed_at, order_id) are those that count. A burst is a span of `burst_minutes`, both
    ends included, that begins with an order and holds `burst_orders` or more; spans that overlap are one.
    """
    apart = pl.col("placed_at").diff() > _span(figures)
    is_first = (pl.col("buyer_id") != pl.col("buyer_id").shift()).fill_null(value=True)
    starts = _starts(orders, figures).filter(is_first | apart)
    return starts.group_by("buyer_id").agg(bursts=pl.len().cast(pl.Int64))


def _starts(orders: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """Keep the orders with which a span begins that holds enough, sorted by buyer and instant."""
    last = 1 - figures.burst_orders
    is_start = (pl.col("buyer_id").shift(last) == pl.col("buyer_id")) & (
        pl.col("placed_at").shift(last) - pl.col("placed_at") <= _span(figures)
    )
    several = orders.group_by("buyer_id").len().filter(pl.col("len") >= figures.burst_orders)
    return (
        orders.select("buyer_id", "placed_at", "order_id")
        .join(several, on="buyer_id", how="semi")
        .sort("buyer_id", "placed_at", "order_id")
        .filter(is_start)
    )


def _span(figures: Figures) -> timedelta:
    return timedelta(minutes=float(figures.burst_minutes))
