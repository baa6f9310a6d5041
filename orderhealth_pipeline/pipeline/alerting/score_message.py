"""The message about a score: of everything, or of one place.

What belongs here: building it from what the run found. What does not: deciding (respond/policy/), wording per
channel and sending (respond/), and messages about anything else (notice_message.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import polars as pl

from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.message import (
    LACKING,
    AlertCause,
    AlertFinding,
    AlertMessage,
    AlertOrder,
    BlindRule,
    MoneyAtRisk,
)
from orderhealth_pipeline.report.words.sentences import finding_sentence
from orderhealth_pipeline.respond.policy.facts import SCORE
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Locale, Text

_CAUSES = 3
_OF_A_BREACH: Final = frozenset({"breach", "worse", "reminder"})
_PLACES: Final = {
    "shop": Text(zh="店铺", en="shop"),
    "warehouse": Text(zh="仓库", en="warehouse"),
    "carrier": Text(zh="承运商", en="carrier"),
}


def build_message(  # noqa: PLR0913 - what a message says comes from many sides
    plan: RunPlan,
    assessment: Assessment,
    as_of: datetime,
    *,
    kind: str,
    subject: str = SCORE,
    previous_score: Decimal | None,
    blind_rules: Iterable[str] = (),
    lacking: Sequence[str] = (),
) -> AlertMessage:
    """Say what happened: score, the three main causes, and the TOP5 with evidence and what to do.

    `assessment` is that of the subject: of everything, or of a place.
    """
    settings = plan.settings
    lines = settings.alerting.lines_of(subject) or settings.score
    return AlertMessage.model_validate(
        {
            "kind": kind,
            "subject": subject,
            "place": place_title(subject, settings.locale),
            "locale": settings.locale,
            "as_of": as_of,
            "time_zone": settings.timezone,
            "score": assessment.health.score,
            "threshold": lines.threshold if kind in _OF_A_BREACH else lines.recover,
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
            "at_risk": _at_risk(assessment) if kind in _OF_A_BREACH else (),
            "link": report_link(plan, as_of),
        }
    )


def report_name(as_of: datetime) -> str:
    """Name the report of a run, such as `risk-report-20261110T120000Z.html`."""
    return f"risk-report-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}.html"


def report_link(plan: RunPlan, as_of: datetime) -> str | None:
    """Return the address of the run's report below the one that the settings name, or null without one.

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


def _at_risk(assessment: Assessment) -> list[MoneyAtRisk]:
    """Sum up what orders with open findings are worth, each currency for itself."""
    found = assessment.findings.filter(state="open").select("order_id").unique()
    worth = (
        assessment.facts.active.select("order_id", "amount", "currency")
        .join(found, on="order_id", how="semi")
        .group_by("currency")
        .agg(orders=pl.len(), amount=pl.col("amount").sum())
        .sort("orders", "currency", descending=[True, False], nulls_last=True)
    )
    return [MoneyAtRisk(**row) for row in worth.iter_rows(named=True)]


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


def place_title(subject: str, locale: Locale) -> str | None:
    """Call a place by name, such as `warehouse GZ`; null for the score of everything."""
    dimension, _, value = subject.partition(":")
    title = _PLACES.get(dimension)
    return None if title is None else f"{title.in_locale(locale)} {value}"
