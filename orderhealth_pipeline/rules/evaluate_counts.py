"""Rules about what lies outside single orders: a count of system facts, compared.

What belongs here: applying such rules, once the rules about orders were applied. What does not: those
(evaluate.py), and counting (system_facts.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from orderhealth_pipeline.frames import FINDINGS_SCHEMA, VisibleFeeds
from orderhealth_pipeline.rules.blindness import blindness_of_rule
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import Evaluation, Outcome, RuleResult
from orderhealth_pipeline.rules.language.conditions import SystemCount
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.system_facts import COUNTS, RESULTS, Counted, SystemFacts


def evaluate_counts(
    catalogue: Catalogue, feeds: VisibleFeeds, facts: SystemFacts, active_orders: int
) -> Evaluation:
    """Evaluate the enabled rules that compare a count; a rule that was evaluated looked at all orders."""
    findings = [pl.DataFrame(schema=FINDINGS_SCHEMA)]
    results: dict[str, RuleResult] = {}
    for rule in catalogue.enabled:
        if not isinstance(rule.hit_when, SystemCount):
            continue
        blindness = blindness_of_rule(rule, feeds)
        if blindness.is_total:
            results[rule.id] = RuleResult(rule, "unknown", 0, 0, blindness)
            continue
        counted = COUNTS[rule.hit_when.count](facts, rule.parameters)
        is_hit = counted.count >= rule.hit_when.at_least
        outcome: Outcome = "hit" if is_hit else "no_hit"
        results[rule.id] = RuleResult(rule, outcome, active_orders, counted.count, blindness)
        if is_hit:
            findings.append(_finding(rule, rule.hit_when, counted))
    return Evaluation(pl.concat(findings), results)


def with_results_of(facts: SystemFacts, evaluation: Evaluation) -> SystemFacts:
    """Add what the rules about orders say now."""
    is_open = evaluation.findings.filter(state="open").group_by("rule_id").len()
    counts: Mapping[str, int] = dict(is_open.iter_rows())
    rows = [
        (rule_id, result.evaluated, counts.get(rule_id, 0))
        for rule_id, result in evaluation.results.items()
        if not result.rule.is_system_level and result.outcome != "unknown"
    ]
    return replace(facts, results=pl.DataFrame(rows, schema=RESULTS, orient="row"))


def joined(evaluation: Evaluation, counts: Evaluation, catalogue: Catalogue) -> Evaluation:
    """Return both as one, results in the order of the catalogue."""
    results = {**evaluation.results, **counts.results}
    findings = pl.concat([evaluation.findings, counts.findings])
    return Evaluation(
        findings.sort("order_id", "rule_id", nulls_last=True),
        {rule.id: results[rule.id] for rule in catalogue.enabled},
    )


def _finding(rule: Rule, condition: SystemCount, counted: Counted) -> pl.DataFrame:
    evidence = {
        "value": counted.count,
        "comparison": "at_least",
        "threshold": str(condition.at_least),
        **counted.evidence,
    }
    row = {
        "order_id": None,
        "rule_id": rule.id,
        "stage": rule.stage,
        "severity": rule.severity,
        "state": "open",
        "explained_by": None,
        "evidence": json.dumps(evidence, ensure_ascii=False),
    }
    return pl.DataFrame([row], schema=FINDINGS_SCHEMA)
