"""The five orders to look at first."""

from __future__ import annotations

from typing import Final

import polars as pl

TOP: Final = 5
TOP_OF_ONE_KIND: Final = 2
"""Five times the same trouble says it once: so many have the same rules, as long as there are others."""

_SEVERAL: Final = 2
_IN_TURN: Final = ("p", "place", "orders_of_currency", "currency", "order_id")
_DESCENDING: Final = (True, False, True, False, False)


def top_orders(risk: pl.DataFrame) -> pl.DataFrame:
    """The orders with open findings by p, then amount, both largest first, then order_id.

    Amounts are compared within one currency: of several, the largest of each come in turn, that of most
    orders first. Of one set of rules at most two; more of them only where there are not enough others.
    Columns: rank (from 1), order_id, p, amount.
    """
    found = risk.filter(pl.col("p") > 0).with_columns(pl.col("currency").fill_null(""))
    # Within one currency an amount alone tells who is surely none of the five: few of many have to be sorted.
    candidates = _candidates(found) if found["currency"].n_unique() < _SEVERAL else found
    candidates = (
        _in_turn(candidates)
        .sort(_IN_TURN, descending=_DESCENDING)
        .with_columns(is_repeated=pl.int_range(pl.len()).over("rule_set") >= TOP_OF_ONE_KIND)
    )
    return (
        candidates.sort("is_repeated", maintain_order=True)
        .head(TOP)
        .sort(_IN_TURN, descending=_DESCENDING)
        .select(rank=pl.int_range(1, pl.len() + 1), order_id="order_id", p="p", amount="amount")
    )


def _in_turn(found: pl.DataFrame) -> pl.DataFrame:
    """Add the place of each order among those of its risk and currency, the largest amount first."""
    place = pl.int_range(pl.len()).over("p", "currency")
    return found.sort("amount", "order_id", descending=[True, False]).with_columns(
        place=place, orders_of_currency=pl.len().over("currency")
    )


def _candidates(found: pl.DataFrame) -> pl.DataFrame:
    """Leave out who is surely none of the five, where there is one currency.

    Those of the sets with the highest risk suffice that fill the list by two each, and of each of them those
    with no less at stake than the fifth largest amount.
    """
    sets = (
        found.lazy()
        .group_by("rule_set", "p")
        .agg(orders=pl.len(), least=pl.col("amount").top_k(TOP).min())
        .collect()
        .sort("p", descending=True)
        .with_columns(filled=pl.col("orders").clip(upper_bound=TOP_OF_ONE_KIND).cum_sum())
    )
    lowest = sets.filter(pl.col("filled") >= TOP)["p"].first()
    wanted = sets if lowest is None else sets.filter(pl.col("p") >= lowest)
    return (
        found.lazy()
        .join(wanted.lazy().select("rule_set", "least"), on="rule_set")
        .filter(pl.col("amount") >= pl.col("least"))
        .drop("least")
        .collect()
    )
