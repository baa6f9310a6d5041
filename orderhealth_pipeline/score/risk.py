"""How much is at stake with every active order: p, from the weights of the rules it is openly hit by.

What belongs here: p per order. What does not: the score over all of them (health.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, localcontext
from math import prod
from typing import Final

import polars as pl

NO_RULES = ""
"""The rule set of an order that nothing is open against."""

EXACT: Final = Context(prec=400)
"""Digits enough for fifty weights of six decimals, times the value of all orders: nothing is rounded."""

_SEPARATOR = " "
_ORDER: Final = ("order_id", "shop", "warehouse", "carrier", "amount", "currency")


def order_risk(fact: pl.DataFrame, findings: pl.DataFrame, weights: Mapping[str, Decimal]) -> pl.DataFrame:
    """One row per active order, in no order.

    Columns: order_id, shop, warehouse, carrier, amount, currency, rule_set, p.
    rule_set: the ids of the rules it has an open finding of, sorted and joined. p = 1 − Π(1 − w), 0 ≤ p < 1.
    There are few different rule sets, so all arithmetic is done once per set, in exact decimals.
    """
    rule_sets = _rule_sets(findings.filter(pl.col("state") == "open", pl.col("order_id").is_not_null()))
    risks = {
        rule_set: float(risk_of(rules_of(rule_set), weights)) for rule_set in rule_sets["rule_set"].unique()
    }
    p_of = pl.DataFrame(list(risks.items()), schema={"rule_set": pl.String, "p": pl.Float64}, orient="row")
    active = fact.lazy().filter("is_active").select(_ORDER)
    return (
        active.join(rule_sets.join(p_of, on="rule_set").lazy(), on="order_id", how="left")
        .with_columns(pl.col("rule_set").fill_null(NO_RULES), pl.col("p").fill_null(0.0))
        .collect()
    )


def _rule_sets(is_open: pl.DataFrame) -> pl.DataFrame:
    """Return order_id and rule_set of the orders with a finding."""
    # Most have one, and grouping is slow. Where two orders share a hash, both are only grouped for nothing.
    several = is_open["order_id"].hash().is_duplicated()
    grouped = is_open.filter(several).group_by("order_id").agg(pl.col("rule_id").sort().str.join(_SEPARATOR))
    return pl.concat([is_open.filter(~several).select("order_id", "rule_id"), grouped]).rename(
        {"rule_id": "rule_set"}
    )


def with_rule(rule_set: str, rule_id: str) -> str:
    """Return the set of the orders that one more rule hits."""
    return _SEPARATOR.join(sorted([*rules_of(rule_set), rule_id]))


def rules_of(rule_set: str) -> list[str]:
    """Split a rule set into its rule ids."""
    return rule_set.split(_SEPARATOR) if rule_set else []


def risk_of(rules: list[str], weights: Mapping[str, Decimal]) -> Decimal:
    """Combine weights as if the rules were independent: 1 − Π(1 − w), without rounding."""
    with localcontext(EXACT):
        return 1 - prod((1 - weights[rule] for rule in rules), start=Decimal(1))
