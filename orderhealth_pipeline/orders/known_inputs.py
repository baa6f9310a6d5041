"""What must be known of an order for a feature to be known of it: its buyer, its address, its lines.

What belongs here: the conditions that features.yml names. What does not: features, and columns that no file
ever had (rules/blindness.py). A feature that is unknown of an order is null; a null alone does not say so,
because a feature that does not concern an order has no value either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from orderhealth_pipeline.declared.features import OrderInput
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds, known_column

HAS_LINES: Final = "has_lines"

OF_ORDER: Final[Mapping[OrderInput, pl.Expr]] = {
    "buyer": pl.col("buyer_id").is_not_null(),
    "address": pl.col("address_key").is_not_null(),
    "phone": pl.col("phone_key").is_not_null(),
    "receiver": pl.col("receiver_key").is_not_null(),
    "readable_address": ~pl.col("address_masked")
    & (pl.col("address_complete").is_not_null() | pl.col("phone_valid").is_not_null()),
    "lines": pl.col(HAS_LINES),
    # Money that succeeded at an instant that nobody knows: how long the order has waited cannot be told.
    "payment_instant": pl.col("paid_at").is_not_null() | pl.col("is_refunded") | ~pl.col("was_ever_paid"),
}
"""Each condition over the milestones of an order, and over `has_lines`."""


def known_columns(names: Iterable[OrderInput]) -> list[str]:
    """Return the columns that tell whether so much is known of an order."""
    return [column for name in names for column in OF_ORDER[name].meta.root_names()]


def with_known_inputs(
    fact: pl.DataFrame, feeds: VisibleFeeds, requests: Sequence[FeatureRequest]
) -> pl.DataFrame:
    """Add per feature that depends on what is known of an order whether it is: `known__<feature>`.

    Where it is not, the feature's columns become null.
    """
    depending = {known_column(each): declaration_of(each).inputs.of_order for each in requests}
    known = {
        column: pl.all_horizontal(*(OF_ORDER[name] for name in of_order))
        for column, of_order in depending.items()
        if of_order
    }
    if any("lines" in of_order for of_order in depending.values()):
        fact = fact.with_columns(_has_lines(feeds))
    return fact.with_columns(**known).with_columns(
        pl.when(known_column(each)).then(each.column).alias(each.column)
        for each in requests
        if known_column(each) in known
    )


def _has_lines(feeds: VisibleFeeds) -> pl.Expr:
    """Say of an order that something was ordered: a line of nothing is no part of a basket."""
    lines = feeds["storefront_order_lines"].filter(pl.col("quantity") > 0)
    return pl.col("order_id").is_in(lines["order_id"].implode()).alias(HAS_LINES)
