"""Holds a rule to its own examples: what it must say of them, and what it does say.

What belongs here: the comparison. What does not: completing an example's records (example_feeds.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.messages import joined as sentence_of
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import Evaluation, evaluate_rules, hit_conditions
from orderhealth_pipeline.rules.evaluate_counts import evaluate_counts, joined
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.own_examples.example import Example
from orderhealth_pipeline.rules.own_examples.example_feeds import example_feeds
from orderhealth_pipeline.rules.system_facts import EARLIER, RESULTS, SystemFacts

BuildFact = Callable[[VisibleFeeds, Sequence[FeatureRequest], Mapping[str, Any]], pl.DataFrame]
"""`orders.order_fact.build_order_fact`: rules and orders do not know each other."""


@dataclass(frozen=True)
class Said:
    """What is said of an example's orders: who is hit, and who is explained by what."""

    hit: tuple[str, ...] = ()
    explained: Mapping[str, str] = field(default_factory=dict)
    system_hit: bool = False

    @property
    def told(self) -> Message:
        """Say it in a few words."""
        because = [
            Message("{order} by {reason}", order=order, reason=self.explained[order])
            for order in sorted(self.explained)
        ]
        parts = []
        if self.hit:
            parts.append(Message("hit: {orders}", orders=", ".join(self.hit)))
        if because:
            parts.append(Message("explained: {orders}", orders=sentence_of(", ", because)))
        if self.system_hit:
            parts.append(Message("the system is hit"))
        return sentence_of("; ", parts or [Message("no hit")])

    def __str__(self) -> str:
        """Say it in a few words, in English."""
        return str(self.told)


@dataclass(frozen=True)
class Disagreement:
    """An example, by its number in the file, of which its rule says something else than it expects."""

    rule: Rule
    number: int
    expected: Said
    found: Said

    @property
    def example(self) -> Example:
        """The example."""
        return self.rule.examples[self.number]

    @property
    def told(self) -> Message:
        """Say it in one sentence."""
        return Message(
            "rule '{rule}', example '{example}': expected {expected}; the rule says {found}",
            rule=self.rule.id,
            example=self.example.name,
            expected=self.expected.told,
            found=self.found.told,
        )

    def __str__(self) -> str:
        """Say it in one sentence, in English."""
        return str(self.told)


def failing_examples(
    catalogue: Catalogue,
    schemas: Mapping[str, pl.Schema],
    zone: ZoneInfo,
    build_fact: BuildFact,
    facts_of: Callable[[VisibleFeeds], SystemFacts],
    of: Collection[str] | None = None,
) -> Iterator[Disagreement]:
    """Return every example, of enabled and disabled rules, that its rule does not agree with.

    `schemas` are those of all feeds; instants without an offset are in `zone`; `facts_of` tells what rules
    about the system count; `of` are the rules that are looked at, where not all are. Raises
    ConfigurationError for an example that cannot be read.
    """
    for rule in catalogue.rules.values():
        if of is not None and rule.id not in of:
            continue
        alone = _alone(catalogue, rule)
        for number, example in enumerate(rule.examples):
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
            problem = disagreement(rule, number, joined(evaluation, counts, alone))
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


def disagreement(rule: Rule, number: int, evaluation: Evaluation) -> Disagreement | None:
    """Say how the findings of a rule differ from what an example of it expects; None where they agree."""
    example = rule.examples[number]
    findings = evaluation.findings.filter(pl.col("rule_id") == rule.id)
    orders = findings.filter(pl.col("order_id").is_not_null())
    explained = orders.filter(pl.col("state") == "explained").select("order_id", "explained_by").iter_rows()
    hit = orders.filter(pl.col("state") == "open")["order_id"].sort()
    expected = Said(tuple(sorted(example.hit)), dict(example.explained), example.system_hit)
    found = Said(tuple(hit), dict(explained), orders.height < findings.height)
    return None if expected == found else Disagreement(rule, number, expected, found)


def _alone(catalogue: Catalogue, rule: Rule) -> Catalogue:
    """Return the catalogue with only this rule, and the rules it refers to, switched on."""
    referred = {value for value in rule.parameters.values() if isinstance(value, str)}
    kept = {
        other.id: other.model_copy(update={"enabled": True})
        for other in catalogue.rules.values()
        if other.id == rule.id or other.id in referred
    }
    return Catalogue(rules=kept, features=catalogue.features)
