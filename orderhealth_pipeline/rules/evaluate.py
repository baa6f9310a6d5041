"""order_fact × catalogue → findings: who is hit, what explains it, and what could not be evaluated.

What belongs here: applying the rules at one instant. What does not: the history of findings (the store keeps
it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from orderhealth_pipeline.frames import FINDINGS_SCHEMA, VisibleFeeds
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.compare import hits
from orderhealth_pipeline.rules.evidence import evidence, system_evidence
from orderhealth_pipeline.rules.model import Explanation, OrderCondition, Rule, SystemCondition
from orderhealth_pipeline.rules.places import split_by_place

Outcome = Literal["hit", "no_hit", "unknown"]


@dataclass(frozen=True)
class RuleResult:
    """What one enabled rule says at one instant.

    `evaluated` counts the active orders (for a system rule, those concerned); `counted` what the second
    evaluator must count too: hit orders, explained or not, or for a system rule the orders concerned that are
    false.
    """

    rule: Rule
    outcome: Outcome
    evaluated: int
    counted: int
    missing_feeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """Findings (FINDINGS_SCHEMA), open and explained, and the result of every enabled rule by id."""

    findings: pl.DataFrame
    results: Mapping[str, RuleResult]


def hit_conditions(catalogue: Catalogue) -> dict[str, Callable[[pl.DataFrame], pl.DataFrame]]:
    """Give, per rule that another rule's parameter names, the orders it hits as a function of order_fact."""
    return {rule.id: _hit_orders_of(catalogue, rule) for rule in catalogue.referred_rules()}


def evaluate_rules(
    fact: pl.DataFrame, catalogue: Catalogue, feeds: VisibleFeeds, all_active: pl.DataFrame | None = None
) -> Evaluation:
    """Hold every enabled rule against the active orders.

    `all_active` has all active orders, for rules about the system as a whole, where `fact` has only some. A
    rule that needs a missing or stale feed is unknown and finds nothing. Findings are sorted by order and
    rule.
    """
    active = fact.filter("is_active") if all_active is None else all_active
    findings = [pl.DataFrame(schema=FINDINGS_SCHEMA)]
    results: dict[str, RuleResult] = {}
    for rule in catalogue.enabled:
        missing = tuple(feed for feed in rule.needs if not feeds.usable(feed))
        if missing:
            results[rule.id] = RuleResult(rule, "unknown", 0, 0, missing)
            continue
        if isinstance(rule.hit_when, SystemCondition):
            found, results[rule.id] = _evaluate_system_rule(active, catalogue, rule, rule.hit_when)
        else:
            found = _evaluate_order_rule(fact, catalogue, rule, rule.hit_when, feeds)
            results[rule.id] = RuleResult(rule, "no_hit", active.height, found.height)
        findings.append(found)
    everything = pl.concat(findings).sort("order_id", "rule_id", nulls_last=True)
    return Evaluation(everything, _outcomes(everything, results))


def with_other_findings(evaluation: Evaluation, others: pl.DataFrame) -> Evaluation:
    """Add findings of orders that were not looked at; those of a rule that was not evaluated do not count."""
    evaluated = [rule for rule, result in evaluation.results.items() if result.outcome != "unknown"]
    everything = pl.concat([evaluation.findings, others.filter(pl.col("rule_id").is_in(evaluated))]).sort(
        "order_id", "rule_id", nulls_last=True
    )
    return Evaluation(everything, _outcomes(everything, evaluation.results))


def _evaluate_order_rule(
    fact: pl.DataFrame, catalogue: Catalogue, rule: Rule, condition: OrderCondition, feeds: VisibleFeeds
) -> pl.DataFrame:
    request = catalogue.request(rule, condition.feature)
    telling = {
        each.id: catalogue.request(rule, each.feature).column
        for each in rule.explanations
        if each.feature is not None and _can_tell(each, feeds)
    }
    explained_by = pl.coalesce(
        pl.lit(None, pl.String),
        *(_explained(fact, condition, column, name) for name, column in telling.items()),
    )
    found = (
        fact.lazy()
        .filter("is_active", hits(condition, request.column, fact.schema[request.column]))
        .select(
            "order_id",
            rule_id=pl.lit(rule.id),
            stage=pl.lit(rule.stage),
            severity=pl.lit(rule.severity),
            state=pl.when(explained_by.is_null()).then(pl.lit("open")).otherwise(pl.lit("explained")),
            explained_by=explained_by,
            evidence=evidence(fact, catalogue, rule, condition, telling),
        )
        .collect()
    )
    return found.cast(FINDINGS_SCHEMA)


def _evaluate_system_rule(
    active: pl.DataFrame, catalogue: Catalogue, rule: Rule, condition: SystemCondition
) -> tuple[pl.DataFrame, RuleResult]:
    column = catalogue.request(rule, condition.feature).column
    concerned = active[column].drop_nulls()
    true = int(concerned.sum())
    is_hit = concerned.len() >= condition.orders_at_least and true < condition.share_below * concerned.len()
    found = pl.DataFrame(
        {
            "order_id": [None],
            "rule_id": [rule.id],
            "stage": [rule.stage],
            "severity": [rule.severity],
            "state": ["open"],
            "explained_by": [None],
            "evidence": [
                system_evidence(condition, concerned.len(), true, split_by_place(active, column))
                if is_hit
                else None
            ],
        },
        schema=FINDINGS_SCHEMA,
    )
    result = RuleResult(rule, "no_hit", concerned.len(), concerned.len() - true)
    return found if is_hit else found.clear(), result


def _explained(fact: pl.DataFrame, condition: OrderCondition, column: str, explanation: str) -> pl.Expr:
    """Name the explanation where the rule's own comparison no longer hits on the explanation's column."""
    return pl.when(~hits(condition, column, fact.schema[column])).then(pl.lit(explanation))


def _can_tell(explanation: Explanation, feeds: VisibleFeeds) -> bool:
    return all(feeds.usable(feed) for feed in explanation.needs)


def _hit_orders_of(catalogue: Catalogue, rule: Rule) -> Callable[[pl.DataFrame], pl.DataFrame]:
    condition = rule.hit_when
    if not rule.enabled or isinstance(condition, SystemCondition):
        return lambda fact: fact.select("order_id").clear()
    column = catalogue.request(rule, condition.feature).column

    def hit_orders(fact: pl.DataFrame) -> pl.DataFrame:
        return fact.filter("is_active", hits(condition, column, fact.schema[column])).select("order_id")

    return hit_orders


def _outcomes(findings: pl.DataFrame, results: Mapping[str, RuleResult]) -> dict[str, RuleResult]:
    found = set(findings["rule_id"].unique())
    return {
        rule_id: RuleResult(
            result.rule,
            "hit" if rule_id in found else result.outcome,
            result.evaluated,
            result.counted,
            result.missing_feeds,
        )
        for rule_id, result in results.items()
    }
