"""The score of one shop, warehouse or carrier, as if its orders were all there are.

What belongs here: narrowing an assessment to a place. What does not: when a place's score is told
(respond/policy/). A rule about the system belongs to no place.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.evaluate import Evaluation
from orderhealth_pipeline.score.attribution import attribute_loss
from orderhealth_pipeline.score.health import health_score
from orderhealth_pipeline.score.risk import order_risk
from orderhealth_pipeline.score.top import top_orders


def place_assessment(plan: RunPlan, assessment: Assessment, dimension: str, value: str) -> Assessment:
    """Return the assessment of the active orders of a place."""
    active = assessment.facts.active.filter(pl.col(dimension) == value)
    findings = assessment.findings.filter(state="open").join(
        active.select("order_id"), on="order_id", how="semi"
    )
    weights = {rule.id: rule.weight for rule in plan.catalogue.enabled}
    by_value = plan.settings.score.weighted_by_value
    risk = order_risk(active, findings, weights)
    results = assessment.evaluation.results
    health = health_score(
        risk,
        weights,
        system_hits=(),
        evaluated={rule: min(result.evaluated, active.height) for rule, result in results.items()},
        weighted_by_value=by_value,
    )
    return replace(
        assessment,
        facts=replace(assessment.facts, active=active),
        evaluation=Evaluation(findings, results),
        health=health,
        attribution=attribute_loss(risk, weights, health, system_hits=(), weighted_by_value=by_value),
        top=top_orders(risk),
    )
