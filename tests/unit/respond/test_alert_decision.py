"""An alert opens below 85 when none is open and closes with one message at 88 or above."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from orderhealth_pipeline.respond.alert_decision import decide_alert, open_since

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
EARLIER = NOON - timedelta(minutes=15)
EARLIEST = NOON - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("score", "decision"), [("84.99", "breach"), ("85.00", None), ("85.01", None), ("0.00", "breach")]
)
def test_a_breach_opens_strictly_below_85(score: str, decision: str | None) -> None:
    assert decide_alert(Decimal(score), NOON, [], EARLIER) == decision


@pytest.mark.parametrize(
    ("score", "decision"), [("87.99", None), ("88.00", "recovered"), ("100.00", "recovered"), ("60.00", None)]
)
def test_an_open_breach_closes_at_88_or_above_and_is_not_repeated(score: str, decision: str | None) -> None:
    assert decide_alert(Decimal(score), NOON, [(EARLIER, "breach")], EARLIER) == decision


@pytest.mark.parametrize(
    ("score", "decision"), [("87.99", None), ("88.00", "unconfirmed"), ("100.00", "unconfirmed")]
)
def test_a_breach_closes_unconfirmed_when_a_rule_of_its_is_blind(score: str, decision: str | None) -> None:
    alerts = [(EARLIER, "breach")]
    assert decide_alert(Decimal(score), NOON, alerts, EARLIER, has_blind_part=True) == decision


def test_the_next_fall_is_told_again_after_an_unconfirmed_end() -> None:
    closed = [(EARLIEST, "breach"), (EARLIER, "unconfirmed")]
    assert decide_alert(Decimal(70), NOON, closed, EARLIER) == "breach"
    assert decide_alert(Decimal(99), NOON, closed, EARLIER, has_blind_part=True) is None
    assert open_since(closed, NOON) is None
    assert open_since(closed, EARLIER) == EARLIEST


@pytest.mark.parametrize("kind", ["source", "reminder", "worse"])
def test_other_kinds_neither_open_nor_close(kind: str) -> None:
    assert open_since([(EARLIEST, "breach"), (EARLIER, kind)], NOON) == EARLIEST
    assert open_since([(EARLIEST, "recovered"), (EARLIER, kind)], NOON) is None


def test_a_closed_breach_may_open_again_and_only_the_newest_alert_counts() -> None:
    closed = [(EARLIER, "recovered"), (EARLIEST, "breach")]
    assert decide_alert(Decimal(70), NOON, closed, EARLIER) == "breach"
    assert decide_alert(Decimal(95), NOON, closed, EARLIER) is None


@pytest.mark.parametrize("alerts", [[], [(EARLIER, "breach")]])
def test_a_score_that_nobody_could_compute_changes_nothing(alerts: list[tuple[datetime, str]]) -> None:
    assert decide_alert(None, NOON, alerts, EARLIER) is None


def test_the_same_instant_again_gives_the_same_answer() -> None:
    assert decide_alert(Decimal(70), NOON, [(NOON, "breach")], NOON) == "breach"
    assert decide_alert(Decimal(90), NOON, [(EARLIER, "breach"), (NOON, "recovered")], NOON) == "recovered"


def test_looking_back_at_a_past_instant_alerts_nothing() -> None:
    assert decide_alert(Decimal(10), EARLIER, [], NOON) is None
    assert decide_alert(Decimal(99), EARLIER, [(EARLIEST, "breach")], NOON) is None


def test_the_first_evaluation_ever_may_open_a_breach() -> None:
    assert decide_alert(Decimal(84), NOON, [], None) == "breach"


def test_the_reserved_kind_worse_leaves_a_breach_open() -> None:
    assert decide_alert(Decimal(70), NOON, [(EARLIEST, "breach"), (EARLIER, "worse")], EARLIER) is None


def test_both_thresholds_are_configurable() -> None:
    assert decide_alert(Decimal("89.99"), NOON, [], None, open_below=90, recover_at=95) == "breach"
    alerts = [(EARLIER, "breach")]
    assert decide_alert(Decimal("94.99"), NOON, alerts, None, open_below=90, recover_at=95) is None
    assert decide_alert(Decimal(95), NOON, alerts, None, open_below=90, recover_at=95) == "recovered"


def test_a_score_that_swings_gives_one_message_per_edge() -> None:
    scores = [90, 84, 70, 86, 87, 88, 95, 84, 88]
    alerts: list[tuple[datetime, str]] = []
    decisions = []
    for step, score in enumerate(scores):
        as_of = NOON + timedelta(minutes=15 * step)
        decision = decide_alert(Decimal(score), as_of, alerts, as_of - timedelta(minutes=15))
        decisions.append(decision)
        if decision:
            alerts.append((as_of, decision))
    assert decisions == [None, "breach", None, None, None, "recovered", None, "breach", "recovered"]
