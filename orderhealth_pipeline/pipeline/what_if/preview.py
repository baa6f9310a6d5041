"""A preview: what the present orders would say if a figure of one rule were another.

What belongs here: computing what the rule looks at once, and comparing again and again. What does not:
replaying the past (backtest.py). The store is only read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.frames import FeedState, VisibleFeeds
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.evaluation.feature_rows import fact_of_affected, fact_of_own_milestones
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.evaluation.spoken import Spoken, spoken_at, targets_of, what_was_said
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_at
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import open_orders
from orderhealth_pipeline.rules.in_force.figures import with_changes
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.said import EXPLAINING, spoken_of
from orderhealth_pipeline.score.health import order_measures_by, score_of_measures
from orderhealth_pipeline.score.risk import order_risk, with_rule
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.evaluation import EvaluationMark, read_mark
from orderhealth_pipeline.store.file.connection import read_store
from orderhealth_pipeline.store.rows.visible import provided_columns


@dataclass(frozen=True)
class Preview:
    """Open findings of the rule now, and with other figures; orders that come and go; the score of both."""

    open_now: int
    open_then: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    score_now: Decimal | None
    score_then: Decimal | None


@dataclass(frozen=True)
class PreparedRule:
    """A rule and the present orders with everything that it looks at.

    `risk` has, for the same orders in the same order, what the score weighs, and the set of all other rules
    that they are hit by; `is_said` tells of which of them people explained a finding of this rule.
    """

    plan: RunPlan
    rule: Rule
    fact: pl.DataFrame
    feeds: VisibleFeeds
    risk: pl.DataFrame
    system_hits: tuple[str, ...]
    evaluated: Mapping[str, int]
    is_said: pl.Series

    def preview(self, changes: Mapping[str, Decimal]) -> Preview:
        """Compare the rule with one of other figures.

        Only figures that it compares with may be changed here, no parameters: what the rule looks at stays.
        """
        return compared(self, self.rule, self, with_changes(self.rule, changes))

    def open_findings(self, rule: Rule) -> pl.Series:
        """Say of every order whether it has an open finding of a rule with the same features."""
        return open_orders(self.fact, rule, self.feeds) & ~self.is_said

    def score(self, is_open: pl.Series, rule: Rule) -> Decimal | None:
        """Return the score with these findings of the rule beside all others."""
        by_value = self.plan.settings.score.weighted_by_value
        weights = {each.id: Decimal(each.weight) for each in self.plan.catalogue.enabled}
        weights[rule.id] = Decimal(rule.weight)
        measures: defaultdict[str, Decimal] = defaultdict(Decimal)
        risk = self.risk.with_columns(is_open=is_open)
        for (is_hit, others), measure in order_measures_by(
            risk, "is_open", weighted_by_value=by_value
        ).items():
            measures[with_rule(others, rule.id) if is_hit else others] += measure
        return score_of_measures(
            measures,
            weights,
            system_hits=self.system_hits,
            evaluated={**self.evaluated, rule.id: self.fact.height},
            active_orders=self.fact.height,
        ).score


def compared(now: PreparedRule, rule: Rule, then: PreparedRule, other: Rule) -> Preview:
    """Compare a rule with another one, each over what it looks at.

    One that is switched off finds nothing now; the other one is previewed as though it were on.
    """
    found, would_be_found = now.open_findings(rule), then.open_findings(other)
    if not rule.enabled:
        found &= False
    before, after = now.fact["order_id"].filter(found), then.fact["order_id"].filter(would_be_found)
    return Preview(
        before.len(),
        after.len(),
        _only_in(after, before),
        _only_in(before, after),
        now.score(found, rule),
        then.score(would_be_found, other),
    )


def _only_in(orders: pl.Series, others: pl.Series) -> tuple[str, ...]:
    return tuple(orders.filter(~orders.is_in(others.implode())).sort())


def preview_rule(plan: RunPlan, rule_id: str, changes: Mapping[str, Decimal]) -> Preview:
    """Compare a rule with one of other figures or parameters, over the orders of the newest evaluation.

    Raises ConfigurationError for a rule or figure that there is not, and StoreError where nothing was
    evaluated yet.
    """
    with read_store(plan.store) as con:
        plan = plan_at(plan, _mark(con, plan).as_of)
    rule = plan.catalogue.rules.get(rule_id)
    if rule is None:
        raise ConfigurationError(
            Message(
                "there is no rule '{rule_id}'; there are: {rules}",
                rule_id=rule_id,
                rules=", ".join(plan.catalogue.rules),
            )
        )
    if rule.is_system_level:
        raise ConfigurationError(
            Message("the rule '{rule_id}' is about the system as a whole: use a back-test", rule_id=rule_id)
        )
    then = with_changes(rule, changes)
    prepared = prepare_rule(plan, rule)
    if then.parameters == rule.parameters:
        return prepared.preview(changes)
    return compared(prepared, rule, prepare_rule(plan, then), then)


def prepare_rule(plan: RunPlan, rule: Rule) -> PreparedRule:
    """Read the present orders with all that a rule looks at, from the store."""
    referred = plan.catalogue.referred_by(rule)
    alone = Catalogue({each.id: each for each in (rule.model_copy(update={"enabled": True}), *referred)}, {})
    with read_store(plan.store) as con, pl.Config(engine_affinity="in-memory"):
        mark = _mark(con, plan)
        states: dict[str, FeedState] = dict(sql.run(con, "store/loads/select_feed_states"))
        provided = provided_columns(con)
        known = FeedsAt(con, replace(plan, catalogue=alone), mark.as_of, states, provided)
        fact = _fact(known)
        others = sql.read(con, "store/findings/select_findings_of_others", {"rule_id": rule.id})
        spoken = spoken_at(known, what_was_said(plan), None)
        counts = sql.run(con, "store/runs/select_evaluated_counts", {"as_of": mark.as_of})
    weights = {each.id: Decimal(each.weight) for each in plan.catalogue.rules.values()}
    risk = order_risk(fact, others.with_columns(state=pl.lit("open")), weights)
    return PreparedRule(
        plan=plan,
        rule=rule,
        fact=fact,
        feeds=VisibleFeeds(mark.as_of, {}, states, provided),
        risk=fact.select("order_id").join(
            risk.select("order_id", "amount", pl.col("rule_set").cast(pl.Categorical)),
            on="order_id",
            how="left",
            maintain_order="left",
        ),
        system_hits=tuple(others.filter(pl.col("order_id").is_null())["rule_id"]),
        evaluated=dict(counts),
        is_said=_said_of(rule, fact, spoken),
    )


def _fact(known: FeedsAt) -> pl.DataFrame:
    """Read all active orders with the features that the rule asks for."""
    own = fact_of_own_milestones(known)
    if own is not None:
        return own
    working.find_active_orders(known.con)
    return fact_of_affected(known, known.sold_lately())


def _mark(con: duckdb.DuckDBPyConnection, plan: RunPlan) -> EvaluationMark:
    mark = read_mark(con)
    if mark is None:
        raise StoreError(
            Message("{store}: nothing was evaluated yet: start `orderhealth run` first.", store=plan.store)
        )
    return mark


def _said_of(rule: Rule, fact: pl.DataFrame, spoken: Spoken) -> pl.Series:
    """Say of every order whether people explained what this rule finds of it."""
    words = spoken.words.filter(pl.col("kind").is_in(EXPLAINING))
    if words.is_empty():
        return pl.repeat(value=False, n=fact.height, eager=True)
    findings = fact.select("order_id", rule_id=pl.lit(rule.id))
    said = spoken_of(findings, targets_of(fact), spoken.records, words)
    return fact["order_id"].is_in(said["order_id"].unique().implode())
