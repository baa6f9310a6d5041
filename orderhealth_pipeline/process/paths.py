"""Which ways orders take through the systems, and how long they are on them.

What belongs here: from milestones to one row per way. What does not: how long single steps take (steps.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.process.milestones import LOOKS_BACK, STEPS
from orderhealth_pipeline.survival import with_percentiles

PROCESS_PATHS: Final = pl.Schema(
    {"path": pl.String(), "orders": pl.Int64(), "share": pl.Float64(), "median_minutes": pl.Float64()}
)
"""One row per way that orders placed within LOOKS_BACK took so far, the most frequent first.

`median_minutes` is the time from placing the order to the last step of orders that are delivered or closed;
orders that are still under way count as longer than now. Null: more than half are still under way."""

SEPARATOR: Final = " > "
_MINUTE: Final = 60_000_000


def process_paths(orders: pl.DataFrame, steps: Sequence[str], as_of: datetime) -> pl.DataFrame:
    """Return PROCESS_PATHS of orders (MILESTONES), of the known `steps`."""
    now = pl.lit(as_of.astimezone(UTC), INSTANT)
    instants = [STEPS[step] for step in steps]
    recent = orders.lazy().filter(pl.col("placed_at") >= now - LOOKS_BACK)
    last = pl.max_horizontal(instants)
    is_over = ~pl.col("is_active") | pl.col("delivered_at").is_not_null()
    until = pl.when(is_over).then(last).otherwise(now)
    measured = (
        _with_way(recent, instants)
        .with_columns(
            minutes=((until - pl.col("placed_at")).dt.total_microseconds() // _MINUTE).cast(pl.Float64),
            has_come=is_over,
        )
        .group_by("way", "minutes", "has_come")
        .agg(times=pl.len().cast(pl.Int64))
    )
    found = with_percentiles(measured, ["way"]).collect()
    named = pl.col("way").list.eval(
        pl.element().replace_strict(dict(enumerate(steps)), return_dtype=pl.String)
    )
    return (
        found.with_columns(
            path=named.list.join(SEPARATOR), orders="all", share=pl.col("all") / pl.col("all").sum()
        )
        .sort("orders", "path", descending=[True, False])
        .select(PROCESS_PATHS.names())
        .cast(PROCESS_PATHS)
    )


def _with_way(orders: pl.LazyFrame, instants: Sequence[str]) -> pl.LazyFrame:
    """Add `way`: the numbers of the steps that have come, by instant, at the same instant in their order."""
    places = len(instants)
    ranks = [pl.col(name).dt.epoch("us") * places + number for number, name in enumerate(instants)]
    return orders.with_columns(
        way=(pl.concat_list(ranks).list.drop_nulls().list.sort().list.eval(pl.element() % places))
    )
