"""What the lost points were lost to: known examples and the order of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from orderhealth_pipeline.score.attribution import attribute_loss
from orderhealth_pipeline.score.health import health_score
from orderhealth_pipeline.score.risk import order_risk
from tests.unit.score.scenes import WEIGHTS, evaluated, findings, orders


def attributed(
    fact: pl.DataFrame,
    found: pl.DataFrame,
    system_hits: Sequence[str] = (),
    weights: Mapping[str, Decimal] = WEIGHTS,
) -> list[tuple[str, str, Decimal]]:
    risk = order_risk(fact, found, weights)
    health = health_score(risk, weights, system_hits=system_hits, evaluated=evaluated(risk, weights))
    return attribute_loss(risk, weights, health, system_hits=system_hits).rows()


def test_a_perfect_score_has_lost_nothing() -> None:
    assert attributed(orders(("A", 1)), findings()) == []


def test_orders_worth_nothing_have_lost_nothing_where_value_counts() -> None:
    risk = order_risk(orders(("A", 0), ("B", 100)), findings(("A", "half")), WEIGHTS)
    health = health_score(risk, WEIGHTS, system_hits=[], evaluated=evaluated(risk), weighted_by_value=True)

    attribution = attribute_loss(risk, WEIGHTS, health, system_hits=[], weighted_by_value=True)

    assert (health.score, attribution.rows()) == (Decimal(100), [])


def test_equal_weights_share_an_order_equally() -> None:
    weights = {"one": Decimal("0.5"), "two": Decimal("0.5")}

    rows = attributed(orders(("A", 1), shop="S"), findings(("A", "one"), ("A", "two")), weights=weights)

    assert rows[:2] == [("rule", "one", Decimal("37.5")), ("rule", "two", Decimal("37.5"))]


def test_the_whole_system_loses_of_what_the_orders_left() -> None:
    rows = attributed(orders(("A", 1)), findings(("A", "half")), system_hits=["tenth"])

    assert rows == [
        ("rule", "half", Decimal(50)),
        ("rule", "tenth", Decimal(5)),
        ("shop", "unknown", Decimal(50)),
        ("warehouse", "unknown", Decimal(50)),
        ("carrier", "unknown", Decimal(50)),
    ]


def test_largest_losses_come_first_and_equal_ones_by_name() -> None:
    fact = pl.concat([orders((name, 1), shop=name) for name in ("C", "A", "B")])

    rows = attributed(fact, findings(("A", "tenth"), ("B", "half"), ("C", "tenth")))

    assert [value for dimension, value, _ in rows if dimension == "shop"] == ["B", "A", "C"]


def test_points_too_small_for_the_rounded_score_are_not_made_up() -> None:
    tiny = {"one": Decimal("0.00002"), "two": Decimal("0.00001")}

    rows = attributed(orders(("A", 1)), findings(("A", "one"), ("A", "two")), weights=tiny)

    assert [points for dimension, _, points in rows if dimension == "rule"] == [0, 0]
