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
_DIGITS: Final = 10


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
    return (
        found.with_columns(path=_named(steps), orders="all", share=pl.col("all") / pl.col("all").sum())
        .sort("orders", "path", descending=[True, False])
        .select(PROCESS_PATHS.names())
        .cast(PROCESS_PATHS)
    )


def _with_way(orders: pl.LazyFrame, instants: Sequence[str]) -> pl.LazyFrame:
    """Add `way`: a number whose digits, the last first, are the steps that have come, by instant.

    Steps at the same instant come in their order. Numbers are grouped much faster than lists.
    """
    digits = []
    for number, name in enumerate(instants):
        instant = pl.col(name)
        before = [pl.col(other) <= instant for other in instants[:number]]
        before += [pl.col(other) < instant for other in instants[number + 1 :]]
        place = pl.sum_horizontal(pl.lit(0, pl.Int64), *(each.cast(pl.Int64) for each in before))
        digits.append(pl.when(instant.is_not_null()).then((number + 1) * pl.lit(_DIGITS).pow(place)))
    return orders.with_columns(way=pl.sum_horizontal(digits))


def _named(steps: Sequence[str]) -> pl.Expr:
    names = dict(enumerate(steps, start=1))
    digits = [pl.col("way") // _DIGITS**place % _DIGITS for place in range(len(steps))]
    named = [digit.replace_strict(names, default=None, return_dtype=pl.String) for digit in digits]
    return pl.concat_str(named, separator=SEPARATOR, ignore_nulls=True)
