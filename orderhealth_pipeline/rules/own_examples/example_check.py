"""Holds a rule to its own examples: what it must say of them, and what it does say.

What belongs here: the comparison. What does not: completing an example's records (examples.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import Evaluation, evaluate_rules, hit_conditions
from orderhealth_pipeline.rules.evaluate_counts import evaluate_counts, joined
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.own_examples.example import Example
from orderhealth_pipeline.rules.own_examples.example_feeds import example_feeds
from orderhealth_pipeline.rules.system_facts import EARLIER, RESULTS, SystemFacts

BuildFact = Callable[[VisibleFeeds, Sequence[FeatureRequest], Mapping[str, Any]], pl.DataFrame]
"""`orders.order_fact.build_order_fact`: rules and orders do not know each other."""


def failing_examples(
    catalogue: Catalogue,
    schemas: Mapping[str, pl.Schema],
    zone: ZoneInfo,
    build_fact: BuildFact,
    facts_of: Callable[[VisibleFeeds], SystemFacts],
) -> Iterator[str]:
    """Return one sentence per example, of enabled and disabled rules, that its rule does not agree with.

    `schemas` are those of all feeds; instants without an offset are in `zone`; `facts_of` tells what rules
    about the system count. Raises ConfigurationError
    for an example that cannot be read.
    """
    for rule in catalogue.rules.values():
        alone = _alone(catalogue, rule)
        for example in rule.examples:
            try:
                feeds = example_feeds(example, schemas, zone)
            except ConfigurationError as error:
                raise ConfigurationError(
                    Message("{place}: {error}", place=f"{rule.stage}/{rule.id}.yml", error=error)
                ) from None
            fact = build_fact(feeds, alone.requests(), hit_conditions(alone))
            evaluation = evaluate_rules(fact, alone, feeds)
            facts = _with_results(facts_of(feeds), example)
            counts = evaluate_counts(alone, feeds, facts, fact.filter("is_active").height)
            problem = disagreement(rule, example, joined(evaluation, counts, alone))
            if problem is not None:
                yield problem


def _with_results(facts: SystemFacts, example: Example) -> SystemFacts:
    """Add what an example says of other rules' results."""
    now = [(rule_id, said.evaluated, said.open) for rule_id, said in example.results.items()]
    today = facts.as_of.date()
    earlier = []
    for rule_id, said in example.results.items():
        days = [(each.evaluated, each.open) for each in said.before for _ in range(each.days)]
        earlier += [
            (today - timedelta(days=number), rule_id, *result) for number, result in enumerate(days, start=1)
        ]
    return replace(
        facts,
        results=pl.DataFrame(now, schema=RESULTS, orient="row"),
        earlier=pl.DataFrame(earlier, schema=EARLIER, orient="row"),
    )


def disagreement(rule: Rule, example: Example, evaluation: Evaluation) -> str | None:
    """Say how the findings of a rule differ from what its example expects; None where they agree."""
    findings = evaluation.findings.filter(pl.col("rule_id") == rule.id)
    orders = findings.filter(pl.col("order_id").is_not_null())
    hit = sorted(orders.filter(pl.col("state") == "open")["order_id"])
    explained = dict(
        orders.filter(pl.col("state") == "explained").select("order_id", "explained_by").iter_rows()
    )
    system_hit = orders.height < findings.height
    expected = _said(sorted(example.hit), example.explained, system_hit=example.system_hit)
    found = _said(hit, explained, system_hit=system_hit)
    if expected == found:
        return None
    return f"rule '{rule.id}', example '{example.name}': expected {expected}; the rule says {found}"


def _alone(catalogue: Catalogue, rule: Rule) -> Catalogue:
    """Return the catalogue with only this rule, and the rules it refers to, switched on."""
    referred = {value for value in rule.parameters.values() if isinstance(value, str)}
    kept = {
        other.id: other.model_copy(update={"enabled": True})
        for other in catalogue.rules.values()
        if other.id == rule.id or other.id in referred
    }
    return Catalogue(rules=kept, features=catalogue.features)


def _said(hit: Sequence[str], explained: Mapping[str, str], *, system_hit: bool) -> str:
    because = ", ".join(f"{order} by {explained[order]}" for order in sorted(explained))
    parts = (
        f"hit: {', '.join(hit)}" if hit else "",
        f"explained: {because}" if because else "",
        "the system is hit" if system_hit else "",
    )
    return "; ".join(part for part in parts if part) or "no hit"
