"""Feedback tickets → per order: how many are open, and the not-received ones that contradict a delivery."""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters


def open_tickets(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order with open tickets of any kind: `open_tickets` counts them."""
    return _open(feeds).group_by("order_id").agg(open_tickets=pl.len())


def not_received_tickets(feeds: VisibleFeeds, claims: pl.DataFrame) -> pl.LazyFrame:
    """One row per order with open not-received tickets, opened when the carrier had said delivered, or later.

    `claims`: order_id, delivery_claimed_at. not_received_tickets: how many. not_received_opened_at: when the
    first of them was opened, UTC.
    """
    return (
        _open(feeds)
        .filter(pl.col("kind") == "not_received")
        .join(claims.lazy(), on="order_id")
        .filter(pl.col("opened_at") >= pl.col("delivery_claimed_at"))
        .group_by("order_id")
        .agg(not_received_tickets=pl.len(), not_received_opened_at=pl.col("opened_at").min())
    )


def open_not_received_tickets(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count per order the open not-received tickets opened at or after the carrier first said delivered.

    Evidence among the milestones: not_received_opened_at, when the first of them was opened, UTC.
    """
    del parameters
    return inputs.fact.lazy().select("order_id", value="not_received_tickets").drop_nulls()


def _open(feeds: VisibleFeeds) -> pl.LazyFrame:
    return feeds["feedback"].lazy().filter(pl.col("closed_at").is_null())
