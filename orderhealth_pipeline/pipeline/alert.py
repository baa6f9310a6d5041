"""The alert of a run: whether the score calls for one, what it says, and its place in the outbox.

What belongs here: building the message from what the run found. What does not: deciding
(respond/alert_decision.py), wording per channel and sending (respond/).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.earlier_rules import EarlierRules
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.message import (
    LACKING,
    AlertCause,
    AlertFinding,
    AlertMessage,
    AlertOrder,
    BlindRule,
)
from orderhealth_pipeline.report.read.input import read_what_is_missing
from orderhealth_pipeline.report.words.sentences import finding_sentence
from orderhealth_pipeline.respond.alert_decision import open_since
from orderhealth_pipeline.respond.edges import past_edges, record_untold
from orderhealth_pipeline.respond.outbox import record_alert, rules_with_a_part, tell_given_up_again
from orderhealth_pipeline.respond.switched_rules import ScoreLines, decide_edge
from orderhealth_pipeline.rules.language.model import Rule

_CAUSES = 3


def record_run_alert(
    con: duckdb.DuckDBPyConnection,
    plan: RunPlan,
    assessment: Assessment,
    as_of: datetime,
    newest_run: datetime | None,
    earlier: EarlierRules | None,
) -> str | None:
    """Record the alert that the score calls for, in the caller's transaction, and give its kind.

    `newest_run` is the newest instant evaluated before this run, `earlier` what the rules of before say.
    Null where the score calls for nothing, or for something that other rules alone call for.
    """
    past, score = past_edges(con), plan.settings.score
    opened_at = open_since(past.told, as_of)
    with_a_part = set() if opened_at is None else rules_with_a_part(con, opened_at, as_of)
    blind = [rule for rule in assessment.blind_rules if rule in with_a_part]
    edge = decide_edge(
        assessment.health.score,
        as_of,
        past,
        newest_run,
        ScoreLines(score.threshold, score.recover),
        by_earlier_rules=None if earlier is None else earlier.score,
        has_blind_part=bool(blind),
    )
    record_untold(con, as_of, edge, assessment.health.score)
    kind = edge.kind if edge is not None and edge.is_told else None
    if kind is None:
        if opened_at is not None and (newest_run is None or as_of >= newest_run):
            tell_given_up_again(con, opened_at)
        return None
    message = build_message(
        plan,
        assessment,
        as_of,
        kind=kind,
        previous_score=_previous_score(con, as_of),
        blind_rules=blind if kind == "unconfirmed" else (),
        lacking=read_what_is_missing(
            con, locale=plan.settings.locale, timezone=plan.settings.timezone, as_of=as_of
        ),
    )
    record_alert(con, message, plan.settings.channels)
    return kind


def build_message(  # noqa: PLR0913 - what a message says comes from many sides
    plan: RunPlan,
    assessment: Assessment,
    as_of: datetime,
    *,
    kind: str,
    previous_score: Decimal | None,
    blind_rules: Iterable[str] = (),
    lacking: Sequence[str] = (),
) -> AlertMessage:
    """Say what happened: score, the three main causes, and the TOP5 with evidence and what to do."""
    settings = plan.settings
    return AlertMessage.model_validate(
        {
            "kind": kind,
            "locale": settings.locale,
            "as_of": as_of,
            "time_zone": settings.timezone,
            "score": assessment.health.score,
            "threshold": settings.score.threshold if kind == "breach" else settings.score.recover,
            "previous_score": previous_score,
            "confidence": assessment.health.confidence,
            "active_orders": assessment.health.active_orders,
            "causes": _causes(plan, assessment),
            "orders": _orders(plan, assessment),
            "blind_rules": [
                BlindRule(rule_id=rule, title=plan.catalogue.rules[rule].title.in_locale(settings.locale))
                for rule in blind_rules
            ],
            "lacking": tuple(lacking[:LACKING]),
            "link": report_link(plan, as_of),
        }
    )


def report_name(as_of: datetime) -> str:
    """Name the report of a run, such as `risk-report-20261110T120000Z.html`."""
    return f"risk-report-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}.html"


def report_link(plan: RunPlan, as_of: datetime) -> str | None:
    """Give the address of the run's report below the one that the settings name, or null without one.

    A path of this machine would help nobody who reads a chat, and tell them about the machine.
    """
    url = plan.settings.report.url
    return None if url is None else f"{url.rstrip('/')}/{report_name(as_of)}"


def _causes(plan: RunPlan, assessment: Assessment) -> list[AlertCause]:
    locale = plan.settings.locale
    largest = assessment.attribution.filter(pl.col("dimension") == "rule", pl.col("points") > 0).head(_CAUSES)
    return [
        AlertCause(
            rule_id=rule.id,
            title=rule.title.in_locale(locale),
            stage=rule.stage,
            severity=rule.severity,
            points=points,
            open=assessment.count(rule.id, "open"),
        )
        for rule_id, points in largest.select("value", "points").rows()
        for rule in [plan.catalogue.rules[rule_id]]
    ]


def _orders(plan: RunPlan, assessment: Assessment) -> list[AlertOrder]:
    facts = assessment.facts.active.select("order_id", "shop", "currency")
    top = assessment.top.join(facts, on="order_id", how="left").sort("rank")
    return [_order(plan, assessment, row) for row in top.iter_rows(named=True)]


def _order(plan: RunPlan, assessment: Assessment, row: dict[str, object]) -> AlertOrder:
    settings = plan.settings
    found = assessment.findings.filter(order_id=row["order_id"], state="open")
    rules = [plan.catalogue.rules[rule_id] for rule_id in found["rule_id"]]
    heaviest: Rule = max(rules, key=lambda rule: rule.weight)
    return AlertOrder.model_validate(
        {
            **{key: row[key] for key in ("rank", "order_id", "shop", "currency", "amount")},
            "rules": [
                AlertFinding(
                    rule_id=rule.id,
                    title=rule.title.in_locale(settings.locale),
                    stage=rule.stage,
                    severity=rule.severity,
                    evidence=finding_sentence(rule, evidence, locale=settings.locale, zone=settings.zone),
                )
                for rule, evidence in sorted(
                    zip(rules, found["evidence"], strict=True), key=lambda pair: (-pair[0].weight, pair[0].id)
                )
            ],
            "owner": heaviest.owner.in_locale(settings.locale),
            "what_to_do": heaviest.what_to_do.in_locale(settings.locale),
        }
    )


def _previous_score(con: duckdb.DuckDBPyConnection, as_of: datetime) -> Decimal | None:
    rows = sql.run(con, "respond/select_previous_score", {"as_of": as_of})
    return rows[0][0] if rows else None
