"""Settlement: whether the money that came in fits what the order costs.

What belongs here: single payments held against the order's amount. What does not: what an order is paid in
all, and since when (payments.py).

A payment settles an order when it succeeded and was not taken back as a whole: one that was refunded in part
counts with all of its amount, one that was refunded in full (its status says so, or refunds that name it
reach its amount) with none.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.money.payments import PAID, SUCCEEDED
from orderhealth_pipeline.orders.shapes.of_one_order import folded
from orderhealth_pipeline.words import fold

_PAYMENT: Final = ["order_id", "payment_id"]


def payment_difference(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """By how much the settling payments of an order differ from its amount, per order that has any.

    Columns: order_id, value (Decimal, never negative); evidence: received_amount, what they add up to.
    """
    del parameters
    return _received(inputs).select(
        "order_id",
        value=(pl.col("received_amount") - pl.col("amount")).abs(),
        received_amount="received_amount",
    )


def payment_difference_without_pending_balance(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """The same; nothing where less came in than the order's amount and another payment is pending."""
    del parameters
    pending = _payments(inputs).filter(pl.col("status") == "pending").select("order_id").unique()
    difference = pl.col("received_amount") - pl.col("amount")
    is_awaited = (difference < 0) & pl.col("order_id").is_in(pending.collect()["order_id"].implode())
    nothing = pl.lit(0).cast(PAID)
    return _received(inputs).select(
        "order_id", value=pl.when(is_awaited).then(nothing).otherwise(difference.abs())
    )


def repeated_payment_surplus(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """By how much two or more settling payments of one amount exceed the order's amount together.

    Columns: order_id, value (Decimal, above zero); evidence: repeated_payments, how many of one amount there
    are, and repeated_amount. Of several amounts the one that exceeds most.
    """
    del parameters
    together = (
        _settling(inputs)
        .group_by("order_id", "amount")
        .agg(repeated_payments=pl.len().cast(pl.Int64), together=pl.col("amount").cast(PAID).sum())
        .filter(pl.col("repeated_payments") > 1)
        .rename({"amount": "repeated_amount"})
    )
    return (
        together.join(inputs.fact.lazy().select("order_id", "amount"), on="order_id")
        .select(
            "order_id",
            "repeated_payments",
            "repeated_amount",
            value=pl.col("together") - pl.col("amount").cast(PAID),
        )
        .filter(pl.col("value") > 0)
        .sort("order_id", "value", "repeated_amount", descending=[False, True, True])
        .unique("order_id", keep="first")
    )


def payments_by_methods(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count per order the payments, whatever became of them, whose method is one of `methods`."""
    chosen = [fold(method) for method in parameters["methods"]]
    return (
        _payments(inputs)
        .filter(folded(pl.col("method")).is_in(chosen))
        .group_by("order_id")
        .agg(value=pl.len().cast(pl.Int64))
    )


def _received(inputs: FeatureInputs) -> pl.LazyFrame:
    """One row per order with settling payments: order_id, amount, received_amount (Decimal)."""
    received = _settling(inputs).group_by("order_id").agg(received_amount=pl.col("amount").cast(PAID).sum())
    return received.join(
        inputs.fact.lazy().select("order_id", pl.col("amount").cast(PAID)), on="order_id"
    ).select("order_id", "amount", "received_amount")


def _settling(inputs: FeatureInputs) -> pl.LazyFrame:
    """One row per payment that succeeded by `as_of` and was not taken back as a whole."""
    happened_at = pl.coalesce("paid_at", "updated_at")
    has_happened = happened_at.is_null() | (happened_at <= inputs.feeds.as_of)
    refunds = (
        inputs.feeds["payments"]
        .lazy()
        .filter(_is_refund(), pl.col("status").is_in(SUCCEEDED), has_happened)
        .filter(pl.col("refund_of").is_not_null())
        .group_by("order_id", payment_id="refund_of")
        .agg(returned=pl.col("amount").cast(PAID).abs().sum())
    )
    is_whole = pl.col("returned").is_null() | (pl.col("returned") < pl.col("amount").cast(PAID))
    return (
        _payments(inputs)
        .filter(pl.col("status").is_in(SUCCEEDED), pl.col("status") != "refunded", has_happened)
        .join(refunds, on=_PAYMENT, how="left")
        .filter(is_whole)
        .select(*_PAYMENT, "amount")
    )


def _payments(inputs: FeatureInputs) -> pl.LazyFrame:
    """The rows that are no refunds."""
    return inputs.feeds["payments"].lazy().filter(~_is_refund())


def _is_refund() -> pl.Expr:
    return (pl.col("amount") < 0) | pl.col("refund_of").is_not_null()
