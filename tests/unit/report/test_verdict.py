"""How a score is judged: against the alert's two lines, and never better than what was checked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orderhealth_pipeline.report.model import Health, TrendPoint
from orderhealth_pipeline.report.words.verdict import Level


def health(score: float | None, *, confidence: float = 1.0, unknown_rules: int = 0) -> Health:
    return Health(
        score=score,
        confidence=confidence,
        unknown_rules=unknown_rules,
        active_orders=100,
        alert_below=85,
        recover_at=88,
        previous=TrendPoint(
            as_of=datetime(2026, 11, 10, tzinfo=UTC), score=90, confidence=1, profile="standard"
        ),
    )


@pytest.mark.parametrize(
    ("score", "level"),
    [(100, "healthy"), (88, "healthy"), (87.99, "watch"), (85, "watch"), (84.99, "breach"), (0, "breach")],
)
def test_the_two_lines_are_met_by_being_equal(score: float, level: Level) -> None:
    assert health(score).level == level


def test_a_full_score_with_unchecked_rules_is_not_healthy() -> None:
    assert health(100, confidence=0.8, unknown_rules=1).level == "unverified"


def test_an_unknown_rule_counts_even_where_its_weight_vanishes_in_the_confidence() -> None:
    assert health(100, confidence=1, unknown_rules=1).level == "unverified"


def test_a_damaged_feed_makes_a_good_score_grey_whatever_the_rules_say() -> None:
    assert health(100).model_copy(update={"damaged_feeds": 1}).level == "unverified"
    assert health(86).model_copy(update={"damaged_feeds": 1}).level == "unverified"
    assert health(60).model_copy(update={"damaged_feeds": 1}).level == "breach"


def test_a_bad_score_stays_bad_though_some_rules_are_unknown() -> None:
    assert health(60, confidence=0.8, unknown_rules=1).level == "breach"


def test_no_rule_checked_shows_no_score_at_all() -> None:
    nothing_checked = health(100, confidence=0, unknown_rules=6)
    assert nothing_checked.level == "unverified"
    assert nothing_checked.shown_score is None
    assert nothing_checked.change is None


def test_no_active_order_is_a_case_of_its_own() -> None:
    assert health(None).level == "empty"
    assert health(None).change is None


@pytest.mark.parametrize(("confidence", "level"), [(0.9, "healthy"), (0.8999, "unverified")])
def test_a_few_orders_that_say_too_little_leave_the_verdict_as_it_is(confidence: float, level: Level) -> None:
    assert health(95, confidence=confidence).level == level


@pytest.mark.parametrize(("confidence", "shown"), [(0.25, 70), (0.2499, None)])
def test_where_little_was_evaluated_no_number_is_shown(confidence: float, shown: float | None) -> None:
    assert health(70, confidence=confidence, unknown_rules=5).shown_score == shown
