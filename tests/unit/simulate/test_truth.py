"""What the simulator says is true, held against a slow reading of the feeds, rule by rule."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from orderhealth_pipeline.simulate import Simulation, simulate
from orderhealth_pipeline.simulate.situations import SITUATIONS
from tests.unit.simulate.shop_records import Shop, newest_instant
from tests.unit.simulate.slow_oracle import WEIGHTS, judge, score

Cells = set[tuple[str | None, str]]


def truth(simulation: Simulation, verdict: str) -> Cells:
    rows = simulation.truth.filter(pl.col("verdict") == verdict).select("order_id", "rule_id").iter_rows()
    return {(order_id, rule_id) for order_id, rule_id in rows}


def open_findings(shop: Shop) -> Cells:
    return {cell for cell, explanation in judge(shop).items() if explanation is None}


@pytest.mark.parametrize("scenario", ["calm", "promo_eve"])
@pytest.mark.parametrize(("orders", "seed"), [(300, 1), (600, 2), (1500, 3)])
def test_the_open_findings_are_exactly_the_anomalies(scenario: str, orders: int, seed: int) -> None:
    simulation = simulate(scenario, orders, seed)
    assert open_findings(Shop(simulation.feeds, simulation.as_of)) == truth(simulation, "anomaly")


@pytest.mark.parametrize("scenario", ["calm", "promo_eve"])
def test_at_the_newest_instant_of_the_feeds_the_same_is_true(scenario: str) -> None:
    simulation = simulate(scenario, 600, 4)
    newest = newest_instant(simulation.feeds)
    assert newest < simulation.as_of
    assert open_findings(Shop(simulation.feeds, newest)) == truth(simulation, "anomaly")


@pytest.mark.parametrize("scenario", ["calm", "promo_eve"])
def test_an_order_has_one_verdict_per_rule(scenario: str) -> None:
    cells = simulate(scenario, 3000, 5).truth.select("order_id", "rule_id")
    assert not cells.is_duplicated().any()


@pytest.mark.parametrize("scenario", ["calm", "promo_eve"])
@pytest.mark.parametrize("orders", [300, 20_000])
def test_look_alikes_are_at_least_as_many_as_anomalies_of_every_rule(scenario: str, orders: int) -> None:
    rules = simulate(scenario, orders, 6).truth.filter(pl.col("rule_id") != "pickup_gap")
    counted = Counter(rules.select("rule_id", "verdict").iter_rows())
    for rule_id in WEIGHTS.keys() - {"pickup_gap"}:
        assert counted[rule_id, "benign"] >= counted[rule_id, "anomaly"] > 0, rule_id


@pytest.mark.parametrize(("scenario", "verdict"), [("calm", "benign"), ("promo_eve", "anomaly")])
def test_only_a_promotion_makes_the_carriers_fall_behind(scenario: str, verdict: str) -> None:
    system = simulate(scenario, 600, 7).truth.filter(pl.col("rule_id") == "pickup_gap")
    assert system.select("order_id", "verdict").rows() == [(None, verdict)]


def test_every_situation_is_noted_as_a_cause() -> None:
    causes = set(simulate("calm", 300, 8).truth.get_column("cause"))
    assert causes == SITUATIONS.keys() | {"carriers_keep_up"}


@pytest.mark.parametrize("kind", ["payment_timeout_reorder", "genuine_basket", "address_changed", "on_hold"])
def test_every_explanation_occurs(kind: str) -> None:
    simulation = simulate("calm", 600, 9)
    findings = judge(Shop(simulation.feeds, simulation.as_of))
    explained = {cell for cell, explanation in findings.items() if explanation == kind}
    assert explained
    assert explained <= truth(simulation, "benign")


@pytest.mark.parametrize(("scenario", "lowest", "highest"), [("calm", 96.5, 99.5), ("promo_eve", 70, 82)])
def test_a_calm_day_scores_high_and_a_promotion_low(scenario: str, lowest: float, highest: float) -> None:
    simulation = simulate(scenario, 3000, 10)
    shop = Shop(simulation.feeds, simulation.as_of)
    assert lowest < score(shop, judge(shop)) < highest
