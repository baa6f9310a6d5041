"""Which comparisons with a price feature hold: prices of other orders turn them, while the order stays.

What belongs here: the comparisons, and what held at a full evaluation. What does not: finding out what holds
now of a long history (changed_orders.py). Findings cannot tell: in a condition a comparison may hold, or
turn, without a finding that comes or goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.orders.feature_functions import PRICE_FEATURES
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.language.condition import Comparison, comparisons
from orderhealth_pipeline.rules.language.holds import holds

HELD_BY_PRICE: Final = pl.Schema({"order_id": pl.String(), "comparison": pl.String()})
"""One row per active order and comparison with a price feature that holds of it, or value of its stock."""


def moved_by_prices(catalogue: Catalogue) -> Iterator[tuple[str, FeatureRequest, Comparison]]:
    """Return the comparisons of the enabled rules that look at a price feature: name, request, comparison."""
    for rule in catalogue.enabled:
        explaining = [each.when for each in rule.explanations if each.when is not None]
        leaves = [*rule.comparisons, *(leaf for condition in explaining for leaf in comparisons(condition))]
        for number, leaf in enumerate(leaves):
            if leaf.feature in PRICE_FEATURES and leaf.number_operator is not None:
                yield f"{rule.id}/{number}", rule.request(leaf), leaf


def held_by_price(fact: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Find the active orders of which a comparison with a price feature holds; `fact` has all features."""
    active = fact.filter("is_active")
    found = [held_orders(active, *each) for each in moved_by_prices(catalogue)]
    return pl.concat([pl.DataFrame(schema=HELD_BY_PRICE), *found])


def held_orders(orders: pl.DataFrame, name: str, request: FeatureRequest, leaf: Comparison) -> pl.DataFrame:
    """Keep the orders of which one comparison holds, under its name (HELD_BY_PRICE)."""
    is_held = holds(leaf, lambda _: request.column, orders.schema)
    return orders.filter(is_held).select("order_id", comparison=pl.lit(name))


def held_by_stock(stocked: Mapping[FeatureRequest, pl.DataFrame]) -> pl.DataFrame:
    """Return the values of features of stock, with what shows them, in place of comparisons (HELD_BY_PRICE).

    Where one of them turns, all that is said of the order is evaluated again.
    """
    found = [
        feature.select(
            "order_id",
            comparison=pl.concat_str(
                pl.lit(request.column),
                *(pl.col(name).cast(pl.String).fill_null("") for name in feature.columns[1:]),
                separator="\x1f",
            ),
        )
        for request, feature in stocked.items()
    ]
    return pl.concat([pl.DataFrame(schema=HELD_BY_PRICE), *found])
