"""What another form of a rule would do to the present orders, in the numbers that a person decides by.

What belongs here: counting, of a prepared rule. What does not: preparing it (preview.py), and the past
(backtest.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from orderhealth_pipeline.pipeline.what_if.preview import PreparedRule
from orderhealth_pipeline.rules.evaluate import hit_orders
from orderhealth_pipeline.rules.language.conditions import SystemCondition
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.said import COLUMN_OF


@dataclass(frozen=True)
class Side:
    """One form of a rule over the present orders.

    `hits` are the orders that it hits, of which `explained` have a benign reason or a person's word, and
    `open` are left, in `cases`. `confirmed` and `false_alarms` count those hits that people judged.
    """

    hits: int
    explained: int
    open: int
    cases: int
    confirmed: int
    false_alarms: int
    score: Decimal | None


@dataclass(frozen=True)
class Effect:
    """Both forms, and the orders whose findings come and go."""

    now: Side
    then: Side
    new: tuple[str, ...]
    gone: tuple[str, ...]


def effect(now: PreparedRule, rule: Rule, then: PreparedRule, other: Rule, judged: pl.DataFrame) -> Effect:
    """Compare a rule with another form of it, each over what it looks at.

    `judged` has the newest verdict on each order's finding of the rule: order_id, kind. A rule that is
    switched off finds nothing.
    """
    before, after = _Found(now, rule), _Found(then, other)
    return Effect(
        before.side(judged),
        after.side(judged),
        _only_in(after.open_orders, before.open_orders),
        _only_in(before.open_orders, after.open_orders),
    )


class _Found:
    """What one form of a rule finds."""

    def __init__(self, prepared: PreparedRule, rule: Rule) -> None:
        self._prepared, self._rule = prepared, rule
        fact, condition = prepared.fact, rule.hit_when
        nothing = pl.repeat(value=False, n=fact.height, eager=True)
        is_asked = rule.enabled and not isinstance(condition, SystemCondition)
        self._is_open = prepared.open_findings(rule) if is_asked else nothing
        self._is_hit = nothing
        if is_asked and not isinstance(condition, SystemCondition):
            self._is_hit = fact.select(hit=hit_orders(rule, condition, fact))["hit"] | self._is_open
        self.open_orders = fact["order_id"].filter(self._is_open)

    def side(self, judged: pl.DataFrame) -> Side:
        """Count."""
        fact = self._prepared.fact
        hits = fact["order_id"].filter(self._is_hit)
        kinds = judged.filter(pl.col("order_id").is_in(hits.implode()))["kind"]
        return Side(
            hits=hits.len(),
            explained=hits.len() - self.open_orders.len(),
            open=self.open_orders.len(),
            cases=self._cases(),
            confirmed=int((kinds == "confirmed").sum()),
            false_alarms=int((kinds == "false_alarm").sum()),
            score=self._prepared.score(self._is_open, self._rule),
        )

    def _cases(self) -> int:
        """Count the causes; those that only evidence tells count as one an order."""
        column = COLUMN_OF.get(self._rule.case_by, "order_id")
        fact = self._prepared.fact
        causes = fact[column if column in fact.columns else "order_id"].filter(self._is_open)
        return causes.n_unique() if causes.len() else 0


def _only_in(orders: pl.Series, others: pl.Series) -> tuple[str, ...]:
    return tuple(orders.filter(~orders.is_in(others.implode())).sort())
