"""order_fact × catalogue → findings: who is hit, what explains it, and what could not be evaluated.

What belongs here: applying the rules at one instant. What does not: the history of findings (the store keeps
it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from orderhealth_pipeline.frames import FINDINGS_SCHEMA, VisibleFeeds
from orderhealth_pipeline.rules.blindness import (
    Blindness,
    blindness_of_rule,
    can_tell,
    count_unjudged,
    judged_orders,
    of_order_inputs,
    unjudged_orders,
)
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evidence import evidence, system_evidence
from orderhealth_pipeline.rules.language.condition import Comparison, Group
from orderhealth_pipeline.rules.language.conditions import (
    Explanation,
    SystemCondition,
    SystemCount,
    SystemShare,
)
from orderhealth_pipeline.rules.language.holds import holds
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.places import split_by_place
from orderhealth_pipeline.rules.of_time import IS_LASTING, is_lasting

Outcome = Literal["hit", "no_hit", "unknown"]


@dataclass(frozen=True)
class RuleResult:
    """What one enabled rule says at one instant.

    `evaluated` counts the active orders of which its inputs are known (for a system rule, all of them); with
    none the rule is unknown. `counted` is what the second evaluator must count too: hit orders, explained or
    not, or for a system rule the orders concerned that are false. `blindness` is what the rule does not see.
    """

    rule: Rule
    outcome: Outcome
    evaluated: int
    counted: int
    blindness: Blindness


@dataclass(frozen=True)
class Evaluation:
    """Findings (FINDINGS_SCHEMA), open and explained, and the result of every enabled rule by id."""

    findings: pl.DataFrame
    results: Mapping[str, RuleResult]


def hit_conditions(catalogue: Catalogue) -> dict[str, Callable[[pl.DataFrame], pl.DataFrame]]:
    """Give, per rule that another rule's parameter names, the orders it hits as a function of order_fact."""
    return {rule.id: _hits_of(rule) for rule in catalogue.referred_rules()}


@dataclass(frozen=True)
class AllActive:
    """All active orders, where only some of them are evaluated again.

    `orders` has them with the features of rules about the system as a whole; `unjudged` counts those that a
    rule about orders cannot judge.
    """

    orders: pl.DataFrame
    unjudged: Mapping[str, int]


def evaluate_rules(
    fact: pl.DataFrame, catalogue: Catalogue, feeds: VisibleFeeds, all_active: AllActive | None = None
) -> Evaluation:
    """Evaluate every enabled rule over the active orders; for those about counts see evaluate_counts.py.

    `all_active` tells of all active orders where `fact` has only some. A rule that needs a feed that is not
    fresh, or a column that no file ever brought, is unknown and finds nothing; so is one that no order says
    enough for. Findings are sorted by order and rule.
    """
    everyone = _all_active(fact, catalogue) if all_active is None else all_active
    findings = [pl.DataFrame(schema=FINDINGS_SCHEMA)]
    results: dict[str, RuleResult] = {}
    for rule in catalogue.enabled:
        if isinstance(rule.hit_when, SystemCount):
            continue
        blindness = blindness_of_rule(rule, feeds)
        if blindness.is_total:
            results[rule.id] = RuleResult(rule, "unknown", 0, 0, blindness)
            continue
        evaluated = everyone.orders.height
        if isinstance(rule.hit_when, SystemShare):
            found, counted = _evaluate_system_rule(everyone.orders, rule, rule.hit_when)
        else:
            found = _evaluate_order_rule(fact, rule, rule.hit_when, feeds)
            counted = found.height
            if unjudged := everyone.unjudged.get(rule.id, 0):
                evaluated -= unjudged
                of_order = of_order_inputs(rule)
                blindness = blindness.model_copy(update={"of_order": of_order})
        outcome: Outcome = "no_hit" if evaluated else "unknown"
        results[rule.id] = RuleResult(rule, outcome, evaluated, counted, blindness)
        findings.append(found)
    everything = pl.concat(findings).sort("order_id", "rule_id", nulls_last=True)
    return Evaluation(everything, _outcomes(everything, results))


def _all_active(fact: pl.DataFrame, catalogue: Catalogue) -> AllActive:
    unjudged = unjudged_orders(fact, catalogue).group_by("rules").len()
    return AllActive(fact.filter("is_active"), count_unjudged(unjudged.iter_rows()))


