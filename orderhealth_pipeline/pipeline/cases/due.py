"""By when cases should be over by their rules.

What belongs here: from rules and roles to instants. What does not: the orders' own deadlines
(store/cases.py).
"""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.cases.frames import DueOf
from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.pipeline.cases.case_rules import rule_facts
from orderhealth_pipeline.pipeline.plan import RunPlan


def due_by_rule(plan: RunPlan) -> DueOf:
    """Return what says by when cases should be over, null where their rule says nothing."""
    minutes = rule_facts(plan.catalogue).select("rule_id", "due_minutes")

    def due_of(cases: pl.DataFrame) -> pl.Series:
        known = cases.join(minutes, on="rule_id", how="left", maintain_order="left")
        return known.select(
            (pl.col("since") + pl.duration(minutes=pl.col("due_minutes"))).cast(INSTANT)
        ).to_series()

    return due_of
