"""What the lost points were lost to: rules, shops, warehouses and carriers.

What belongs here: sharing out 100 − score. What does not: the score itself (health.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

import polars as pl

from orderhealth_pipeline.score.health import HealthScore, order_measures, order_measures_by
from orderhealth_pipeline.score.risk import risk_of, rules_of

UNKNOWN: Final = "unknown"
"""Stands for the orders whose shop, warehouse or carrier is not known."""

_HUNDRED: Final = Decimal(100)
_STEP: Final = Decimal("0.0001")
_GUARD_DIGITS: Final = 12
_SCHEMA: Final = pl.Schema({"dimension": pl.String(), "value": pl.String(), "points": pl.Decimal(9, 4)})


def attribute_loss(
    risk: pl.DataFrame,
    weights: Mapping[str, Decimal],
    health: HealthScore,
    *,
    system_hits: Collection[str],
    weighted_by_value: bool = False,
) -> pl.DataFrame:
    """Points lost per rule, shop, warehouse and carrier: dimension, value, points (largest first).

    An order's loss is shared among its rules in proportion to −ln(1 − w); what system-level rules take from
    the rest is shared among them in the same way. The points of the rules add up to exactly 100 − score.
    Shops, warehouses and carriers share the loss of orders only: a system-level rule belongs to none of them.
    """
    if health.score is None:
        return pl.DataFrame(schema=_SCHEMA)
    losses = _per_rule(risk, weights, health, system_hits, weighted_by_value=weighted_by_value)
    rows = [("rule", rule, points) for rule, points in _adding_up(losses, _HUNDRED - health.score)]
    for dimension in ("shop", "warehouse", "carrier"):
        rows += [
            (dimension, value, points)
            for value, points in _per_value(risk, weights, dimension, weighted_by_value=weighted_by_value)
        ]
    order = {"rule": 0, "shop": 1, "warehouse": 2, "carrier": 3}
    rows.sort(key=lambda row: (order[row[0]], -row[2], row[1]))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _per_rule(
    risk: pl.DataFrame,
    weights: Mapping[str, Decimal],
    health: HealthScore,
    system_hits: Collection[str],
    *,
    weighted_by_value: bool,
) -> dict[str, Decimal]:
    points: defaultdict[str, Decimal] = defaultdict(Decimal)
    measures = order_measures(risk, weighted_by_value=weighted_by_value)
    total = sum(measures.values(), start=Decimal(0))
    for rule_set, measure in sorted(measures.items()):
        rules = rules_of(rule_set)
        _share_out(points, _HUNDRED * measure / total * risk_of(rules, weights), rules, weights)
    rest = _HUNDRED * (1 - health.mean_risk) * (1 - health.system_factor)
    _share_out(points, rest, sorted(system_hits), weights)
    return points


def _share_out(
    points: defaultdict[str, Decimal], loss: Decimal, rules: list[str], weights: Mapping[str, Decimal]
) -> None:
    strengths = {rule: -(1 - weights[rule]).ln() for rule in rules}
    total = sum(strengths.values(), start=Decimal(0))
    for rule, strength in strengths.items():
        points[rule] += loss * strength / total


def _adding_up(points: Mapping[str, Decimal], total: Decimal) -> list[tuple[str, Decimal]]:
    """Fit the points to the rounded total, exactly; what cutting leaves over goes to the largest."""
    raw_total = sum(points.values(), start=Decimal(0))
    if not raw_total:
        return []
    # Rounded before it is cut: 5 that became 4.999… on the way is still 5.
    fitted = {
        rule: round(value * total / raw_total, _GUARD_DIGITS).quantize(_STEP, ROUND_FLOOR)
        for rule, value in points.items()
    }
    largest = min(fitted, key=lambda rule: (-fitted[rule], rule))
    fitted[largest] += total - sum(fitted.values(), start=Decimal(0))
    return list(fitted.items())


def _per_value(
    risk: pl.DataFrame, weights: Mapping[str, Decimal], dimension: str, *, weighted_by_value: bool
) -> list[tuple[str, Decimal]]:
    points: defaultdict[str, Decimal] = defaultdict(Decimal)
    measures = order_measures_by(risk, dimension, weighted_by_value=weighted_by_value)
    total = sum(measures.values(), start=Decimal(0))
    for (value, rule_set), measure in measures.items():
        points[value or UNKNOWN] += measure * risk_of(rules_of(rule_set), weights)
    rounded = {
        value: (_HUNDRED * lost / total).quantize(_STEP, ROUND_HALF_UP) for value, lost in points.items()
    }
    return [(value, lost) for value, lost in rounded.items() if lost]
