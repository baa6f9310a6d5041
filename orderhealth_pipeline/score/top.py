"""The five orders to look at first."""

from __future__ import annotations

from typing import Final

import polars as pl

TOP: Final = 5


def top_orders(risk: pl.DataFrame) -> pl.DataFrame:
    """The orders with open findings by p, then amount, both largest first, then order_id.

    Columns: rank (from 1), order_id, p, amount.
    """
    # Few of many have to be sorted: those with no less at stake than the last of the largest.
    return (
        risk.filter(pl.col("p") > 0, pl.col("p") >= pl.col("p").top_k(TOP).min())
        .sort("p", "amount", "order_id", descending=[True, True, False])
        .head(TOP)
        .select(rank=pl.int_range(1, pl.len() + 1), order_id="order_id", p="p", amount="amount")
    )
