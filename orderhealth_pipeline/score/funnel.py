"""How far the active orders have come through the five systems."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import polars as pl

from orderhealth_pipeline.declared.order_columns import milestone_columns
from orderhealth_pipeline.words import FUNNEL_STEPS

_STEPS: Final = {step: milestone_columns()[step] for step in FUNNEL_STEPS} | {"paid": "was_ever_paid"}
_SCHEMA: Final = pl.Schema({"step": pl.String(), "orders": pl.Int64(), "rate_of_previous": pl.Float64()})


def system_funnel(fact: pl.DataFrame) -> pl.DataFrame:
    """One row per step in the order of the systems: step, orders, rate_of_previous.

    `orders` counts the active orders that have the step's milestone (paid, too, where nobody knows when),
    whatever the steps before say: where a system knows more orders than the one before it, the rate is above
    1. Null for the first step and after an empty one.
    """
    reached = pl.when("was_ever_paid").then("was_ever_paid").alias("was_ever_paid")
    counted = (
        fact.lazy()
        .filter("is_active")
        .with_columns(reached)
        .select(pl.col(*_STEPS.values()).count())
        .collect()
    )
    counts = counted.row(0)
    rates = [None] + [now / before if before else None for before, now in pairwise(counts)]
    return pl.DataFrame({"step": list(_STEPS), "orders": counts, "rate_of_previous": rates}, schema=_SCHEMA)
