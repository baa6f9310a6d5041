"""What the alert policy looks at, of what a run found.

What belongs here: scores with their edges, open cases, sources in trouble. What does not: deciding
(respond/policy/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.pipeline.alerting.places import place_assessment
from orderhealth_pipeline.pipeline.earlier_rules import EarlierRules
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.alert_decision import decide_alert, open_since
from orderhealth_pipeline.respond.decision_log import watched_since
from orderhealth_pipeline.respond.edges import past_edges
from orderhealth_pipeline.respond.outbox import earlier_alerts, rules_with_a_part
from orderhealth_pipeline.respond.policy.facts import (
    CASE_FACTS,
    SCORE,
    Facts,
    ScoreFact,
    SourceFact,
    cases_by_id,
)
from orderhealth_pipeline.respond.switched_rules import Edge, ScoreLines, decide_edge
from orderhealth_pipeline.words import Severity, Stage

_CAUSES: Final = 3


@dataclass(frozen=True)
class RunFindings:
    """What the alerts of a run are made of: its assessment, freshness, cases, and what people said.

    `newest` is the newest instant evaluated before this run, `earlier` what the rules of before say.
    """

    assessment: Assessment
    sources: pl.DataFrame
    cases: pl.DataFrame
    said: pl.DataFrame
    newest: datetime | None
    earlier: EarlierRules | None


@dataclass(frozen=True)
class Found:
    """What a run found, as the policy takes it, and what its messages are made of.

    `cases` are those of the facts as a frame (CASE_FACTS). `edge` is what the score does at this instant,
    `blind` the rules that had a part in its breach and cannot be evaluated now; `places` are the assessments
    of the places whose score is watched, by subject.
    """

    facts: Facts
    cases: pl.DataFrame
    edge: Edge | None
    opened_before: datetime | None
    blind: tuple[str, ...]
    places: Mapping[str, Assessment]


def find_facts(con: duckdb.DuckDBPyConnection, plan: RunPlan, run: RunFindings, as_of: datetime) -> Found:
    """Gather what is open at `as_of`."""
    assessment = run.assessment
    past, lines = past_edges(con), plan.settings.score
    opened_before = open_since(past.told, as_of)
    with_a_part = set() if opened_before is None else rules_with_a_part(con, opened_before, as_of)
    blind = tuple(rule for rule in assessment.blind_rules if rule in with_a_part)
    edge = decide_edge(
        assessment.health.score,
        as_of,
        past,
        run.newest,
        ScoreLines(lines.threshold, lines.recover),
        by_earlier_rules=None if run.earlier is None else run.earlier.score,
        has_blind_part=bool(blind),
    )
    edges = [(at, kind, True) for at, kind in past.told if at < as_of]
    edges += [(at, kind, False) for at, kind, _ in past.untold if at < as_of]
    edges += [] if edge is None else [(as_of, edge.kind, edge.is_told)]
    scores = [_score_fact(SCORE, assessment, plan, edges)]
    places = _places(plan, assessment)
    for subject, place in places.items():
        at_places = [(at, kind, True) for at, kind in earlier_alerts(con, subject) if at < as_of]
        at_places += _place_edge(plan, subject, place, as_of, run.newest, at_places)
        scores.append(_score_fact(subject, place, plan, at_places))
    cases = _cases(plan, run.cases, as_of)
    facts = Facts(
        watched_since(con, as_of),
        tuple(scores),
        cases_by_id(cases),
        _sources(plan, assessment, run.sources),
    )
    return Found(facts, cases, edge, opened_before, blind, places)


def _places(plan: RunPlan, assessment: Assessment) -> dict[str, Assessment]:
    return {
        f"{dimension}:{value}": place_assessment(plan, assessment, dimension, value)
        for dimension, values in plan.settings.alerting.thresholds.items()
        for value in values
    }


def _place_edge(
    plan: RunPlan,
    subject: str,
    place: Assessment,
    as_of: datetime,
    newest: datetime | None,
    edges: list[tuple[datetime, str, bool]],
) -> list[tuple[datetime, str, bool]]:
    lines = plan.settings.alerting.lines_of(subject)
    if lines is None:
        return []
    told = [(at, kind) for at, kind, _ in edges]
    kind = decide_alert(place.health.score, as_of, told, newest, lines.threshold, lines.recover)
    return [] if kind is None else [(as_of, kind, True)]


def _score_fact(
    subject: str, assessment: Assessment, plan: RunPlan, edges: list[tuple[datetime, str, bool]]
) -> ScoreFact:
    of_edges = [edge for edge in edges if edge[1] in {"breach", "recovered", "unconfirmed"}]
    at, kind, is_told = max(of_edges, default=(None, "recovered", True))
    return ScoreFact(
        subject,
        assessment.health.score,
        opened_at=at if kind == "breach" else None,
        closed_as="unconfirmed" if kind == "unconfirmed" else "recovered",
        is_muted=not is_told,
        about=_about(assessment, plan) if kind == "breach" else frozenset(),
    )


def _about(assessment: Assessment, plan: RunPlan) -> frozenset[tuple[Stage, Severity]]:
    """Say what the causes and the TOP5 of a message are of: channels ask for severities and stages."""
    causes = assessment.attribution.filter(pl.col("dimension") == "rule", pl.col("points") > 0)
    top = assessment.findings.filter(state="open").join(
        assessment.top.select("order_id"), on="order_id", how="semi"
    )
    named = {*causes.head(_CAUSES)["value"], *top["rule_id"]}
    return frozenset(
        (rule.stage, rule.severity) for rule in plan.catalogue.rules.values() if rule.id in named
    )


def _cases(plan: RunPlan, cases: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return the cases that are not over, of rules that there are, as CASE_FACTS."""
    stages = {rule.id: rule.stage for rule in plan.catalogue.rules.values()}
    return (
        cases.lazy()
        .filter(pl.col("resolved_at").is_null(), pl.col("rule_id").is_in(list(stages)))
        .select(
            "case_id",
            "rule_id",
            pl.col("owner").alias("role"),
            "severity",
            pl.coalesce("reopened_at", "opened_at").alias("since"),
            pl.col("rule_id").replace_strict(stages, return_dtype=pl.String).alias("stage"),
            "acknowledged_at",
            "orders",
            (pl.col("snoozed_until") > as_of).fill_null(value=False).alias("is_snoozed"),
            "cause_kind",
            pl.col("cause").fill_null(""),
        )
        .collect()
        .cast(CASE_FACTS)
    )


def _sources(plan: RunPlan, assessment: Assessment, sources: pl.DataFrame) -> dict[str, SourceFact]:
    """Return the sources in trouble; one that never was is missed where the configuration expects it."""
    named = plan.settings.feeds if isinstance(plan.settings.feeds, dict) else {}
    expected = {*named, *plan.settings.expected_every}
    blind = {
        rule: result.blindness.feeds
        for rule, result in assessment.evaluation.results.items()
        if result.blindness.feeds
    }
    return {
        feed: SourceFact(feed, state, tuple(rule for rule, feeds in blind.items() if feed in feeds))
        for feed, state in sources.select("feed", "state").rows()
        if state != "fresh" and (state != "missing" or feed in expected)
    }
