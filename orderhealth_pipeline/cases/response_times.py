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

_GROUP: Final = ["rule_id", "owner", "week", "step"]


def response_times(cases: pl.DataFrame, as_of: datetime, time_zone: str) -> pl.DataFrame:
    """Return RESPONSE_TIMES of all cases (CASES)."""
    until = pl.coalesce("resolved_at", pl.lit(as_of, INSTANT))
    opened_on = pl.col("opened_at").dt.convert_time_zone(time_zone).dt.date()
    measured = pl.concat(
        [
            cases.select(
                "rule_id",
                "owner",
                week=opened_on.dt.truncate("1w"),
                step=pl.lit(name),
                has_come=(pl.col(instant) <= until).fill_null(value=False),
                times=pl.lit(1),
                minutes=_minutes(pl.min_horizontal(instant, until)),
            )
            for name, instant in STEPS.items()
        ]
    )
    percentiles = with_percentiles(measured.lazy(), _GROUP).rename({"all": "cases"}).collect()
    return percentiles.select(RESPONSE_TIMES.names()).sort(_GROUP)


def _minutes(until: pl.Expr) -> pl.Expr:
    """Return the minutes since a case began; one that was acted on before it began took none."""
    return ((until - pl.col("began_at")).dt.total_microseconds() / 60_000_000).clip(lower_bound=0.0)
