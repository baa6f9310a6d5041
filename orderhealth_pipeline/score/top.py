"""The five orders to look at first."""

from __future__ import annotations

from typing import Final

import polars as pl

TOP: Final = 5
TOP_OF_ONE_KIND: Final = 2
"""Five times the same trouble says it once: so many have the same rules, as long as there are others."""

_LARGEST_FIRST: Final = ("p", "amount", "order_id")
_DESCENDING: Final = (True, True, False)


def top_orders(risk: pl.DataFrame) -> pl.DataFrame:
    """The orders with open findings by p, then amount, both largest first, then order_id.

    Of one set of rules at most two; more of them only where there are not enough others. Columns: rank (from
    1), order_id, p, amount.
    """
    candidates = (
        _candidates(risk)
        .sort(_LARGEST_FIRST, descending=_DESCENDING)
        .with_columns(is_repeated=pl.int_range(pl.len()).over("rule_set") >= TOP_OF_ONE_KIND)
    )
    return (
        candidates.sort("is_repeated", maintain_order=True)
        .head(TOP)
        .sort(_LARGEST_FIRST, descending=_DESCENDING)
        .select(rank=pl.int_range(1, pl.len() + 1), order_id="order_id", p="p", amount="amount")
    )


def _candidates(risk: pl.DataFrame) -> pl.DataFrame:
    """Leave out who is surely none of the five: few of many have to be sorted.

    Those of the sets with the highest risk suffice that fill the list by two each, and of each of them those
    with no less at stake than the fifth largest amount.
    """
    found = risk.lazy().filter(pl.col("p") > 0)
    sets = (
        found.group_by("rule_set", "p")
        .agg(orders=pl.len(), least=pl.col("amount").top_k(TOP).min())
        .collect()
        .sort("p", descending=True)
        .with_columns(filled=pl.col("orders").clip(upper_bound=TOP_OF_ONE_KIND).cum_sum())
    )
    lowest = sets.filter(pl.col("filled") >= TOP)["p"].first()
    wanted = sets if lowest is None else sets.filter(pl.col("p") >= lowest)
    return (
        found.join(wanted.lazy().select("rule_set", "least"), on="rule_set")
        .filter(pl.col("amount") >= pl.col("least"))
        .drop("least")
        .collect()
    )
