"""By when cases should be over by their rules.

What belongs here: from rules and the working hours of roles to instants. What does not: the arithmetic
(cases/working_time.py), and the orders' own deadlines (store/cases.py).
"""

from __future__ import annotations

from functools import partial

import polars as pl

from orderhealth_pipeline.cases.case_frames import DueOf
from orderhealth_pipeline.cases.working_time import after_working_minutes
from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.pipeline.cases.case_rules import rule_facts
from orderhealth_pipeline.pipeline.plan import RunPlan

_CLOCK = ("owner", "since", "due_minutes")


def due_by_rule(plan: RunPlan) -> DueOf:
    """Return what says by when cases should be over, null where their rule says nothing."""
    minutes = rule_facts(plan.catalogue, plan.owners).select("rule_id", "due_minutes")
    zone = plan.settings.zone

    def due_of(cases: pl.DataFrame) -> pl.Series:
        known = cases.join(minutes, on="rule_id", how="left", maintain_order="left")
        # The cases of one evaluation have a few clocks between them.
        clocks = known.select(_CLOCK).drop_nulls().unique()
        due = [
            after_working_minutes(since, due_minutes, partial(plan.owners.spans_of, owner), zone)
            for owner, since, due_minutes in clocks.iter_rows()
        ]
        clocks = clocks.with_columns(due_at=pl.Series(due, dtype=INSTANT))
        return known.join(clocks, on=_CLOCK, how="left", maintain_order="left")["due_at"]

    return due_of
