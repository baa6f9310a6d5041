"""Two sets of rules over the same orders: those in force, and others that somebody thinks of.

What belongs here: putting both into one catalogue, so that what they look at is computed once, and taking
their results apart again. What does not: which orders (preview.py, backtest.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from orderhealth_pipeline.features import declared_features
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import RuleResult
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.score.health import HealthScore, health_score
from orderhealth_pipeline.score.risk import order_risk
from orderhealth_pipeline.shape_features import declaration_of

Side = Literal["now", "then"]

_THEN: Final = "then__"
"""What the ids of the other rules begin with in the common catalogue."""


def common_catalogue(now: Catalogue, then: Catalogue) -> Catalogue:
    """Return one catalogue with the enabled rules of both; what is the same in both stands in it once."""
    rules = {rule.id: rule for rule in now.enabled}
    for rule in then.enabled:
        if now.rules.get(rule.id) != rule or _refers_to_changed(rule, now, then):
            rules[f"{_THEN}{rule.id}"] = _renamed(rule, now, then)
    return Catalogue(rules, declared_features())


def _refers_to_changed(rule: Rule, now: Catalogue, then: Catalogue) -> bool:
    return any(now.rules.get(name) != then.rules.get(name) for name in _referred(rule))


def _referred(rule: Rule) -> list[str]:
    names = []
    for look in rule.looks:
        request = rule.request(look)
        units = declaration_of(request).parameters
        names += [str(value) for name, value in request.parameters if units[name] == "rule"]
    return names


def _renamed(rule: Rule, now: Catalogue, then: Catalogue) -> Rule:
    """Return a rule of the other set; what it refers to is of the other set, too, where that differs."""
    referred = {
        name: f"{_THEN}{value}"
        for name, value in rule.parameters.items()
        if value in _referred(rule) and now.rules.get(str(value)) != then.rules.get(str(value))
    }
    return rule.model_copy(update={"id": f"{_THEN}{rule.id}", "parameters": {**rule.parameters, **referred}})


@dataclass(frozen=True)
class Sides:
    """The two sets of rules, and the name that each rule has in the common catalogue."""

    now: Catalogue
    then: Catalogue

    def name(self, side: Side, rule_id: str) -> str:
        """Return what a rule of one set is called in the common catalogue."""
        own = f"{_THEN}{rule_id}"
        return own if side == "then" and own in self.common.rules else rule_id

    @property
    def common(self) -> Catalogue:
        """The catalogue that has both."""
        return common_catalogue(self.now, self.then)

    def rules(self, side: Side) -> tuple[Rule, ...]:
        """Return the enabled rules of one set."""
        return (self.now if side == "now" else self.then).enabled

    def findings(self, side: Side, findings: pl.DataFrame) -> pl.DataFrame:
        """Take the findings of one set out of those of both, under the rules' own ids."""
        common = self.common
        names = {
            (
                f"{_THEN}{rule.id}" if side == "then" and f"{_THEN}{rule.id}" in common.rules else rule.id
            ): rule.id
            for rule in self.rules(side)
        }
        return findings.filter(pl.col("rule_id").is_in(list(names))).with_columns(
            pl.col("rule_id").replace(names)
        )


def score_of(
    sides: Sides,
    side: Side,
    findings: pl.DataFrame,
    active: pl.DataFrame,
    results: Mapping[str, RuleResult],
    *,
    by_value: bool,
) -> HealthScore:
    """Score the findings of both sets (FINDINGS_SCHEMA) by one of them."""
    rules = sides.rules(side)
    weights = {rule.id: Decimal(rule.weight) for rule in rules}
    is_open = sides.findings(side, findings).filter(state="open")
    return health_score(
        order_risk(active, is_open, weights),
        weights,
        system_hits=is_open.filter(pl.col("order_id").is_null())["rule_id"].to_list(),
        evaluated={rule.id: results[sides.name(side, rule.id)].evaluated for rule in rules},
        weighted_by_value=by_value,
    )
