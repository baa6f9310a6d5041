"""A condition as one Polars expression over the columns of order_fact.

What belongs here: exact, two-valued comparison. What does not: computing what is compared (orders/), and what
a hit means (rules/evaluate.py).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import reduce
from math import inf
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.rules.language.condition import Comparison, Group
from orderhealth_pipeline.rules.language.threshold import Threshold
from orderhealth_pipeline.words import NumberOperator, fold

ColumnOf = Callable[[Comparison], str]
"""The column of order_fact that a comparison looks at."""

_COMPARE: Final[dict[NumberOperator, Callable[[Any, Any], pl.Expr]]] = {
    "more_than": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}


def holds(condition: Comparison | Group, column_of: ColumnOf, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Say per order whether the condition holds; never null.

    `schema` has the types of the columns. A Decimal is compared as Decimal; floats and integers as floats,
    which hold every count and every elapsed time of this pipeline exactly enough. Texts are folded already
    (`words.fold`), as features give them.
    """
    if isinstance(condition, Group):
        members = [holds(member, column_of, schema) for member in condition.members]
        if condition.join == "all":
            return reduce(operator.and_, members)
        joined = reduce(operator.or_, members)
        return joined if condition.join == "any" else ~joined
    return _comparison_holds(condition, column_of(condition), schema)


def holding_range(leaf: Comparison) -> tuple[float, float]:
    """Return the lowest and the highest number with which a comparison may hold, whatever the place."""
    numbers = [float(number) for number in leaf.threshold.numbers]
    is_upper_limit = leaf.number_operator in {"below", "at_most"}
    return (-inf, max(numbers)) if is_upper_limit else (min(numbers), inf)


def threshold_of(threshold: Threshold, kind: pl.DataType) -> pl.Expr:
    """Return the figure that counts for an order, by its place, as the type it is compared as."""
    figure = _literal(threshold.default, kind)
    for place, name, number in reversed(tuple(threshold.by_place())):
        is_there = (pl.col(place) == name).fill_null(value=False)
        figure = pl.when(is_there).then(_literal(number, kind)).otherwise(figure)
    return figure


def _comparison_holds(leaf: Comparison, column: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    value = pl.col(column)
    if leaf.is_missing is not None:
        return value.is_null() if leaf.is_missing else value.is_not_null()
    if leaf.is_ is not None:
        return (value if leaf.is_ else ~value).fill_null(value=False)
    if leaf.number_operator is not None:
        kind = schema[column]
        return _COMPARE[leaf.number_operator](value, threshold_of(leaf.threshold, kind)).fill_null(
            value=False
        )
    words = [fold(word) for word in leaf.words]
    if leaf.text_operator == "contains_any":
        return value.str.contains_any(words).fill_null(value=False)
    is_among = value.is_in(words)
    return (is_among if leaf.text_operator == "is_one_of" else ~is_among).fill_null(value=False)


def _literal(number: Decimal, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Decimal):
        return pl.lit(number, pl.Decimal(18, 6))
    return pl.lit(float(number), pl.Float64)
