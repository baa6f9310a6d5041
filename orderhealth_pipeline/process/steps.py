"""How long orders take from one step to the next, and how many wait there: overall, and by place.

What belongs here: from milestones to one row per step and place. What does not: the ways that orders take
(paths.py), and the estimate itself (survival.py).

A step is measured of the orders that reached the one before within LOOKS_BACK. Those that wait still count as
longer than now, so that a warehouse that stands still does not look faster; those that were closed meanwhile
as longer than when they left. An order that skipped a step, because a later one has come, says nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
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
_STEPS: Final = pl.Enum(list(STEPS))
_DIMENSIONS: Final = pl.Enum([OVERALL, *PLACES])
_GROUP: Final = ("dimension", "value", "from_step", "to_step")


def process_steps(orders: pl.DataFrame, steps: Sequence[str], as_of: datetime) -> pl.DataFrame:
    """Return PROCESS_STEPS of orders (MILESTONES), between the known `steps`."""
    pairs = [_measured(orders.lazy(), steps, number, as_of) for number in range(len(steps) - 1)]
    if not pairs:
        return pl.DataFrame(schema=PROCESS_STEPS)
    by_place = pl.concat(_by_place(pl.concat(pairs).collect())).lazy()
    times = with_percentiles(by_place.filter(pl.col("times") > 0), _GROUP).rename({"all": "orders"})
    waiting = by_place.group_by(_GROUP).agg(pl.col("waiting_now").sum(), pl.col("oldest_waiting_since").min())
    return (
        waiting.join(times, on=_GROUP, how="left", nulls_equal=True)
        .with_columns(pl.col("orders").fill_null(0))
        .sort(_GROUP)
        .select(PROCESS_STEPS.names())
        .collect()
        .cast(PROCESS_STEPS)
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
            *PLACES,
            minutes=pl.when(is_measured).then(minutes).cast(pl.Float64),
            has_come=has_come,
            is_measured=is_measured,
            waits=waits,
            since=pl.when(waits).then(start),
        )
        .group_by(*PLACES, "minutes", "has_come")
        .agg(
            times=pl.col("is_measured").sum().cast(pl.Int64),
            waiting_now=pl.col("waits").sum().cast(pl.Int64),
            oldest_waiting_since=pl.col("since").min(),
        )
        .with_columns(
            from_step=pl.lit(steps[number]).cast(_STEPS), to_step=pl.lit(steps[number + 1]).cast(_STEPS)
        )
    )


def _by_place(measured: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield what was measured once for everything, and once for each kind of place that is known by then."""
    columns = [name for name in measured.columns if name not in PLACES]
    nowhere = pl.lit(None, pl.String)
    yield measured.select(*columns, dimension=pl.lit(OVERALL).cast(_DIMENSIONS), value=nowhere)
    for place, known_from in PLACES.items():
        is_known = pl.col(place).is_not_null() & (pl.col("from_step").to_physical() >= known_from)
        at = measured.filter(is_known)
        yield at.select(*columns, dimension=pl.lit(place).cast(_DIMENSIONS), value=place)
