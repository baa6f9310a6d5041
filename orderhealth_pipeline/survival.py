"""How long something takes of which a part is not over yet: Kaplan and Meier's estimate (1958).

What belongs here: median and 90th percentile of waits. What does not: what is waited for (cases/, process/).
A wait that is not over has lasted at least until now. Without it, whoever does nothing would look fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

_TOLERANCE: Final = 1e-9
"""Products of fractions that should be one half or one tenth are off by less than this."""


def with_percentiles(measured: pl.LazyFrame, group: Sequence[str]) -> pl.LazyFrame:
    """Estimate median and 90th percentile of waits, of which some are not over yet.

    `measured` has the group, `minutes`, `has_come` (whether the wait was over after these minutes) and
    `times` (how many such waits the row stands for). Returns one row per group, in no order: `all` waits,
    those still `waiting`, and median_minutes and p90_minutes, null where they lie among those still waiting.
    """
    keys, times = list(group), pl.col("times")
    survival = (
        measured.group_by([*keys, "minutes"])
        .agg(over=times.filter("has_come").sum().cast(pl.Int64), all=times.sum().cast(pl.Int64))
        .sort([*keys, "minutes"])
        .with_columns(at_risk=pl.col("all").cum_sum(reverse=True).over(keys))
        .with_columns(surviving=(1 - pl.col("over") / pl.col("at_risk")).cum_prod().over(keys))
    )
    return survival.group_by(keys).agg(
        all=pl.col("all").sum(),
        waiting=(pl.col("all") - pl.col("over")).sum(),
        median_minutes=_first_at(0.5),
        p90_minutes=_first_at(0.1),
    )


def _first_at(surviving: float) -> pl.Expr:
    return pl.col("minutes").filter(pl.col("surviving") <= surviving + _TOLERANCE).min()
