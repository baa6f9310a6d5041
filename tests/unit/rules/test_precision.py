from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from orderhealth_pipeline.rules.precision import (
    Precision,
    newest_verdicts,
    precision_of_rules,
    proposed_figure,
)
from orderhealth_pipeline.said import Said, SaidKind, said_frame

AT = datetime(2026, 11, 10, 2, tzinfo=UTC)


def verdict(kind: SaidKind, order: str, entry: int, hours: int = 0) -> Said:
    at = AT + timedelta(hours=hours)
    return Said(kind, "Wang", "x", at, "order", order, "low_price", entry=entry)


def test_the_interval_is_that_of_wilson() -> None:
    precision = Precision(8, 2)
    assert (precision.share, precision.verdicts) == (0.8, 10)
    assert precision.low == pytest.approx(0.4902, abs=1e-4)
    assert precision.high == pytest.approx(0.9433, abs=1e-4)


@pytest.mark.parametrize(
    ("confirmed", "false_alarms", "is_noisy"), [(17, 13, True), (18, 12, False), (0, 29, False)]
)
def test_a_rule_is_noisy_under_60_percent_from_30_verdicts_on(
    confirmed: int, false_alarms: int, is_noisy: bool
) -> None:
    assert Precision(confirmed, false_alarms).is_noisy is is_noisy


def test_the_newest_verdict_on_a_finding_counts_at_an_instant() -> None:
    said = said_frame(
        [
            verdict("false_alarm", "A", 1),
            verdict("confirmed", "A", 2, hours=1),
            verdict("confirmed", "B", 3),
            Said("undone", "Wang", "x", AT + timedelta(hours=2), "entry", "3", entry=4),
        ]
    )
    counted = [precision_of_rules(newest_verdicts(said, AT + timedelta(hours=hours))) for hours in (0, 1, 2)]
    assert counted == [
        {"low_price": Precision(1, 1)},
        {"low_price": Precision(2, 0)},
        {"low_price": Precision(1, 0)},
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_planted_figure_is_found_within_one_step(seed: int) -> None:
    chance = random.Random(seed)
    planted = chance.randint(20, 200)
    right = [planted + 1, *(planted + chance.randint(1, 100) for _ in range(20))]
    wrong = [planted, *(chance.randint(5, planted) for _ in range(40))]
    found = proposed_figure(right, wrong, "more_than")
    assert found is not None
    assert abs(found[0] - planted) <= 1
    assert found[1] == len(wrong)
    mirrored = proposed_figure([-each for each in right], [-each for each in wrong], "below")
    assert mirrored == (-found[0], found[1])


@pytest.mark.parametrize(
    ("operator", "figure"), [("more_than", 4.0), ("at_least", 5.0), ("below", None), ("is_one_of", None)]
)
def test_every_confirmed_finding_is_kept(operator: str, figure: float | None) -> None:
    found = proposed_figure([5, 9], [3, 4, 7], operator)
    assert (found and found[0]) == figure


def test_where_nothing_was_confirmed_nothing_is_proposed() -> None:
    assert proposed_figure([], [1, 2], "more_than") is None
