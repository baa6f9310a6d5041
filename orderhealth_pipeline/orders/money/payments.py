"""Payments → what is paid per order, and what of it went back.

What belongs here: which payments succeeded, and which rows are refunds. What does not: whether the ERP knows
of them (delays.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds

SUCCEEDED: Final = ("succeeded", "partially_refunded", "refunded")
"""A payment that succeeded, whatever became of it: Alipay's TRADE_SUCCESS stays through partial refunds."""

PAID: Final = pl.Decimal(38, 4)
"""What an order's payments add up to: more than one amount can say."""

_MOST_TELLING_FIRST: Final = ("succeeded", "partially_refunded", "refunded", "pending", "failed", "closed")


def paid_orders(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order with payments.

    A row with a negative amount, or that names the payment it takes back (refund_of), is a refund; all others
    are payments. A row without paid_at succeeded at its updated_at, at the latest; without either nobody
    knows when. What succeeds after `as_of` has not happened.

    paid_at: when the first payment succeeded, UTC, null where nobody knows. paid_amount: sum of all payments
    that succeeded, refunded or not. was_ever_paid: one succeeded. is_refunded: refunds reach what succeeded.
    status_payment: the most telling status of its payments; where refund rows took some or all of the money
    back, partially_refunded or refunded. payment_method: that of the same payment.
    """
    happened_at = pl.coalesce("paid_at", "updated_at")
    status, amount = pl.col("status"), pl.col("amount").cast(PAID)
    is_refund = (pl.col("amount") < 0) | pl.col("refund_of").is_not_null()
    succeeded = status.is_in(SUCCEEDED) & (happened_at.is_null() | (happened_at <= feeds.as_of))
    rank = status.replace_strict(
        {word: rank for rank, word in enumerate(_MOST_TELLING_FIRST)}, default=len(_MOST_TELLING_FIRST)
    )
    is_whole = pl.col("standing") <= pl.col("returned")
    return (
        _with_refunds_told(feeds["payments"])
        .select(
            "order_id",
            method=pl.when(~is_refund).then("method"),
            status=pl.when(~is_refund).then(status),
            rank=pl.when(is_refund).then(len(_MOST_TELLING_FIRST) + 1).otherwise(rank),
            is_paid=succeeded & ~is_refund,
            is_back=succeeded & ~is_refund & (status == "refunded"),
            paid_at=pl.when(succeeded & ~is_refund).then(happened_at),
            paid=pl.when(succeeded & ~is_refund).then(amount),
            standing=pl.when(succeeded & ~is_refund & (status != "refunded")).then(amount),
            # What takes back a payment that calls itself refunded says the same a second time.
            returned=pl.when(succeeded & is_refund & ~pl.col("is_told")).then(amount.abs()),
        )
        .group_by("order_id")
        .agg(
            pl.col("is_paid", "is_back").any(),
            pl.col("paid_at").min(),
            paid_amount=pl.col("paid").sum(),
            standing=pl.col("standing").sum(),
            returned=pl.col("returned").sum(),
            status_payment=pl.col("status").sort_by("rank", "status").first(),
            payment_method=pl.col("method").sort_by("rank", "method").first(),
        )
        .with_columns(
            is_refunded=pl.col("is_paid") & (pl.col("is_back") | (pl.col("returned") > 0)) & is_whole
        )
        .select(
            "order_id",
            "paid_at",
            "paid_amount",
            "is_refunded",
            "payment_method",
            was_ever_paid="is_paid",
            status_payment=pl.when("is_refunded")
            .then(pl.lit("refunded"))
            .when("is_paid", pl.col("returned") > 0)
            .then(pl.lit("partially_refunded"))
            .otherwise("status_payment"),
        )
    )


def _with_refunds_told(payments: pl.DataFrame) -> pl.LazyFrame:
    """Add is_told: the row takes back a payment that calls itself refunded."""
    refunds = payments.filter(pl.col("refund_of").is_not_null())
    if refunds.is_empty():
        return payments.lazy().with_columns(is_told=pl.lit(value=False))
    whole = payments.filter(status="refunded").select("order_id", refund_of="payment_id")
    told = refunds.join(whole, on=["order_id", "refund_of"], how="semi")["payment_id", "order_id"]
    return (
        payments.lazy()
        .join(told.lazy().with_columns(is_told=True), on=["payment_id", "order_id"], how="left")
        .with_columns(pl.col("is_told").fill_null(value=False))
    )
