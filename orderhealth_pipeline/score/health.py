"""The health score of all active orders, and how sure it is.

What belongs here: the formula. What does not: what the points were lost to (attribution.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from math import prod
from typing import Final

import polars as pl

from orderhealth_pipeline.score.risk import EXACT, risk_of, rules_of

_HUNDRED: Final = Decimal(100)
_CENT: Final = Decimal("0.01")
_TEN_THOUSANDTH: Final = Decimal("0.0001")


@dataclass(frozen=True)
class HealthScore:
    """The score (0–100, two decimals) and the parts it was made of; None where no rule judged any order.

    mean_risk: mean p over active orders. system_factor: Π(1 − w) over the system-level rules that are hit.
    confidence: of the weight of all enabled rules, what stands behind the score: each rule's share of the
    active orders that it could judge. 0–1, four decimals; 1 means everything.
    """

    score: Decimal | None
    confidence: Decimal
    active_orders: int
    mean_risk: Decimal
    system_factor: Decimal


def health_score(
    risk: pl.DataFrame,
    weights: Mapping[str, Decimal],
    *,
    system_hits: Collection[str],
    evaluated: Mapping[str, int],
    weighted_by_value: bool = False,
) -> HealthScore:
    """Compute 100 × (1 − mean p over active orders) × Π(1 − w) over the system-level rules that are hit.

    `risk` is the frame of `order_risk`; `weights` holds every enabled rule; `evaluated` counts per rule the
    active orders that it could judge (0 where it is unknown). With `weighted_by_value` an order
    counts by its amount instead of once; an amount below zero is worth nothing, and where nothing is worth
    anything every order counts once. Rounded half up, once, from the exact value.
    """
    return score_of_measures(
        order_measures(risk, weighted_by_value=weighted_by_value),
        weights,
        system_hits=system_hits,
        evaluated=evaluated,
        active_orders=risk.height,
    )


def score_of_measures(
    measures: Mapping[str, Decimal],
    weights: Mapping[str, Decimal],
    *,
    system_hits: Collection[str],
    evaluated: Mapping[str, int],
    active_orders: int,
) -> HealthScore:
    """Compute the same of what the orders of every rule set weigh together (`order_measures`)."""
    with localcontext(EXACT):
        total = sum(measures.values(), start=Decimal(0))
        lost = sum(
            (measure * risk_of(rules_of(rule_set), weights) for rule_set, measure in measures.items()),
            start=Decimal(0),
        )
        system_factor = prod((1 - weights[rule] for rule in system_hits), start=Decimal(1))
        # One division, at the very end: a score of exactly half a hundredth must not be off by its rounding.
        score = (
            (_HUNDRED * (total - lost) * system_factor / total).quantize(_CENT, ROUND_HALF_UP)
            if total and any(evaluated.values())
            else None
        )
        mean_risk = lost / total if total else Decimal(0)
        confidence = _confidence(weights, evaluated, active_orders)
    return HealthScore(score, confidence, active_orders, mean_risk, system_factor)


def order_measures(risk: pl.DataFrame, *, weighted_by_value: bool) -> dict[str, Decimal]:
    """Return per rule set what its orders weigh: how many they are, or what they are worth."""
    return {
        rule_set: measure
        for _, rule_set, measure in _measured(risk, pl.lit(None), weighted_by_value=weighted_by_value)
    }


def order_measures_by(
    risk: pl.DataFrame, dimension: str, *, weighted_by_value: bool
) -> dict[tuple[str | None, str], Decimal]:
    """Return the same per value of a dimension (shop, warehouse or carrier, null if unknown) and rule set."""
    measured = _measured(risk, pl.col(dimension), weighted_by_value=weighted_by_value)
    return {(value, rule_set): measure for value, rule_set, measure in measured}


def _measured(
    risk: pl.DataFrame, value: pl.Expr, *, weighted_by_value: bool
) -> list[tuple[str | None, str, Decimal]]:
    """Weigh the orders of every value and rule set; where none is worth anything each weighs the same."""
    worth = pl.col("amount").clip(lower_bound=0)
    by_value = weighted_by_value and risk.select(worth.max()).item() not in {None, 0}
    measure = worth.cast(pl.Decimal(38, 4)).sum() if by_value else pl.len()
    measured = risk.group_by(value.alias("value"), "rule_set").agg(measure=measure)
    rows = measured.sort("value", "rule_set").rows()
    return [(value, rule_set, Decimal(measure)) for value, rule_set, measure in rows]


def _confidence(weights: Mapping[str, Decimal], evaluated: Mapping[str, int], orders: int) -> Decimal:
    everything = orders * sum(weights.values(), start=Decimal(0))
    judged = sum((weight * evaluated.get(rule, 0) for rule, weight in weights.items()), start=Decimal(0))
    share = (judged / everything if everything else Decimal(0)).quantize(_TEN_THOUSANDTH, ROUND_HALF_UP)
    return share if judged == everything else min(share, 1 - _TEN_THOUSANDTH)
