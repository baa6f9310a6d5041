"""The promise to ship: how much of the time that an order was given has passed without a carrier's scan.

What belongs here: the deadline, and the share of time up to it. What does not: when that is a risk or a
breach.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters

_MICROSECONDS_A_MINUTE: Final = 60_000_000
_LEAST_MICROSECONDS: Final = 1_000_000


def share_of_time_to_ship(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Share of the time from the first succeeded payment to the deadline, per paid order without any scan.

    The deadline is the order's own promise, else `promise_hours` after that payment. 1 is the deadline
    itself; beyond, time goes on at the same pace. An order that was paid after its deadline was given a
    second before it, so that it is late at any instant after. Evidence: ship_by_at (UTC), minutes_to_ship.
    """
    promise = pl.duration(microseconds=int(float(parameters["promise_hours"]) * 60 * _MICROSECONDS_A_MINUTE))
    given = (pl.col("ship_by_at") - pl.col("paid_at")).dt.total_microseconds()
    late = (pl.lit(inputs.feeds.as_of) - pl.col("ship_by_at")).dt.total_microseconds()
    return (
        inputs.fact.lazy()
        .filter(pl.col("paid_at").is_not_null(), pl.col("picked_up_at").is_null())
        .with_columns(ship_by_at=pl.coalesce("promised_ship_at", pl.col("paid_at") + promise))
        .with_columns(given=pl.max_horizontal(given, _LEAST_MICROSECONDS))
        .select(
            "order_id",
            "ship_by_at",
            value=(pl.col("given") + late) / pl.col("given"),
            minutes_to_ship=pl.col("given") / _MICROSECONDS_A_MINUTE,
        )
    )
