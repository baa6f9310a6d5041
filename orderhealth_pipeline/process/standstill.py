"""Where nothing moves: no order has taken a step for two hours, although some wait, and others usually do.

What belongs here: telling a standstill from a quiet hour. What does not: how long steps take (steps.py).

Usual is what happened in the same two hours of the seven days before: the median of these days, but no more
than on the day before, and on the same day of the week before. So nobody is named at night, or on a day off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.process.groups import GROUP, MEMBER
from orderhealth_pipeline.process.milestones import STEPS

STANDSTILL: Final = timedelta(hours=2)
USUAL_AT_LEAST: Final = 10
"""Where ten orders are expected to pass, none does by chance once in 20,000 times."""

_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1) // _MICROSECOND
_DAYS: Final = [f"passed_{day}" for day in range(8)]
"""How many orders passed in the last two hours, and in the same hours of each of the seven days before."""


def standing_still(
    orders: pl.DataFrame, told: pl.DataFrame, steps: Sequence[str], as_of: datetime
) -> pl.DataFrame:
    """Return the steps that stand still: group, pair, stands_still_since.

    `orders` (numbered_places) must tell of all that reached a step within a week and two hours, `told` is
    what they are told apart by (groups_of). A step stands still since the last order passed.
    """
    by_place = pl.concat([_at_step(orders, steps, number, as_of) for number in range(len(steps) - 1)])
    earlier = pl.concat_list(_DAYS[1:]).list.median()
    usual = pl.min_horizontal(earlier, pl.col(_DAYS[1]), pl.col(_DAYS[-1]))
    return (
        by_place.join(told.select("at", *GROUP), on=MEMBER)
        .group_by(GROUP)
        .agg(pl.col("waiting", *_DAYS).sum(), pl.col("last").max())
        .filter(
            pl.col(_DAYS[0]) == 0,
            usual >= USUAL_AT_LEAST,
            pl.col("waiting") >= USUAL_AT_LEAST / 2,
        )
        .select(*GROUP, stands_still_since="last")
    )


def _at_step(orders: pl.DataFrame, steps: Sequence[str], number: int, as_of: datetime) -> pl.DataFrame:
    """Count by place who passed in these hours of each day, and who has waited for longer."""
    start, end = (pl.col(STEPS[step]) for step in steps[number : number + 2])
    later = [pl.col(STEPS[step]).is_null() for step in steps[number + 2 :]]
    now = pl.lit(as_of.astimezone(UTC), INSTANT)
    waits = pl.all_horizontal("is_active", end.is_null(), start <= now - STANDSTILL, *later)
    ago = (now - end).dt.total_microseconds()
    in_these_hours = (ago >= 0) & (ago < len(_DAYS) * _DAY) & (ago % _DAY < STANDSTILL // _MICROSECOND)
    passed = orders.filter(in_these_hours).select("at", day=ago // _DAY).group_by("at")
    by_day = passed.agg(
        (pl.col("day") == day).sum().cast(pl.Int64).alias(name) for day, name in enumerate(_DAYS)
    )
    return (
        orders.select("at", waits=waits, last=end)
        .group_by("at")
        .agg(pl.col("waits").sum().cast(pl.Int64).alias("waiting"), pl.col("last").max())
        .join(by_day, on="at")
        .with_columns(pair=pl.lit(number, pl.Int64))
    )
