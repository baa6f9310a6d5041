"""The pure middle of a run: orders with their features → findings → score → tables.

What belongs here: the order of the stages. What does not: the store, the second evaluator, alerts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.pipeline.evaluation.orders_at import OrderFacts, OrdersAt
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.evaluate import AllActive, Evaluation, evaluate_rules, with_other_findings
from orderhealth_pipeline.rules.evaluate_counts import evaluate_counts, joined, with_results_of
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.system_facts import SystemFacts
from orderhealth_pipeline.score.attribution import attribute_loss
from orderhealth_pipeline.score.finding_points import finding_points
from orderhealth_pipeline.score.funnel import system_funnel
from orderhealth_pipeline.score.health import HealthScore, health_score
from orderhealth_pipeline.score.risk import order_risk
from orderhealth_pipeline.score.top import top_orders


@dataclass(frozen=True)
class Assessment:
    """What a run found at one instant, before anything is written.

    `evaluated` are the findings of the orders that were evaluated, as the rules found them; `found` these as
    people's words leave them, with those that words changed; `evaluation` has the findings of all orders.
    `system` is what the rules about the system counted, `points` what every open finding costs
    (FINDING_POINTS).
    """

    facts: OrderFacts
    found: pl.DataFrame
    evaluated: pl.DataFrame
    system: SystemFacts
    evaluation: Evaluation
    health: HealthScore
    attribution: pl.DataFrame
    points: pl.DataFrame
    funnel: pl.DataFrame
    top: pl.DataFrame

    @property
    def findings(self) -> pl.DataFrame:
        """All findings at the instant, open and explained, of all orders."""
        return self.evaluation.findings

    @property
    def unknown_rules(self) -> tuple[str, ...]:
        """The rules that could not be evaluated."""
        return tuple(rule for rule, result in self.evaluation.results.items() if result.outcome == "unknown")

    @property
    def blind_rules(self) -> tuple[str, ...]:
        """The rules that can judge no order: those of the unknown ones that lack a feed or a column."""
        return tuple(rule for rule, result in self.evaluation.results.items() if result.blindness.is_total)

    def count_standing(self, rule_id: str) -> int:
        """Count the findings of one rule that were not evaluated again."""
        return self.findings.filter(rule_id=rule_id).height - self.evaluated.filter(rule_id=rule_id).height

    def count_evaluated_again(self, rule: Rule) -> int:
        """Count the orders over which a rule was evaluated in this run, by both evaluators."""
        return (self.facts.active if rule.is_system_level else self.facts.evaluated).height

    def count(self, rule_id: str, state: str) -> int:
        """Count the findings of one rule in one state."""
        return self._counts.get((rule_id, state), 0)

    @cached_property
    def _counts(self) -> dict[tuple[str, str], int]:
        counted = self.findings.group_by("rule_id", "state").len()
        return {(rule_id, state): count for rule_id, state, count in counted.rows()}


def assess(plan: RunPlan, as_of: datetime, present: OrdersAt) -> Assessment:
    """Hold the rules against the orders, let people's words count, and score what stays open."""
    facts, feeds = present.facts, VisibleFeeds(as_of, {}, present.states, present.provided)
    all_active = AllActive(facts.active, present.unjudged)
    evaluated = evaluate_rules(facts.evaluated, plan.catalogue, feeds, all_active)
    of_orders = Evaluation(present.spoken.label(evaluated.findings, facts.evaluated), evaluated.results)
    system = with_results_of(present.system, with_other_findings(of_orders, present.other_findings))
    counts = evaluate_counts(plan.catalogue, feeds, system, facts.active.height)
    evaluated = joined(evaluated, counts, plan.catalogue)
    counts = Evaluation(present.spoken.label_system(counts.findings), counts.results)
    found = joined(of_orders, counts, plan.catalogue)
    evaluation = with_other_findings(found, present.other_findings)
    weights = {rule.id: rule.weight for rule in plan.catalogue.enabled}
    is_open = evaluation.findings.filter(state="open")
    system_hits = is_open.filter(pl.col("order_id").is_null())["rule_id"].to_list()
    by_value = plan.settings.score.weighted_by_value
    risk = order_risk(facts.active, is_open, weights)
    health = health_score(
        risk,
        weights,
        system_hits=system_hits,
        evaluated={rule: result.evaluated for rule, result in evaluation.results.items()},
        weighted_by_value=by_value,
    )
    return Assessment(
        facts=facts,
        found=found.findings,
        evaluated=evaluated.findings,
        system=system,
        evaluation=evaluation,
        health=health,
        attribution=attribute_loss(
            risk, weights, health, system_hits=system_hits, weighted_by_value=by_value
        ),
        points=finding_points(risk, weights, health, system_hits=system_hits, weighted_by_value=by_value),
        funnel=system_funnel(facts.active),
        top=top_orders(risk),
    )


def rule_results(assessment: Assessment) -> pl.DataFrame:
    """One row per enabled rule: rule_id, outcome, evaluated, open, explained, weight, blindness (JSON)."""
    rows = [
        (
            rule_id,
            result.outcome,
            result.evaluated,
            assessment.count(rule_id, "open"),
            assessment.count(rule_id, "explained"),
            Decimal(result.rule.weight),
            result.blindness.model_dump_json(exclude_defaults=True),
        )
        for rule_id, result in assessment.evaluation.results.items()
    ]
    schema = pl.Schema(
        {
            "rule_id": pl.String(),
            "outcome": pl.String(),
            "evaluated": pl.Int64(),
            "open": pl.Int64(),
            "explained": pl.Int64(),
            "weight": pl.Decimal(9, 6),
            "blindness": pl.String(),
        }
    )
    return pl.DataFrame(rows, schema=schema, orient="row")
