"""Shapes that look at the orders which share a key: how many there are, what they sum to, the order's place.

What belongs here: their values. What does not: which orders share a key (the keys of order_fact, which are
null where they are missing or masked).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.declared.shape_features import KEY_COLUMNS, KEYS
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters

_CANCELLED: Final = pl.col("status_storefront").is_in(["cancelled", "closed"]).fill_null(value=False)

_MEASURES: Final[Mapping[str, pl.Expr]] = {
    "orders": pl.len(),
    "unpaid": (~pl.col("was_ever_paid") & ~_CANCELLED).sum(),
    "cancelled": _CANCELLED.sum(),
    "returned": pl.col("has_return").sum(),
    "buyers": pl.col("buyer_id").drop_nulls().n_unique(),
    "addresses": pl.col("address_key").drop_nulls().n_unique(),
    "amount": pl.col("amount").sum(),
}


def same(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count, or sum up, the orders with the same key placed within a span up to `as_of`, itself included.

    Columns: order_id, value. Only orders placed within the span that have the key have a value. A span is
    closed at both ends. An amount sums up orders of the order's own currency.
    """
    key = KEY_COLUMNS[KEYS[str(parameters["key"])]]
    span = timedelta(minutes=float(parameters["within_minutes"]))
    measure = str(parameters.get("count", parameters.get("sum")))
    groups = [key, "currency"] if measure == "amount" else [key]
    as_of = inputs.feeds.as_of
    recent = inputs.fact.lazy().filter(
        pl.col(key).is_not_null(), pl.col("placed_at").is_between(as_of - span, as_of)
    )
    if measure == "returned":
        returned = inputs.feeds["returns"].lazy().select("order_id").unique().with_columns(has_return=True)
        recent = recent.join(returned, on="order_id", how="left").with_columns(
            pl.col("has_return").fill_null(value=False)
        )
    measured = recent.group_by(groups).agg(value=_MEASURES[measure])
    return recent.join(measured, on=groups, how="inner", nulls_equal=True).select("order_id", "value")


def nth_order_of(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Return the order's number among its buyer's known orders, 1 for the first; order_id and value.

    By placed_at, then order_id. The fact has to have all orders of the buyers that are asked for.
    """
    key = KEY_COLUMNS[KEYS[str(parameters["key"])]]
    return (
        inputs.fact.lazy()
        .filter(pl.col(key).is_not_null())
        .sort(key, "placed_at", "order_id")
        .select("order_id", value=pl.int_range(1, pl.len() + 1).over(key))
    )
