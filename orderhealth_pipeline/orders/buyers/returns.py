"""How often the buyer of a returned order asked for returns lately."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters


def buyer_returns(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Returns of any kind the buyer asked for, per order that itself has a return.

    Counted from `window_days` before `as_of` up to `as_of`, both included, over all orders of the buyer; no
    value without a buyer.
    """
    window = timedelta(days=float(parameters["window_days"]))
    buyers = inputs.fact.lazy().select("order_id", "buyer_id").drop_nulls()
    returns = inputs.feeds["returns"].lazy().join(buyers, on="order_id")
    recent = (
        returns.filter(pl.col("requested_at") >= inputs.feeds.as_of - window)
        .group_by("buyer_id")
        .agg(value=pl.len().cast(pl.Int64))
    )
    return (
        returns.select("order_id", "buyer_id")
        .unique()
        .join(recent, on="buyer_id")
        .select("order_id", "value")
    )
