"""Where an order is in its life: its stage, and whether it is closed.

What belongs here: the definition of a closed order. What does not: rules about open ones.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters

CLOSED_AFTER_DELIVERY: Final = timedelta(days=7)
DEAD: Final = ("cancelled", "closed")


def is_dead() -> pl.Expr:
    """Say that the storefront cancelled or closed the order."""
    return pl.col("status_storefront").is_in(DEAD)


def is_closed(as_of: datetime) -> pl.Expr:
    """Say that nothing can happen to the order any more.

    Cancelled or closed; or all its succeeded money was refunded; or its parcels came back; or, with no
    feedback ticket open, completed or delivered more than 7 days before `as_of`. But while a parcel is under
    way that left after the storefront had cancelled or closed the order, something can.
    """
    settled = (pl.col("status_storefront") == "completed") | (
        (pl.col("delivered_at") < as_of - CLOSED_AFTER_DELIVERY).fill_null(value=False)
    )
    is_over = (
        is_dead() | pl.col("is_refunded") | pl.col("is_returned") | (settled & (pl.col("open_tickets") == 0))
    )
    return is_over & ~_left_all_the_same()


def _left_all_the_same() -> pl.Expr:
    """Say that a parcel left, and is under way, that was not to leave any more.

    A row of the storefront without an instant does not tell which came first.
    """
    return is_dead() & (pl.col("storefront_updated_at") < pl.col("last_left_at")).fill_null(value=False)


def left_after_cancel(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Say per active order whether the storefront had cancelled or closed it before its parcel left.

    Evidence among the milestones: status_storefront, storefront_updated_at, last_left_at (UTC).
    """
    del parameters
    return inputs.fact.lazy().filter("is_active").select("order_id", value=is_dead())


def stage() -> pl.Expr:
    """Name the stage an order has reached: the last system that knows of it, or `closed`."""
    return (
        pl.when(~pl.col("is_active"))
        .then(pl.lit("closed"))
        .when(pl.col("delivered_at").is_not_null())
        .then(pl.lit("after_sales"))
        .when(pl.col("outbound_at").is_not_null() | pl.col("picked_up_at").is_not_null())
        .then(pl.lit("logistics"))
        .when(pl.col("erp_synced_at").is_not_null() | pl.col("printed_at").is_not_null())
        .then(pl.lit("warehouse"))
        .when("was_ever_paid")
        .then(pl.lit("payment"))
        .otherwise(pl.lit("ordering"))
    )
