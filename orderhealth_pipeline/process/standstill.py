"""Where nothing moves: no order has taken a step for two hours, although some wait, and others usually do.

What belongs here: telling a standstill from a quiet hour. What does not: how long steps take (steps.py).

Usual is what happened in the same two hours of the seven days before: the median of these days, but no more
than on the day before, and on the same day of the week before. So nobody is named at night, or on a day off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.process.groups import GROUP, MEMBER, groups_of, numbered_places
from orderhealth_pipeline.process.milestones import STEPS

STANDSTILL: Final = timedelta(hours=2)
USUAL_AT_LEAST: Final = 10
"""Where ten orders are expected to pass, none does by chance once in 20,000 times."""

_DAY: Final = timedelta(days=1)
_DAYS: Final = [f"passed_{day}" for day in range(8)]
"""How many orders passed in the last two hours, and in the same hours of each of the seven days before."""


def standing_still(orders: pl.DataFrame, steps: Sequence[str], as_of: datetime) -> pl.DataFrame:
    """Return the steps that stand still: dimension, value, from_step, to_step, stands_still_since.

    `orders` (MILESTONES) must tell of all that reached a step within a week and two hours. A step stands
    still since the last order passed.
    """
    pairs = list(pairwise(steps))
    numbered, places = numbered_places(orders)
    told = groups_of(places, pairs)
    by_place = pl.concat([_at_step(numbered, steps, number, as_of) for number in range(len(pairs))])
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
        .join(told.unique(GROUP), on=GROUP)
        .select("dimension", "value", "from_step", "to_step", stands_still_since="last")
    )


def _at_step(orders: pl.DataFrame, steps: Sequence[str], number: int, as_of: datetime) -> pl.DataFrame:
    """Count by place who passed in these hours of each day, and who has waited for longer."""
    start, end = (pl.col(STEPS[step]) for step in steps[number : number + 2])
    later = [pl.col(STEPS[step]).is_null() for step in steps[number + 2 :]]
    now = pl.lit(as_of.astimezone(UTC), INSTANT)
    waits = pl.all_horizontal("is_active", end.is_null(), start <= now - STANDSTILL, *later)
    passed = [
        end.is_between(now - day * _DAY - STANDSTILL, now - day * _DAY, closed="right") for day in range(8)
    ]
    return orders.group_by("at").agg(
        waits.sum().cast(pl.Int64).alias("waiting"),
        end.max().alias("last"),
        *(each.sum().cast(pl.Int64).alias(name) for name, each in zip(_DAYS, passed, strict=True)),
        pair=pl.lit(number, pl.Int64),
    )
