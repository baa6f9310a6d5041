"""Refunds that buyers want before their goods have left.

What belongs here: which request counts, and whether it stands. What does not: refunds that were paid
(payments.py), and goods that come back (buyers/returns.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.shapes.of_one_order import folded
from orderhealth_pipeline.words import fold
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("settled_returns.yml")


class _SettledReturns(FrozenModel):
    words: tuple[str, ...]


@cache
def settled_words() -> tuple[str, ...]:
    """Return the words of settled_returns.yml, folded as texts are compared."""
    return tuple(dict.fromkeys(fold(word) for word in read_model(_FILE, _SettledReturns).words))


def refund_wanted_before_leaving(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Say per order with a request whether it stands while a shipment is printed and not outbound.

    The order's latest refund_only request counts, by requested_at, then return_id; it stands unless its
    status says closed, refused or withdrawn. Evidence: refund_return_id and refund_requested_at (UTC) of the
    request, and among the milestones overdue_shipment_id and overdue_warehouse of the shipment.
    """
    del parameters
    is_settled = folded(pl.col("status")).is_in(settled_words()).fill_null(value=False)
    latest = (
        inputs.feeds["returns"]
        .lazy()
        .filter(pl.col("kind") == "refund_only")
        .sort("requested_at", "return_id")
        .group_by("order_id", maintain_order=True)
        .last()
        .select(
            "order_id",
            stands=~is_settled,
            refund_return_id="return_id",
            refund_requested_at="requested_at",
        )
    )
    return (
        inputs.fact.lazy()
        .select("order_id", "overdue_printed_at")
        .join(latest, on="order_id")
        .select(
            "order_id",
            "refund_return_id",
            "refund_requested_at",
            value=pl.col("stands") & pl.col("overdue_printed_at").is_not_null(),
        )
    )
