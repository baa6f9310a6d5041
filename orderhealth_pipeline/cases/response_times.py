"""How long cases took: from the first sign of trouble until found, told, acknowledged, acted on, and over.

What belongs here: what is measured of cases, each with the time it has waited until its step came, until it
was over, or until now. What does not: the instants themselves (step.py, words.py), and estimating percentiles
in which cases that wait count (survival.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.survival import with_percentiles

STEPS: Final = {
    "found": "opened_at",
    "told": "told_at",
    "acknowledged": "acknowledged_at",
    "acted": "acted_at",
    "over": "resolved_at",
}
"""The steps of a case and the instants at which they are reached, each counted from `began_at`."""

RESPONSE_TIMES: Final = pl.Schema(
    {
        "rule_id": pl.String(),
        "owner": pl.String(),
        "week": pl.Date(),
        "step": pl.String(),
        "cases": pl.Int64(),
        "waiting": pl.Int64(),
        "median_minutes": pl.Float64(),
        "p90_minutes": pl.Float64(),
    }
)
"""One row per rule, owner, week (the Monday in the zone of people on which it opened) and step.

`waiting` cases have not reached the step; a percentile that lies among them is null: nobody knows it yet.
False alarms count: somebody has spent their time on them."""

_GROUP: Final = ["rule_id", "owner", "week"]


def response_times(cases: pl.DataFrame, as_of: datetime, time_zone: str) -> pl.DataFrame:
    """Return RESPONSE_TIMES of all cases (CASES)."""
    opened_on = pl.col("opened_at").dt.convert_time_zone(time_zone).dt.date()
    of_weeks = cases.with_columns(week=opened_on.dt.truncate("1w"))
    # Groups are told by a number: there are few of them, and their names are long.
    groups = of_weeks.select(_GROUP).unique().with_row_index("group")
    grouped = of_weeks.join(groups, on=_GROUP, how="inner")
    return (
        step_times(grouped, as_of)
        .join(groups, on="group", how="inner")
        .select(RESPONSE_TIMES.names())
        .sort(*_GROUP, "step")
    )


def step_times(grouped: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return one row per `group` and step: `cases`, `waiting`, `median_minutes`, `p90_minutes`.

    `grouped` has the instants of a case in each row, and the group that it counts in.
    """
    until = pl.coalesce("resolved_at", pl.lit(as_of, INSTANT))
    return pl.concat(
        [_measured(_waits(grouped, instant, until), step) for step, instant in STEPS.items()]
    ).drop("come")


def _waits(grouped: pl.DataFrame, instant: str, until: pl.Expr) -> pl.DataFrame:
    """Return how long each case has waited for a step, and whether it has come."""
    return grouped.select(
        "group",
        has_come=(pl.col(instant) <= until).fill_null(value=False),
        times=pl.lit(1),
        minutes=_minutes(pl.min_horizontal(instant, until)),
    )


def _measured(waits: pl.DataFrame, step: str) -> pl.DataFrame:
    """Measure a step in each group; where it never came nothing has to be estimated."""
    counted = waits.group_by("group").agg(cases=pl.len().cast(pl.Int64), come=pl.col("has_come").sum())
    came = waits.join(counted.filter(pl.col("come") > 0), on="group", how="semi")
    estimated = with_percentiles(came.lazy(), ["group"]).drop("all", "waiting").collect()
    return counted.join(estimated, on="group", how="left").with_columns(
        step=pl.lit(step), waiting=(pl.col("cases") - pl.col("come")).cast(pl.Int64)
    )


def _minutes(until: pl.Expr) -> pl.Expr:
    """Return the minutes since a case began; one that was acted on before it began took none."""
    return ((until - pl.col("began_at")).dt.total_microseconds() / 60_000_000).clip(lower_bound=0.0)
