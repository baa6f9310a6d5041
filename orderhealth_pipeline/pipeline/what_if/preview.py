"""A preview: what the present orders would say if a figure of one rule were another.

What belongs here: computing what the rule looks at once, and comparing again and again. What does not:
replaying the past (backtest.py). The store is only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.frames import FINDINGS_SCHEMA, FeedState, VisibleFeeds
from orderhealth_pipeline.pipeline.evaluation.feature_rows import facts_of_evaluated
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.evaluation.spoken import Spoken, spoken_at, what_was_said
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import evaluate_rules
from orderhealth_pipeline.rules.in_force.figures import with_changes
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.score.health import health_score
from orderhealth_pipeline.score.risk import order_risk
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.evaluation import read_mark
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
    """A rule and the present orders with everything that it looks at; `others` are all other findings.

    `spoken` is what people said.
    """

    plan: RunPlan
    rule: Rule
    fact: pl.DataFrame
    active: pl.DataFrame
    feeds: VisibleFeeds
    others: pl.DataFrame
    evaluated: Mapping[str, int]
    spoken: Spoken

    def preview(self, changes: Mapping[str, Decimal]) -> Preview:
        """Compare the rule with one of other figures.

        Only figures that it compares with may be changed here, no parameters: what the rule looks at stays.
        """
        return compared(self, self.rule, self, with_changes(self.rule, changes))

    def open_findings(self, rule: Rule) -> pl.DataFrame:
        """Return the open findings of a rule with the same features (FINDINGS_SCHEMA)."""
        catalogue = Catalogue({rule.id: rule}, {})
        evaluation = evaluate_rules(self.fact, catalogue, self.feeds)
        return self.spoken.label(evaluation.findings, self.fact).filter(state="open")

    def score(self, findings: pl.DataFrame, rule: Rule) -> Decimal | None:
        """Return the score with these findings of the rule beside all others."""
        weights = {each.id: Decimal(each.weight) for each in self.plan.catalogue.enabled}
        weights[rule.id] = Decimal(rule.weight)
        every = pl.concat([self.others, findings.select(self.others.columns)])
        return health_score(
            order_risk(self.active, every, weights),
            weights,
            system_hits=every.filter(pl.col("order_id").is_null())["rule_id"].to_list(),
            evaluated={**self.evaluated, rule.id: self.fact.height},
            weighted_by_value=self.plan.settings.score.weighted_by_value,
        ).score


def compared(now: PreparedRule, rule: Rule, then: PreparedRule, other: Rule) -> Preview:
    """Compare a rule with another one, each over what it looks at."""
    found, would_be_found = now.open_findings(rule), then.open_findings(other)
    before, after = set(found["order_id"]), set(would_be_found["order_id"])
    return Preview(
        found.height,
        would_be_found.height,
        tuple(sorted(after - before)),
        tuple(sorted(before - after)),
        now.score(found, rule),
        then.score(would_be_found, other),
    )


def preview_rule(plan: RunPlan, rule_id: str, changes: Mapping[str, Decimal]) -> Preview:
    """Compare a rule with one of other figures or parameters, over the orders of the newest evaluation.

    Raises ConfigurationError for a rule or figure that there is not, and StoreError where nothing was
    evaluated yet.
    """
    rule = plan.catalogue.rules.get(rule_id)
    if rule is None:
        raise ConfigurationError(
            f"there is no rule '{rule_id}'; there are: {', '.join(plan.catalogue.rules)}"
        )
    if rule.is_system_level:
        raise ConfigurationError(f"the rule '{rule_id}' is about the system as a whole: use a back-test")
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
        mark = read_mark(con)
        if mark is None:
            raise StoreError(f"{plan.store}: nothing was evaluated yet: start `orderhealth run` first.")
        states: dict[str, FeedState] = dict(sql.run(con, "store/loads/select_feed_states"))
        provided = provided_columns(con)
        known = FeedsAt(con, replace(plan, catalogue=alone), mark.as_of, states, provided)
        working.find_active_orders(con)
        facts = facts_of_evaluated(known, known.sold_lately())
        others = _other_findings(con, rule.id)
        spoken = spoken_at(known, what_was_said(plan), None)
        counts = sql.run(con, "store/runs/select_evaluated_counts", {"as_of": mark.as_of})
        evaluated: dict[str, int] = dict(counts)
    return PreparedRule(
        plan=plan,
        rule=rule,
        fact=facts.affected,
        active=facts.active,
        feeds=VisibleFeeds(mark.as_of, {}, states, provided),
        others=others,
        evaluated=evaluated,
        spoken=spoken,
    )


def _other_findings(con: duckdb.DuckDBPyConnection, rule_id: str) -> pl.DataFrame:
    found: pl.DataFrame = sql.read(con, "store/findings/select_findings_of_others", {"rule_id": rule_id})
    return found.cast(FINDINGS_SCHEMA)
