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
from orderhealth_pipeline.process.milestones import LOOKS_BACK, PLACES, STEPS
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
    }
)
"""One row per place and step that any order was at. `dimension` is overall (`value` is null then), shop,
warehouse or carrier. `orders` were measured; `waiting_now` wait, however long. Minutes are whole ones."""

OVERALL: Final = "overall"
_MINUTE: Final = 60_000_000
_GROUP: Final = ("group", "pair")


def process_steps(orders: pl.DataFrame, steps: Sequence[str], as_of: datetime) -> pl.DataFrame:
    """Return PROCESS_STEPS of orders (MILESTONES), between the known `steps`."""
    pairs = list(pairwise(steps))
    if not pairs:
        return pl.DataFrame(schema=PROCESS_STEPS)
    # Places and steps are numbered: numbers are grouped and sorted several times as fast as texts.
    places = orders.select(PLACES.keys()).unique().sort(PLACES.keys()).with_row_index("at")
    at = orders.join(places, on=list(PLACES), how="left", nulls_equal=True, maintain_order="left")["at"]
    numbered = orders.drop(*PLACES).with_columns(at).lazy()
    measured = pl.concat(
        [_measured(numbered, steps, number, as_of) for number in range(len(pairs))]
    ).collect()
    names = pl.DataFrame(
        [(number, list(STEPS).index(start), start, end) for number, (start, end) in enumerate(pairs)],
        schema={"pair": pl.Int64, "start": pl.Int64, "from_step": pl.String, "to_step": pl.String},
        orient="row",
    )
    groups = _groups(places)
    told = groups.join(names, how="cross").filter(pl.col("start") >= pl.col("known_from"))
    members = told.select("at", *_GROUP)
    waits = measured.filter(pl.col("times") > 0).select("at", "pair", "minutes", "has_come", "times")
    times = with_percentiles(waits.join(members, on=["at", "pair"]).lazy(), _GROUP).collect()
    counts = (pl.col("waiting_now").sum(), pl.col("oldest_waiting_since").min())
    waiting = (
        measured.group_by("at", "pair")
        .agg(counts)
        .join(members, on=["at", "pair"])
        .group_by(_GROUP)
        .agg(counts)
    )
    return (
        waiting.join(times.rename({"all": "orders"}), on=_GROUP, how="left")
        .with_columns(pl.col("orders").fill_null(0))
        .join(told.unique(_GROUP), on=_GROUP)
        .sort(_GROUP)
        .select(PROCESS_STEPS.names())
        .cast(PROCESS_STEPS)
    )


def _groups(places: pl.DataFrame) -> pl.DataFrame:
    """Number what is told apart, in order: at, group, dimension, value, known_from.

    `at` is the number of the shop, warehouse and carrier together that belong to the group.
    """
    everything = places.select("at", dimension=pl.lit(0), value=pl.lit(None, pl.String), known_from=pl.lit(0))
    of_places = [
        places.select("at", dimension=pl.lit(number), value=place, known_from=pl.lit(known_from)).drop_nulls()
        for number, (place, known_from) in enumerate(PLACES.items(), start=1)
    ]
    named = [OVERALL, *PLACES]
    return (
        pl.concat([everything, *of_places])
        .sort("dimension", "value")
        .with_columns(
            group=pl.struct("dimension", "value").rle_id(),
            dimension=pl.col("dimension").replace_strict(dict(enumerate(named)), return_dtype=pl.String),
        )
    )


def _measured(orders: pl.LazyFrame, steps: Sequence[str], number: int, as_of: datetime) -> pl.LazyFrame:
    """Count the waits between one step and the next by places and minutes."""
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
    is_measured = (start >= now - LOOKS_BACK) & minutes.is_not_null()
    return (
        orders.filter(start.is_not_null(), has_come | ~pl.any_horizontal(pl.lit(value=False), *later))
        .select(
            "at",
            minutes=pl.when(is_measured).then(minutes).cast(pl.Float64),
            has_come=has_come,
            is_measured=is_measured,
            waits=waits,
            since=pl.when(waits).then(start),
        )
        .group_by("at", "minutes", "has_come")
        .agg(
            times=pl.col("is_measured").sum().cast(pl.Int64),
            waiting_now=pl.col("waits").sum().cast(pl.Int64),
            oldest_waiting_since=pl.col("since").min(),
        )
        .with_columns(pair=pl.lit(number, pl.Int64))
    )
