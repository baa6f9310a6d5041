"""The score and its attribution are exact for any rules, weights and orders: compared with fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor, log1p, prod
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.frames import FINDINGS_SCHEMA
from orderhealth_pipeline.score.attribution import attribute_loss
from orderhealth_pipeline.score.health import HealthScore, health_score
from orderhealth_pipeline.score.risk import order_risk

FACT = pl.Schema(
    {
        "order_id": pl.String(),
        "shop": pl.String(),
        "warehouse": pl.String(),
        "carrier": pl.String(),
        "amount": pl.Decimal(18, 4),
        "currency": pl.String(),
        "is_active": pl.Boolean(),
    }
)
RULES = tuple(f"rule_{letter}" for letter in "abcdefgh")


@dataclass(frozen=True)
class Scene:
    """Orders (shop, amount, rules that hit them), weights, and the rules that hit the whole system."""

    orders: list[tuple[str | None, Decimal, frozenset[str]]]
    weights: Mapping[str, Decimal]
    system_hits: frozenset[str]

    @property
    def fact(self) -> pl.DataFrame:
        rows = [
            (f"O{n}", shop, None, "SF", amount, "CNY", True)
            for n, (shop, amount, _) in enumerate(self.orders)
        ]
        return pl.DataFrame(
            [*rows, ("CLOSED", "X", None, None, Decimal(9), "CNY", False)], schema=FACT, orient="row"
        )

    @property
    def findings(self) -> pl.DataFrame:
        hits = [(f"O{n}", rule) for n, (_, _, rules) in enumerate(self.orders) for rule in sorted(rules)]
        columns = {"order_id": [order for order, _ in hits], "rule_id": [rule for _, rule in hits]}
        return (
            pl.DataFrame(columns, schema_overrides={"order_id": pl.String, "rule_id": pl.String})
            .select(
                "order_id",
                "rule_id",
                *(pl.lit("x").alias(name) for name in ("stage", "severity")),
                state=pl.lit("open"),
                explained_by=pl.lit(None, pl.String),
                evidence=pl.lit("{}"),
            )
            .cast(FINDINGS_SCHEMA)
        )

    def loss(self, rules: frozenset[str]) -> Fraction:
        return 1 - prod((1 - Fraction(self.weights[rule]) for rule in rules), start=Fraction(1))


weights = st.decimals(Decimal("0.000001"), Decimal("0.999999"), places=6) | st.sampled_from(
    (Decimal("0.5"), Decimal("0.1"), Decimal("0.25"))
)
rule_sets = st.frozensets(st.sampled_from(RULES), max_size=6)
scenes = st.builds(
    Scene,
    st.lists(
        st.tuples(st.sampled_from((None, "A", "B")), st.decimals(0, 10**6, places=4), rule_sets),
        min_size=1,
        max_size=8,
    ),
    st.tuples(*[weights] * len(RULES)).map(lambda given: dict(zip(RULES, given, strict=True))),
    st.frozensets(st.sampled_from(RULES), max_size=2),
)


def importance(scene: Scene, *, by_value: bool) -> list[Fraction]:
    """The share of every order in the score."""
    amounts = [Fraction(amount) for _, amount, _ in scene.orders]
    total = sum(amounts, Fraction(0))
    if not by_value or total == 0:
        return [Fraction(1, len(amounts))] * len(amounts)
    return [amount / total for amount in amounts]


def half_up(value: Fraction) -> Decimal:
    return Decimal(floor(value * 100 + Fraction(1, 2))) / 100


@given(scenes, st.booleans())
def test_the_score_is_the_formula_rounded_half_up_once(scene: Scene, by_value: bool) -> None:
    shares = importance(scene, by_value=by_value)
    mean = sum(
        (share * scene.loss(rules) for share, (_, _, rules) in zip(shares, scene.orders, strict=True)),
        Fraction(0),
    )
    factor = prod((1 - Fraction(scene.weights[rule]) for rule in scene.system_hits), start=Fraction(1))

    risk = order_risk(scene.fact, scene.findings, scene.weights)
    health = health_score(
        risk,
        scene.weights,
        system_hits=scene.system_hits,
        evaluated=dict.fromkeys(scene.weights, risk.height),
        weighted_by_value=by_value,
    )

    assert health.score == half_up(100 * (1 - mean) * factor)
    assert health.active_orders == len(scene.orders)
    assert dict(risk.select("order_id", "p").rows()) == {
        f"O{n}": float(scene.loss(rules)) for n, (_, _, rules) in enumerate(scene.orders)
    }


@given(scenes, st.booleans())
def test_the_points_of_the_rules_add_up_to_what_is_lost(scene: Scene, by_value: bool) -> None:
    risk = order_risk(scene.fact, scene.findings, scene.weights)
    health = health_score(
        risk,
        scene.weights,
        system_hits=scene.system_hits,
        evaluated=dict.fromkeys(scene.weights, risk.height),
        weighted_by_value=by_value,
    )
    attribution = attribute_loss(
        risk, scene.weights, health, system_hits=scene.system_hits, weighted_by_value=by_value
    )
    points = dict(attribution.filter(dimension="rule").select("value", "points").rows())

    assert health.score is not None
    assert sum(points.values(), Decimal(0)) == 100 - health.score
    assert all(value >= 0 for value in points.values())
    assert {rule: float(value) for rule, value in points.items()} == pytest.approx(
        expected_points(scene, by_value=by_value), abs=0.01
    )


def expected_points(scene: Scene, *, by_value: bool) -> dict[str, float]:
    """An order's loss is shared among its rules in proportion to −ln(1 − w); the system's likewise."""
    points: dict[str, float] = {}

    def share_out(loss: float, rules: frozenset[str]) -> None:
        strengths = {rule: -log1p(-float(scene.weights[rule])) for rule in rules}
        for rule, strength in strengths.items():
            points[rule] = points.get(rule, 0.0) + loss * strength / sum(strengths.values())

    kept = 0.0
    for share, (_, _, rules) in zip(importance(scene, by_value=by_value), scene.orders, strict=True):
        share_out(100 * float(share * scene.loss(rules)), rules)
        kept += float(share * (1 - scene.loss(rules)))
    share_out(100 * kept * float(scene.loss(scene.system_hits)), scene.system_hits)
    return points


@given(scenes, st.booleans())
def test_the_points_of_the_shops_are_the_losses_of_their_orders(scene: Scene, by_value: bool) -> None:
    expected: dict[str, float] = {}
    for share, (shop, _, rules) in zip(importance(scene, by_value=by_value), scene.orders, strict=True):
        lost = 100 * float(share * scene.loss(rules))
        expected[shop or "unknown"] = expected.get(shop or "unknown", 0.0) + lost

    risk = order_risk(scene.fact, scene.findings, scene.weights)
    health = health_score(
        risk,
        scene.weights,
        system_hits=scene.system_hits,
        evaluated=dict.fromkeys(scene.weights, risk.height),
        weighted_by_value=by_value,
    )
    attribution = attribute_loss(
        risk, scene.weights, health, system_hits=scene.system_hits, weighted_by_value=by_value
    )

    points = dict(attribution.filter(dimension="shop").select("value", "points").rows())
    assert all(
        float(points.get(shop, 0)) == pytest.approx(lost, abs=0.0001) for shop, lost in expected.items()
    )
    assert set(points) <= set(expected)


@given(scenes, st.integers(0, 2**32))
def test_the_order_of_the_rows_does_not_matter(scene: Scene, seed: int) -> None:
    def results(fact: pl.DataFrame, findings: pl.DataFrame) -> tuple[HealthScore, list[tuple[Any, ...]]]:
        risk = order_risk(fact, findings, scene.weights)
        health = health_score(
            risk,
            scene.weights,
            system_hits=sorted(scene.system_hits),
            evaluated=dict.fromkeys(scene.weights, risk.height),
        )
        return health, attribute_loss(risk, scene.weights, health, system_hits=scene.system_hits).rows()

    shuffled = scene.findings.sample(fraction=1, shuffle=True, seed=seed)
    assert results(scene.fact.reverse(), shuffled) == results(scene.fact, scene.findings)
