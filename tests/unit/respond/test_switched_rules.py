from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from orderhealth_pipeline.respond.alert_decision import decide_alert
from orderhealth_pipeline.respond.switched_rules import Edge, PastEdges, ScoreLines, decide_edge

START = datetime(2026, 11, 10, 12, tzinfo=UTC)
LINES = ScoreLines()

Step = tuple[str, str | None]


def told(*steps: Step | str) -> list[str | None]:
    """Go through scores, each with what the earlier rules would give where the rules change; what is told."""
    edges: list[tuple[datetime, Edge, Decimal]] = []
    heard: list[str | None] = []
    for number, step in enumerate(steps):
        score, earlier = (step, None) if isinstance(step, str) else step
        at = START + timedelta(minutes=5 * number)
        past = PastEdges(
            [(when, edge.kind) for when, edge, _ in edges if edge.is_told],
            [(when, edge.kind, points) for when, edge, points in edges if not edge.is_told],
        )
        edge = decide_edge(
            Decimal(score),
            at,
            past,
            at,
            LINES,
            by_earlier_rules=None if earlier is None else Decimal(earlier),
        )
        if edge is not None:
            edges.append((at, edge, Decimal(score)))
        heard.append(edge.kind if edge is not None and edge.is_told else None)
    return heard


def test_a_breach_that_stricter_rules_alone_make_is_not_told_then_or_later() -> None:
    assert told("92", ("83", "91"), "83", "82.5", "84.9") == [None] * 5


def test_a_breach_that_the_earlier_rules_see_as_well_is_told() -> None:
    assert told("92", ("80", "84.99")) == [None, "breach"]


def test_a_breach_not_told_is_told_when_it_gets_three_points_worse_under_the_same_rules() -> None:
    assert told("92", ("83", "91"), "80.01", "80", "79", "88") == [
        *(None, None, None, "breach"),
        *(None, "recovered"),
    ]


def test_its_end_is_not_told_either_and_the_next_breach_is() -> None:
    assert told("92", ("83", "91"), "88", "84") == [None, None, None, "breach"]


def test_looser_rules_alone_do_not_end_a_breach_that_was_told() -> None:
    assert told("84", ("95", "84"), "95", "84") == ["breach", None, None, "breach"]


def test_what_looser_rules_hid_is_told_as_over_when_the_next_rules_find_it_so() -> None:
    assert told("84", ("95", "84"), "95", ("90", "96"), "91") == ["breach", None, None, "recovered", None]


def test_the_same_breach_is_not_told_again_when_looser_rules_end() -> None:
    assert told("84", ("95", "84"), ("83", "95"), "83") == ["breach", None, None, None]


def test_a_breach_that_earlier_rules_cannot_judge_is_told() -> None:
    edge = decide_edge(Decimal(80), START, PastEdges(), None, LINES, by_earlier_rules=None)
    assert edge == Edge("breach", is_told=True)


@given(st.lists(st.integers(70, 100).map(Decimal), max_size=8))
def test_without_a_change_of_rules_what_is_told_is_what_the_score_calls_for(scores: list[Decimal]) -> None:
    alerts: list[tuple[datetime, str]] = []
    for number, score in enumerate(scores):
        at = START + timedelta(minutes=number)
        kind = decide_alert(score, at, alerts, at)
        edge = decide_edge(score, at, PastEdges(alerts), at, LINES)
        assert (edge and edge.kind) == kind
        assert edge is None or edge.is_told
        if kind is not None:
            alerts.append((at, kind))


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(70, 100), st.none() | st.integers(70, 100)), max_size=10))
def test_an_end_is_told_only_of_a_breach_that_was_told(drawn: list[tuple[int, int | None]]) -> None:
    steps = [(str(score), None if earlier is None else str(earlier)) for score, earlier in drawn]
    kinds = [kind for kind in told(*steps) if kind]
    ends = [number for number, kind in enumerate(kinds) if kind == "recovered"]
    assert all(number > 0 and kinds[number - 1] == "breach" for number in ends), kinds
