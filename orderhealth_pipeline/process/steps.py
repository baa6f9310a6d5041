"""How long orders take from one step to the next, and how many wait there: overall, and by place.

What belongs here: from milestones to one row per step and place. What does not: the ways that orders take
(paths.py), and the estimate itself (survival.py).

A step is measured of the orders that reached the one before within LOOKS_BACK. Those that wait still count as
longer than now, so that a warehouse that stands still does not look faster; those that were closed meanwhile
as longer than when they left. An order that skipped a step, because a later one has come, says nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.process.groups import GROUP, MEMBER, groups_of, numbered_places
from orderhealth_pipeline.process.milestones import LOOKS_BACK, STEPS
from orderhealth_pipeline.process.standstill import standing_still
from orderhealth_pipeline.survival import with_percentiles

PROCESS_STEPS: Final = pl.Schema(
    {
        "dimension": pl.String(),
        "value": pl.String(),
        "from_step": pl.String(),
        "to_step": pl.String(),
        "orders": pl.Int64(),
        "median_minutes": pl.Float64(),
        "p90_minutes": pl.Float64(),
        "waiting_now": pl.Int64(),
        "oldest_waiting_since": INSTANT,
        "stands_still_since": INSTANT,
    }
)
"""One row per place and step that any order was at. `dimension` is overall (`value` is null then), shop,
warehouse or carrier. `orders` were measured; `waiting_now` wait, however long. Minutes are whole ones.
`stands_still_since` is null where orders move (standstill.py)."""

_MINUTE: Final = 60_000_000
_LONGEST: Final = 2**36
"""More minutes than there are in any wait."""


def process_steps(orders: pl.DataFrame, steps: Sequence[str], as_of: datetime) -> pl.DataFrame:
    """Return PROCESS_STEPS of orders (MILESTONES), between the known `steps`."""
    pairs = list(pairwise(steps))
    if not pairs:
        return pl.DataFrame(schema=PROCESS_STEPS)
    numbered, places = numbered_places(orders)
    told = groups_of(places, pairs)
    members = told.select("at", *GROUP)
    came = [_came_to(numbered, steps, number, as_of) for number in range(len(pairs))]
    waits = pl.concat([_counted(each, number) for number, each in enumerate(came)])
    times = with_percentiles(waits.join(members, on=MEMBER).lazy(), GROUP).collect()
    counts = (pl.col("waiting_now").sum(), pl.col("oldest_waiting_since").min())
    waiting = pl.concat([_waiting(each, number) for number, each in enumerate(came)])
    return (
        waiting.join(members, on=MEMBER)
        .group_by(GROUP)
        .agg(counts)
        .join(times.rename({"all": "orders"}), on=GROUP, how="left")
        .with_columns(pl.col("orders").fill_null(0))
        .join(told.unique(GROUP), on=GROUP)
        .join(standing_still(numbered, told, steps, as_of), on=GROUP, how="left")
        .sort(GROUP)
        .select(PROCESS_STEPS.names())
        .cast(PROCESS_STEPS)
    )


def _came_to(orders: pl.DataFrame, steps: Sequence[str], number: int, as_of: datetime) -> pl.DataFrame:
    """Return the orders that came to a step and did not skip the next: at, minutes, has_come, since.

    `minutes` are null of orders that are not measured, and `since` of those that do not wait.
    """
    start, end = (pl.col(STEPS[step]) for step in steps[number : number + 2])
    later = [pl.col(STEPS[step]).is_not_null() for step in steps[number + 2 :]]
    # Of money that came nobody knows when it cannot be told how long it took.
    if steps[number + 1] == "paid":
        later.append(pl.col("was_ever_paid"))
    has_come = end.is_not_null()
    now = pl.lit(as_of.astimezone(UTC), INSTANT)
    waits = pl.col("is_active") & ~has_come
    until = pl.when(has_come).then(end).when(waits).then(now).otherwise("storefront_updated_at")
    minutes = (until - start).dt.total_microseconds().clip(lower_bound=0) // _MINUTE
    return orders.filter(
        start.is_not_null(), has_come | ~pl.any_horizontal(pl.lit(value=False), *later)
    ).select(
        "at",
        minutes=pl.when(start >= now - LOOKS_BACK).then(minutes),
        has_come=has_come,
        since=pl.when(waits).then(start),
    )


def _counted(came: pl.DataFrame, number: int) -> pl.DataFrame:
    """Count the waits that are measured: at, pair, minutes, has_come, times."""
    # One number is grouped several times as fast as three columns.
    packed = (pl.col("at").cast(pl.Int64) * _LONGEST + pl.col("minutes")) * 2 + pl.col("has_come").cast(
        pl.Int64
    )
    return (
        came.select(packed=packed)
        .drop_nulls()
        .group_by("packed")
        .agg(times=pl.len().cast(pl.Int64))
        .select(
            at=(pl.col("packed") // 2 // _LONGEST).cast(came.schema["at"]),
            pair=pl.lit(number, pl.Int64),
            minutes=(pl.col("packed") // 2 % _LONGEST).cast(pl.Float64),
            has_come=pl.col("packed") % 2 == 1,
            times="times",
        )
    )


def _waiting(came: pl.DataFrame, number: int) -> pl.DataFrame:
    """Count by place who waits: at, pair, waiting_now, oldest_waiting_since."""
    return came.group_by("at").agg(
        waiting_now=pl.col("since").count().cast(pl.Int64),
        oldest_waiting_since=pl.col("since").min(),
        pair=pl.lit(number, pl.Int64),
    )
