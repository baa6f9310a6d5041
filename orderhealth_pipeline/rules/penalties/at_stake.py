"""What the open findings may cost, by the terms of the platforms: pure.

What belongs here: pricing findings. What does not: the terms (terms.py), and reading findings.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import MONEY
from orderhealth_pipeline.rules.penalties.terms import Penalties

PRICED: Final = pl.Schema(
    {
        "platform": pl.String(),
        "rule_id": pl.String(),
        "currency": pl.String(),
        "orders": pl.Int64(),
        "amount": MONEY,
        "unpriced": pl.Int64(),
    }
)
"""One row per platform and rule: the orders that it may cost `amount`, and those that cannot be priced.

An order that several rules strike counts once, where it costs most: a platform charges a lateness once."""

_TERMS: Final = pl.Schema(
    {
        "shop": pl.String(),
        "rule_id": pl.String(),
        "platform": pl.String(),
        "term_currency": pl.String(),
        "fixed": MONEY,
        "share": MONEY,
        "at_least": MONEY,
        "at_most": MONEY,
    }
)


def at_stake(findings: pl.DataFrame, penalties: Penalties) -> pl.DataFrame:
    """Return PRICED of open findings: order_id, rule_id, shop, amount and currency (null: the platform's).

    An order in another currency than the platform's, or without an amount where a share is charged, cannot be
    priced. Nothing is converted.
    """
    priced = findings.join(_terms(penalties), on=["shop", "rule_id"], how="inner").with_columns(
        penalty=_penalty()
    )
    once = (
        priced.sort("penalty", "rule_id", descending=[True, False], nulls_last=True)
        .group_by("platform", "order_id", maintain_order=True)
        .first()
    )
    is_priced = pl.col("penalty").is_not_null()
    return (
        once.group_by("platform", "rule_id", pl.col("term_currency").alias("currency"))
        .agg(
            orders=is_priced.sum().cast(pl.Int64),
            amount=pl.col("penalty").sum().cast(MONEY),
            unpriced=(~is_priced).sum().cast(pl.Int64),
        )
        .select(PRICED.names())
        .sort("amount", "platform", "rule_id", descending=[True, False, False])
    )


def _terms(penalties: Penalties) -> pl.DataFrame:
    rows = [
        {
            "shop": shop,
            "rule_id": rule_id,
            "platform": name,
            "term_currency": platform.currency,
            **{key: getattr(term, key) for key in ("fixed", "share", "at_least", "at_most")},
        }
        for name, platform in penalties.platforms.items()
        for rule_id, term in platform.rules.items()
        for shop in platform.shops
    ]
    return pl.DataFrame(rows, schema=_TERMS)


def _penalty() -> pl.Expr:
    is_known = pl.col("currency").fill_null(pl.col("term_currency")) == pl.col("term_currency")
    of_share = (pl.col("amount") * pl.col("share")).cast(MONEY).round(2)
    # A bound that is not set is null, which the smallest and the largest of several leave out.
    bounded = pl.min_horizontal(pl.max_horizontal(of_share, "at_least"), "at_most")
    priced = pl.when(pl.col("share").is_null()).then("fixed").when(of_share.is_not_null()).then(bounded)
    return pl.when(is_known).then(priced)
