"""What the orders of cases are worth, in the currency that most of them are in.

What belongs here: summing up money. What does not: which orders are in a case (stays.py, step.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from orderhealth_pipeline.frames import MONEY


def worth_of(orders: pl.LazyFrame, group: Sequence[str]) -> pl.LazyFrame:
    """Return, per group, the `currency` that most rows are in, and the sum of these, `amount_at_risk`.

    Money of two currencies is never one figure: what is in another one is left out. Rows of which nobody
    knows the currency stand together; of two with as many rows the first by name counts.
    """
    return (
        orders.group_by(*group, "currency")
        .agg(amount_at_risk=pl.col("amount").sum().cast(MONEY), rows=pl.len())
        .sort("rows", "currency", descending=[True, False], nulls_last=True)
        .group_by(group, maintain_order=True)
        .agg(pl.col("currency", "amount_at_risk").first())
    )
