"""Several sets of rules over the same orders: those in force, by each of their profiles, and others.

What belongs here: putting all into one catalogue, so that what they look at is computed once, and taking
their results apart again. What does not: which orders (backtest.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import RuleResult
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.score.health import HealthScore, health_score
from orderhealth_pipeline.score.risk import order_risk

Side = Literal["now", "then"]
SetName = tuple[Side, str]
"""The rules of one side under one profile."""


@dataclass(frozen=True)
class RuleSets:
    """Sets of rules, one catalogue that has the rules of all, and per set the names of its rules in it."""

    sets: Mapping[SetName, Catalogue]
    common: Catalogue
    names: Mapping[SetName, Mapping[str, str]]

    def rules(self, name: SetName) -> tuple[Rule, ...]:
        """Return the enabled rules of one set."""
        return self.sets[name].enabled

    def findings(self, name: SetName, findings: pl.DataFrame) -> pl.DataFrame:
        """Take the findings of one set out of those of all, under the rules' own ids."""
        own = {self.names[name][rule.id]: rule.id for rule in self.rules(name)}
        return findings.filter(pl.col("rule_id").is_in(list(own))).with_columns(
            pl.col("rule_id").replace(own)
        )


def in_one_catalogue(sets: Mapping[SetName, Catalogue]) -> RuleSets:
    """Put sets of rules into one catalogue; what is the same in several stands in it once.

    The first set that has a rule leaves it its id, the others call theirs by another name.
    """
    common: dict[str, Rule] = {}
    names: dict[SetName, dict[str, str]] = {name: {} for name in sets}
    for name, catalogue in sets.items():
        for rule in (*catalogue.referred_rules(), *catalogue.enabled):
            _place(rule, common, names[name])
    return RuleSets(sets, Catalogue(common, declared_features()), names)


def score_of(
    sets: RuleSets,
    name: SetName,
    findings: pl.DataFrame,
    active: pl.DataFrame,
    results: Mapping[str, RuleResult],
    *,
    by_value: bool,
) -> HealthScore:
    """Score the findings of all sets (FINDINGS_SCHEMA) by one of them."""
    rules = sets.rules(name)
    weights = {rule.id: Decimal(rule.weight) for rule in rules}
    is_open = sets.findings(name, findings).filter(state="open")
    return health_score(
        order_risk(active, is_open, weights),
        weights,
        system_hits=is_open.filter(pl.col("order_id").is_null())["rule_id"].to_list(),
        evaluated={rule.id: results[sets.names[name][rule.id]].evaluated for rule in rules},
        weighted_by_value=by_value,
    )


def _place(rule: Rule, common: dict[str, Rule], names: dict[str, str]) -> None:
    """Put a rule into the common catalogue, unless it is there, and note its name; referred rules first."""
    if rule.id in names:
        return
    referred = {key: names[str(value)] for key, value in rule.parameters.items() if value in _referred(rule)}
    called = rule.model_copy(update={"parameters": {**rule.parameters, **referred}})
    name, number = rule.id, 1
    while name in common and not _is_same(common[name], called):
        number += 1
        name = f"{rule.id}__{number}"
    is_enabled = rule.enabled or (name in common and common[name].enabled)
    common[name] = called.model_copy(update={"id": name, "enabled": is_enabled})
    names[rule.id] = name


def _is_same(one: Rule, other: Rule) -> bool:
    """Say whether two rules are the same, whatever they are called, and whether they are switched on."""
    alike = {"id": "", "enabled": True}
    return one.model_copy(update=alike) == other.model_copy(update=alike)


def _referred(rule: Rule) -> list[str]:
    names = []
    for look in rule.looks:
        request = rule.request(look)
        units = declaration_of(request).parameters
        names += [str(value) for name, value in request.parameters if units[name] == "rule"]
    return names
