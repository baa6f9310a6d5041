"""Duplicates: other live orders of the same buyer, basket and address placed close to an order.

What belongs here: pairs of equal orders. What does not: whether a pair is too many.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.buyers.spans import (
    CLOCK,
    first_after,
    first_at_or_after,
    microseconds,
    on_one_clock,
)
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.lifecycle import is_dead

_SAME: Final = ("buyer_id", "basket", "address_key")


def duplicate_orders(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count per order the other live ones of its buyer, basket and address at most `apart_minutes` apart.

    Live: not cancelled or closed. The order itself may be cancelled, when its parcel left all the same.
    Evidence: duplicate_of_order_id, the nearest of them in time (of two, the earlier).
    """
    return _counted(_repeated_orders(inputs), _apart(parameters))


def duplicate_orders_with_address_unchanged(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """The same without pairs of which one had its address changed after the other was placed."""
    orders, apart = _repeated_orders(inputs), _apart(parameters)
    pairs = (
        orders.filter(pl.col("address_changed_at").is_not_null())
        .join(orders, on=_SAME, suffix="_other")
        .filter(
            pl.col("order_id") != pl.col("order_id_other"),
            (pl.col("placed_at") - pl.col("placed_at_other")).abs() <= apart,
            pl.col("address_changed_at") > pl.col("placed_at_other"),
        )
        .select("order_id", "order_id_other", "is_live", "is_live_other")
    )
    turned = pairs.select(
        order_id="order_id_other", order_id_other="order_id", is_live="is_live_other", is_live_other="is_live"
    )
    innocent = (
        pl.concat([pairs, turned])
        .filter("is_live_other")
        .unique(["order_id", "order_id_other"])
        .group_by("order_id")
        .agg(innocent=pl.len().cast(pl.Int64))
    )
    return (
        _counted(orders, apart)
        .join(innocent, on="order_id", how="left")
        .select("order_id", value=pl.col("value") - pl.col("innocent").fill_null(0))
    )


def _apart(parameters: Parameters) -> timedelta:
    return timedelta(minutes=float(parameters["apart_minutes"]))


def _counted(orders: pl.LazyFrame, apart: timedelta) -> pl.LazyFrame:
    clock, reach = pl.col(CLOCK), microseconds(apart)
    live = pl.col("is_live")
    # How many live orders there are before each place on the clock, and after the last one.
    live_before = pl.concat([pl.lit(0, pl.Int64), live.cast(pl.Int64).cum_sum()])
    within = live_before.gather(first_after(clock + reach)) - live_before.gather(
        first_at_or_after(clock - reach)
    )
    earlier_at = pl.when(live).then(clock).forward_fill().shift(1)
    later_at = pl.when(live).then(clock).backward_fill().shift(-1)
    next_is_nearest = earlier_at.is_null() | (later_at - clock < clock - earlier_at).fill_null(value=False)
    live_id = pl.when(live).then("order_id")
    return (
        on_one_clock(orders, _SAME, reach=apart)
        .select(
            "order_id",
            value=within - live.cast(pl.Int64),
            duplicate_of_order_id=pl.when(next_is_nearest)
            .then(live_id.backward_fill().shift(-1))
            .otherwise(live_id.forward_fill().shift(1)),
        )
        .filter(pl.col("value") > 0)
    )


def _repeated_orders(inputs: FeatureInputs) -> pl.LazyFrame:
    """Orders, live or active, that share buyer, basket and address with another one."""
    return (
        inputs.repeat_orders.lazy()
        .with_columns(is_live=~is_dead())
        .filter(
            pl.col("is_live") | pl.col("is_active"),
            pl.col("address_key").is_not_null(),
            pl.col("basket").is_not_null(),
        )
        .select("order_id", "placed_at", "address_changed_at", "is_live", *_SAME)
        .filter(pl.len().over(_SAME) > 1)
    )
