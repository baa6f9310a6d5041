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


@dataclass(frozen=True)
class Found:
    """What one form of a rule finds: in numbers, and the orders that are left open."""

    side: Side
    open_orders: pl.Series


def found_by(prepared: PreparedRule, rule: Rule, judged: pl.DataFrame) -> Found:
    """Count what a rule finds, over what it looks at.

    `judged` has the newest verdict on each order's finding of the rule: order_id, kind. A rule that is
    switched off finds nothing.
    """
    fact, condition = prepared.fact, rule.hit_when
    is_open = is_hit = pl.repeat(value=False, n=fact.height, eager=True)
    if rule.enabled and not isinstance(condition, SystemCondition):
        is_open = prepared.open_findings(rule)
        is_hit = fact.select(hit=hit_orders(rule, condition, fact))["hit"]
    hits, open_orders = int(is_hit.sum()), fact["order_id"].filter(is_open)
    kinds = (
        fact.filter(is_hit).join(judged, on="order_id", how="inner")["kind"]
        if judged.height
        else judged["kind"]
    )
    side = Side(
        hits=hits,
        explained=hits - open_orders.len(),
        open=open_orders.len(),
        cases=_cases(fact, rule, is_open),
        confirmed=int((kinds == "confirmed").sum()),
        false_alarms=int((kinds == "false_alarm").sum()),
        score=prepared.score(is_open, rule),
    )
    return Found(side, open_orders)


def effect_between(now: Found, then: Found) -> Effect:
    """Compare what two forms of a rule find."""
    return Effect(
        now.side,
        then.side,
        _only_in(then.open_orders, now.open_orders),
        _only_in(now.open_orders, then.open_orders),
    )


def _cases(fact: pl.DataFrame, rule: Rule, is_open: pl.Series) -> int:
    """Count the causes; where only evidence tells them, each order counts as one."""
    column = COLUMN_OF.get(rule.case_by, "order_id")
    causes = fact[column if column in fact.columns else "order_id"].filter(is_open)
    return causes.n_unique() if causes.len() else 0


def _only_in(orders: pl.Series, others: pl.Series) -> tuple[str, ...]:
    return tuple(orders.filter(~orders.is_in(others.implode())).sort())
