"""Where the gap of a system-level finding lies: the orders concerned by warehouse and by carrier.

What belongs here: splitting what a system-level rule counts. What does not: the counting (evaluate.py), or
how the parts are shown (report/).
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

_SPLIT_BY: Final = ("warehouse", "carrier")
_PARTS: Final = 8


def split_by_place(active: pl.DataFrame, column: str) -> dict[str, list[dict[str, Any]]]:
    """Return warehouses and carriers with orders of which the feature is false, most such orders first.

    Each has `value` (null: not known yet), `orders_concerned` and `orders_true`, as the finding as a whole.
    """
    return {
        place: (
            active.lazy()
            .filter(pl.col(column).is_not_null())
            .group_by(value=place)
            .agg(orders_concerned=pl.len(), orders_true=pl.col(column).sum())
            .filter(pl.col("orders_true") < pl.col("orders_concerned"))
            .sort(pl.col("orders_true").cast(pl.Int64) - pl.col("orders_concerned"), "value")
            .head(_PARTS)
            .collect()
            .to_dicts()
        )
        for place in _SPLIT_BY
        if place in active.columns
    }
