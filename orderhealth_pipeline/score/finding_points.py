"""What every open finding costs the score.

What belongs here: sharing an order's loss among its findings. What does not: the sums over rules and places
(attribution.py), which are rounded to add up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from orderhealth_pipeline.score.health import HealthScore
from orderhealth_pipeline.score.risk import NO_RULES, rules_of

FINDING_POINTS: Final = pl.Schema({"order_id": pl.String(), "rule_id": pl.String(), "points": pl.Float64()})


def finding_points(
    risk: pl.DataFrame,
    weights: Mapping[str, Decimal],
    health: HealthScore,
    *,
    system_hits: Collection[str],
    weighted_by_value: bool = False,
) -> pl.DataFrame:
    """Return the points that every open finding costs (FINDING_POINTS); `order_id` is null for the system.

    An order's loss is shared among its rules in proportion to −ln(1 − w), what system-level rules take from
    the rest among these likewise.
    """
    worth = pl.col("amount").cast(pl.Float64).fill_null(0.0).clip(lower_bound=0.0)
    is_worth = weighted_by_value and risk.select(worth.sum()).item() > 0
    weighed = risk.lazy().with_columns(measure=worth if is_worth else pl.lit(1.0))
    weighed = weighed.with_columns(per_measure=100 / pl.col("measure").sum())
    at_risk = weighed.filter(pl.col("rule_set") != NO_RULES).collect()
    shares = [
        (rule_set, rule, share)
        for rule_set in at_risk["rule_set"].unique()
        for rule, share in _shares(rules_of(rule_set), weights).items()
    ]
    schema = {"rule_set": pl.String, "rule_id": pl.String, "share": pl.Float64}
    of_orders = at_risk.join(
        pl.DataFrame(shares, schema=schema, orient="row"), on="rule_set", how="inner"
    ).select(
        "order_id",
        "rule_id",
        points=pl.col("p") * pl.col("share") * pl.col("measure") * pl.col("per_measure"),
    )
    rest = (
        float(100 * (1 - health.mean_risk) * (1 - health.system_factor)) if health.score is not None else 0.0
    )
    system = [(None, rule, rest * share) for rule, share in _shares(system_hits, weights).items()]
    return pl.concat([of_orders, pl.DataFrame(system, schema=FINDING_POINTS, orient="row")])


def _shares(rules: Collection[str], weights: Mapping[str, Decimal]) -> dict[str, float]:
    strengths = {rule: -float((1 - weights[rule]).ln()) for rule in rules}
    total = sum(strengths.values())
    return {rule: strength / total for rule, strength in strengths.items()}
