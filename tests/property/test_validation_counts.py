"""Both evaluators count the same for any column, also at the very edge of a threshold."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.threshold import Threshold
from orderhealth_pipeline.validation import ConditionCheck, ShareCheck, require_agreement, validate
from orderhealth_pipeline.validation.condition_sql import condition_sql
from orderhealth_pipeline.words import NumberOperator

OPERATORS: Final[dict[NumberOperator, Any]] = {
    "more_than": pl.Expr.gt,
    "at_least": pl.Expr.ge,
    "below": pl.Expr.lt,
    "at_most": pl.Expr.le,
}
SCHEMA: Final = pl.Schema(
    {
        "is_active": pl.Boolean(),
        "orders": pl.Int64(),
        "price_ratio": pl.Decimal(18, 6),
        "amount": pl.Decimal(18, 4),
        "minutes": pl.Float64(),
        "complete": pl.Boolean(),
    }
)

thresholds = st.one_of(
    st.sampled_from([Decimal("0.70"), Decimal(15), Decimal(0), Decimal("0.9"), Decimal(1), Decimal("0.1")]),
    st.decimals(min_value=-1000, max_value=1000, places=6),
    st.integers(-(2**53), 2**53).map(Decimal),
).filter(lambda threshold: Decimal(repr(float(threshold))) == threshold)


def whole_numbers(threshold: Decimal) -> st.SearchStrategy[int]:
    floor = int(threshold.to_integral_value(ROUND_FLOOR))
    return st.sampled_from([floor - 1, floor, floor + 1]) | st.integers(-(2**63), 2**63 - 1)


def decimals(threshold: Decimal, places: int) -> st.SearchStrategy[Decimal]:
    """Return numbers that fit DECIMAL(18, places): the threshold, its neighbours, and any."""
    step = Decimal(1).scaleb(-places)
    largest = Decimal(10) ** (18 - places) - step
    nearest = threshold.quantize(step)
    neighbours = [n for n in (nearest - step, nearest, nearest + step) if abs(n) <= largest]
    anything = st.decimals(min_value=-largest, max_value=largest, places=places)
    return st.sampled_from(neighbours) | anything if neighbours else anything


def floats(threshold: Decimal) -> st.SearchStrategy[float]:
    nearest = float(threshold)
    edge = [math.nextafter(nearest, -math.inf), nearest, math.nextafter(nearest, math.inf)]
    return st.sampled_from(edge) | st.floats(allow_nan=False)


@st.composite
def order_facts(draw: st.DrawFn) -> tuple[Decimal, pl.DataFrame]:
    threshold = draw(thresholds)
    row = st.tuples(
        st.sampled_from([True, True, True, False, None]),
        st.none() | whole_numbers(threshold),
        st.none() | decimals(threshold, 6),
        st.none() | decimals(threshold, 4),
        st.none() | floats(threshold),
        st.none() | st.booleans(),
    )
    return threshold, pl.DataFrame(draw(st.lists(row, max_size=12)), schema=SCHEMA, orient="row")


def at_the_edge(threshold: str, row: tuple[Any, ...]) -> tuple[Decimal, pl.DataFrame]:
    return Decimal(threshold), pl.DataFrame([row], schema=SCHEMA, orient="row")


def check_of(column: str, operator: NumberOperator, threshold: Decimal) -> ConditionCheck:
    """Of any figure, also of those that no rule may have."""
    any_figure = Threshold.model_construct(default=threshold, places=())
    leaf = Comparison.model_validate({"feature": column, operator: 0}).model_copy(
        update={operator: any_figure}
    )
    return ConditionCheck(column, condition_sql(leaf, lambda _: column), (column,), "low")


def count_in_polars(order_fact: pl.DataFrame, column: str, operator: NumberOperator, figure: Decimal) -> int:
    value = pl.col(column)
    number = value.cast(pl.Int8) if order_fact.schema[column] == pl.Boolean else value
    hit = OPERATORS[operator](number, pl.lit(figure))
    return order_fact.filter(pl.col("is_active") & hit).height


@pytest.mark.parametrize("operator", OPERATORS)
@settings(max_examples=20)
@given(threshold_and_orders=order_facts())
@example(
    threshold_and_orders=at_the_edge("0.70", (True, 0, Decimal("0.700000"), Decimal("0.7000"), 0.7, True))
)
@example(
    threshold_and_orders=at_the_edge("9007199254740992", (True, 2**53 + 1, None, None, float(2**53), False))
)
@example(
    threshold_and_orders=at_the_edge(
        "12345678901234.56", (True, 1, None, Decimal("12345678901234.5601"), 1.0, None)
    )
)
@example(threshold_and_orders=at_the_edge("15", (False, 16, Decimal(16), Decimal(16), 16.0, True)))
@example(threshold_and_orders=(Decimal(5), pl.DataFrame(schema=SCHEMA)))
def test_both_evaluators_count_the_same_orders(
    operator: NumberOperator, threshold_and_orders: tuple[Decimal, pl.DataFrame]
) -> None:
    threshold, order_fact = threshold_and_orders
    columns = order_fact.columns[1:]
    checks = [check_of(column, operator, threshold) for column in columns]

    results = validate((order_fact, checks))

    counts = {column: count_in_polars(order_fact, column, operator, threshold) for column in columns}
    require_agreement(results, counts)
    for result in results:
        assert result.hit == (not result.success) == (result.unexpected_count > 0)


@settings(max_examples=40)
@given(
    orders=st.lists(st.tuples(st.booleans(), st.none() | st.booleans()), max_size=40),
    copies=st.integers(1, 50),
    shares=st.lists(st.integers(1, 100).map(lambda percent: Decimal(percent) / 100), min_size=1, max_size=5),
    orders_at_least=st.integers(1, 30),
)
@example(orders=[(True, True)] * 9 + [(True, False)], copies=2, shares=[Decimal("0.9")], orders_at_least=20)
@example(orders=[], copies=1, shares=[Decimal("0.9")], orders_at_least=1)
def test_a_share_is_hit_exactly_when_it_is_smaller_than_allowed(
    orders: list[tuple[bool, bool | None]], copies: int, shares: list[Decimal], orders_at_least: int
) -> None:
    order_fact = pl.DataFrame(
        orders * copies, schema={"is_active": pl.Boolean, "picked_up": pl.Boolean}, orient="row"
    )
    checks = [
        ShareCheck(f"share_{number}", "picked_up", share, orders_at_least, "critical")
        for number, share in enumerate(shares)
    ]

    results = validate((order_fact, checks))

    concerned = [value for active, value in orders * copies if active and value is not None]
    true = sum(concerned)
    for check, result in zip(checks, results, strict=True):
        assert result.unexpected_count == len(concerned) - true
        assert result.hit == (
            len(concerned) >= orders_at_least and Fraction(true, len(concerned)) < Fraction(check.share_below)
        )
