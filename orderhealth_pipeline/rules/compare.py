"""A rule's comparison as one Polars expression over a column of order_fact.

What belongs here: exact comparison of a feature with a threshold. What does not: features, and what a hit
means.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from math import inf
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.rules.model import Operator, OrderCondition

_COMPARISONS: Final[dict[Operator, Callable[[Any, Any], pl.Expr]]] = {
    "more_than": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}


def hits(condition: OrderCondition, column: str, kind: pl.DataType) -> pl.Expr:
    """Say per order whether its feature hits; null is no hit.

    `kind` is the column's type. A Decimal is compared as Decimal; floats and integers as floats, which hold
    every count and every elapsed time of this pipeline exactly enough (they are compared with thresholds of
    few digits).
    """
    comparison = _COMPARISONS[condition.operator](pl.col(column), _literal(condition.threshold, kind))
    return comparison.fill_null(value=False)


def hit_range(condition: OrderCondition) -> tuple[float, float]:
    """Give the lowest and the highest value that may hit, as floats."""
    threshold = float(condition.threshold)
    is_upper_limit = condition.operator in {"below", "at_most"}
    return (-inf, threshold) if is_upper_limit else (threshold, inf)


def _literal(threshold: Decimal, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Decimal):
        return pl.lit(threshold, pl.Decimal(18, 6))
    return pl.lit(float(threshold), pl.Float64)