def with_other_findings(evaluation: Evaluation, others: pl.DataFrame) -> Evaluation:
    """Add findings of orders that were not looked at; those of a rule that was not evaluated do not count."""
    evaluated = [rule for rule, result in evaluation.results.items() if result.outcome != "unknown"]
    everything = pl.concat([evaluation.findings, others.filter(pl.col("rule_id").is_in(evaluated))]).sort(
        "order_id", "rule_id", nulls_last=True
    )
    return Evaluation(everything, _outcomes(everything, evaluation.results))


def hit_orders(rule: Rule, condition: Comparison | Group, fact: pl.DataFrame) -> pl.Expr:
    """Say which orders of order_fact a rule hits; never null."""
    is_hit = pl.col("is_active") & holds(condition, lambda leaf: rule.request(leaf).column, fact.schema)
    judged = judged_orders(rule, frozenset(fact.columns))
    if judged is not None:
        is_hit &= judged
    # Of an order that is measured again for lasting rules nothing else is known.
    return is_hit if IS_LASTING not in fact.columns or is_lasting(rule) else is_hit & ~pl.col(IS_LASTING)


def open_orders(fact: pl.DataFrame, rule: Rule, feeds: VisibleFeeds) -> pl.Series:
    """Say of every order of order_fact whether a rule about orders hits it and nothing explains that."""
    if blindness_of_rule(rule, feeds).is_total or isinstance(rule.hit_when, SystemCondition):
        return pl.repeat(value=False, n=fact.height, eager=True)
    is_open = hit_orders(rule, rule.hit_when, fact)
    for explains in _explaining(fact, rule, feeds)[1].values():
        is_open &= ~explains.fill_null(value=False)
    return fact.select(is_open=is_open)["is_open"]


def _explaining(
    fact: pl.DataFrame, rule: Rule, feeds: VisibleFeeds
) -> tuple[list[Explanation], dict[str, pl.Expr]]:
    """Return the explanations that the feeds can tell, and where each explains a finding."""
    telling = [each for each in rule.explanations if can_tell(rule, each, feeds)]
    explaining = {
        each.id: explains for each in telling if (explains := _explains(rule, each, fact)) is not None
    }
    return telling, explaining


def _evaluate_order_rule(
    fact: pl.DataFrame, rule: Rule, condition: Comparison | Group, feeds: VisibleFeeds
) -> pl.DataFrame:
    telling, explaining = _explaining(fact, rule, feeds)
    explained_by = pl.coalesce(
        pl.lit(None, pl.String),
        *(pl.when(explains).then(pl.lit(name)) for name, explains in explaining.items()),
    )
    left = {
        each.id: rule.feature_request(each.feature).column for each in telling if each.feature is not None
    }
    found = (
        fact.lazy()
        .filter(hit_orders(rule, condition, fact))
        .select(
            "order_id",
            rule_id=pl.lit(rule.id),
            stage=pl.lit(rule.stage),
            severity=pl.lit(rule.severity),
            state=pl.when(explained_by.is_null()).then(pl.lit("open")).otherwise(pl.lit("explained")),
            explained_by=explained_by,
            evidence=evidence(fact, rule, left),
        )
        .collect()
    )
    return found.cast(FINDINGS_SCHEMA)


def _explains(rule: Rule, explanation: Explanation, fact: pl.DataFrame) -> pl.Expr | None:
    """Say where an explanation explains a finding; None where the rule's definition leaves it out already.

    By its condition, or because the rule's only comparison no longer holds on the explanation's feature.
    """
    if explanation.when is not None:
        return holds(explanation.when, lambda leaf: rule.request(leaf).column, fact.schema)
    if explanation.feature is None or not isinstance(rule.hit_when, Comparison):
        return None
    column = rule.feature_request(explanation.feature).column
    return ~holds(rule.hit_when, lambda _: column, fact.schema)


def _evaluate_system_rule(
    active: pl.DataFrame, rule: Rule, condition: SystemShare
) -> tuple[pl.DataFrame, int]:
    column = rule.feature_request(condition.feature).column
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
    return found if is_hit else found.clear(), concerned.len() - true


def _hits_of(rule: Rule) -> Callable[[pl.DataFrame], pl.DataFrame]:
    condition = rule.hit_when
    if not rule.enabled or isinstance(condition, SystemCondition):
        return lambda fact: fact.select("order_id").clear()
    return lambda fact: fact.filter(hit_orders(rule, condition, fact)).select("order_id")


def _outcomes(findings: pl.DataFrame, results: Mapping[str, RuleResult]) -> dict[str, RuleResult]:
    found = set(findings["rule_id"].unique())
    return {
        rule_id: replace(result, outcome="hit") if rule_id in found else result
        for rule_id, result in results.items()
    }
