"""Payments → what is paid per order.

What belongs here: which payments stand. What does not: whether the ERP knows of them (delays.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import MONEY, VisibleFeeds

STANDING: Final = ("succeeded", "partially_refunded")
"""A payment that succeeded and still stands: Alipay's TRADE_SUCCESS stays through partial refunds."""

_MOST_TELLING_FIRST: Final = ("succeeded", "partially_refunded", "refunded", "pending", "failed", "closed")


def paid_orders(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order with payments.

    paid_at: when the first standing payment succeeded, UTC; where the feed has no column paid_at, the instant
    of the row's version, by which it had succeeded. paid_amount: sum of the standing payments. was_ever_paid:
    a payment succeeded, even if refunded since. is_refunded: all succeeded money was refunded.
    status_payment: the most telling status of its payments.
    """
    payments = feeds["payments"].lazy()
    if not feeds.provides("payments", "paid_at"):
        payments = payments.with_columns(paid_at="updated_at")
    stands = pl.col("status").is_in(STANDING) & pl.col("paid_at").is_not_null()
    refunded = pl.col("status") == "refunded"
    rank = pl.col("status").replace_strict(
        {status: rank for rank, status in enumerate(_MOST_TELLING_FIRST)}, default=len(_MOST_TELLING_FIRST)
    )
    return (
        payments.with_columns(
            paid_at=pl.when(stands).then("paid_at"),
            amount=pl.when(stands).then("amount"),
            stands=stands,
            is_refund=refunded,
            rank=rank,
        )
        .group_by("order_id")
        .agg(
            pl.col("stands").any(),
            paid_at=pl.col("paid_at").min(),
            paid_amount=pl.col("amount").sum().cast(MONEY),
            is_refunded=pl.col("is_refund").any(),
            status_payment=pl.col("status").sort_by("rank", "status").first(),
        )
        .select(
            "order_id",
            "paid_at",
            "paid_amount",
            "status_payment",
            was_ever_paid=pl.col("stands") | pl.col("is_refunded"),
            is_refunded=pl.col("is_refunded") & ~pl.col("stands"),
        )
    )
