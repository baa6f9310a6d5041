"""The score of all active orders: known examples, its edges, and how sure it is."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from orderhealth_pipeline.score.attribution import attribute_loss
from orderhealth_pipeline.score.health import health_score
from orderhealth_pipeline.score.risk import order_risk
from tests.unit.score.scenes import WEIGHTS, evaluated, findings, orders


def test_two_rules_take_from_an_order_as_if_they_were_independent() -> None:
    risk = order_risk(orders(("A", 1)), findings(("A", "half"), ("A", "tenth")), WEIGHTS)

    assert risk["p"].to_list() == [0.55]


def test_explained_and_system_level_findings_are_no_risk_of_an_order() -> None:
    explained = findings(("A", "half"), state="explained")
    risk = order_risk(orders(("A", 1)), pl.concat([explained, findings((None, "tenth"))]), WEIGHTS)

    assert risk["p"].to_list() == [0]


def test_closed_orders_do_not_count() -> None:
    both = pl.concat([orders(("A", 1)), orders(("B", 1), is_active=False)])

    assert order_risk(both, findings(("A", "half")), WEIGHTS)["order_id"].to_list() == ["A"]


def test_the_score_is_what_is_left_of_a_hundred_on_average() -> None:
    risk = order_risk(orders(("A", 1), ("B", 1), ("C", 1), ("D", 1)), findings(("A", "half")), WEIGHTS)

    assert health_score(risk, WEIGHTS, system_hits=[], evaluated=evaluated(risk)).score == Decimal("87.50")
    assert health_score(risk, WEIGHTS, system_hits=["tenth"], evaluated=evaluated(risk)).score == Decimal(
        "78.75"
    )


def test_half_a_hundredth_is_rounded_up_even_where_a_share_has_no_end() -> None:
    # 100 × (1 − 2 ÷ 3 × 0.3) × 0.9998125 is 79.985; two thirds, rounded too early, would make it less.
    weights = {"order": Decimal("0.3"), "system": Decimal("0.0001875")}
    risk = order_risk(orders(("A", 1), ("B", 1), ("C", 1)), findings(("A", "order"), ("B", "order")), weights)

    assert health_score(
        risk, weights, system_hits=["system"], evaluated=evaluated(risk, weights)
    ).score == Decimal("79.99")


def test_without_an_active_order_there_is_no_score_and_nothing_to_attribute() -> None:
    risk = order_risk(orders(), findings(), WEIGHTS)

    health = health_score(risk, WEIGHTS, system_hits=["tenth"], evaluated=evaluated(risk))

    assert (health.score, health.active_orders) == (None, 0)
    assert attribute_loss(risk, WEIGHTS, health, system_hits=["tenth"]).height == 0


def test_weighted_by_value_a_large_order_counts_for_more() -> None:
    risk = order_risk(orders(("A", 900), ("B", 100)), findings(("A", "half")), WEIGHTS)

    health = health_score(risk, WEIGHTS, system_hits=[], evaluated=evaluated(risk), weighted_by_value=True)

    assert health.score == Decimal("55.00")


@pytest.mark.parametrize("amount", [0, -5])
def test_weighted_by_value_orders_worth_nothing_count_once_each(amount: int) -> None:
    risk = order_risk(orders(("A", amount), ("B", amount)), findings(("A", "half")), WEIGHTS)

    health = health_score(risk, WEIGHTS, system_hits=[], evaluated=evaluated(risk), weighted_by_value=True)

    assert health.score == Decimal("75.00")


def test_weighted_by_value_a_negative_amount_gives_no_credit() -> None:
    risk = order_risk(orders(("A", 100), ("B", -50)), findings(("A", "half")), WEIGHTS)

    health = health_score(risk, WEIGHTS, system_hits=[], evaluated=evaluated(risk), weighted_by_value=True)

    assert health.score == Decimal("50.00")


def test_confidence_is_the_weight_of_what_was_evaluated() -> None:
    risk = order_risk(orders(("A", 1)), findings(), WEIGHTS)

    def confidence(*unknown: str) -> Decimal:
        judged = evaluated(risk) | dict.fromkeys(unknown, 0)
        return health_score(risk, WEIGHTS, system_hits=[], evaluated=judged).confidence

    assert confidence() == 1
    assert confidence("half") == Decimal("0.3750")
    assert confidence(*WEIGHTS) == 0


def test_a_rule_counts_for_the_confidence_by_the_share_of_orders_that_it_could_judge() -> None:
    risk = order_risk(orders(("A", 1), ("B", 1), ("C", 1), ("D", 1)), findings(), WEIGHTS)

    judged = evaluated(risk) | {"half": 3}

    total = sum(WEIGHTS.values())
    expected = (total - WEIGHTS["half"] / 4) / total
    health = health_score(risk, WEIGHTS, system_hits=[], evaluated=judged)
    assert health.confidence == round(expected, 4)
    assert health.score == 100


def test_the_confidence_is_never_whole_while_an_order_was_not_judged() -> None:
    many = order_risk(orders(*((f"O{n}", 1) for n in range(30_000))), findings(), WEIGHTS)

    judged = evaluated(many) | {"tenth": 29_999}

    health = health_score(many, WEIGHTS, system_hits=[], evaluated=judged)
    assert health.confidence == Decimal("0.9999")


def test_where_no_rule_judged_any_order_there_is_no_score() -> None:
    risk = order_risk(orders(("A", 1)), findings(), WEIGHTS)

    health = health_score(risk, WEIGHTS, system_hits=[], evaluated=dict.fromkeys(WEIGHTS, 0))

    assert (health.score, health.confidence) == (None, Decimal(0))
    assert attribute_loss(risk, WEIGHTS, health, system_hits=[]).height == 0
