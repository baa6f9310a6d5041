"""From stored milestones to the features of the orders that are evaluated: of all active ones, or of a part.

What belongs here: which rows a feature is given. What does not: features, and finding out which orders are
evaluated (everything.py, tick.py). A feature of an affected order looks at nothing beyond its neighbours (see
sql/tick/find_neighbours.sql) and the placed lines, so on these it has the value that it has on everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds
from orderhealth_pipeline.orders import delays, repeat_orders
from orderhealth_pipeline.orders.inputs import COLUMNS_OF_NEIGHBOURS, FeatureInputs
from orderhealth_pipeline.orders.order_fact import (
    COMPARISONS,
    Sold,
    add_features,
    compare_lines,
    compute_feature,
    ids_of,
    matched_to,
)
from orderhealth_pipeline.pipeline.known import Known
from orderhealth_pipeline.pipeline.present import Facts, longest_span
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.evaluate import hit_conditions
from orderhealth_pipeline.rules.model import Rule
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.changes import RulesOfTime, find_neighbours

ACTIVE_COLUMNS: Final = (
    "order_id",
    "shop",
    "warehouse",
    "carrier",
    "amount",
    "currency",
    "is_active",
    "placed_at",
    "paid_at",
    "was_ever_paid",
    "erp_synced_at",
    "erp_shipped_at",
    "printed_at",
    "outbound_at",
    "picked_up_at",
    "delivered_at",
)
"""The milestones that the score, its parts and system-level rules look at."""

LASTING_COLUMNS: Final = (*delays.MILESTONES, "is_active", "shop", "buyer_id", "address_key")
"""The milestones of a lasting order that its features look at, and what people may speak of."""

NEIGHBOUR_COLUMNS: Final = repeat_orders.MILESTONES
"""The milestones of other orders that the features of an order look at."""

Compared = Mapping[FeatureRequest, pl.DataFrame]


def facts_of_evaluated(known: Known, sold: Sold) -> Facts:
    """Compute the features of the orders in the temporary tables affected and lasting.

    Of lasting orders only the features of rules that tell how long something lasts, or what prices are
    compared with; the others are null.
    """
    con, catalogue = known.con, known.plan.catalogue
    affected = working.read_affected_orders(con).with_columns(as_of=pl.lit(known.as_of))
    span = longest_span(catalogue.requests())
    others = find_neighbours(con, affected, NEIGHBOUR_COLUMNS, known.as_of - known.window, span)
    feeds = known.feeds_of_orders(COLUMNS_OF_NEIGHBOURS, "neighbours")
    lines = working.read_active_lines(con, ("affected", "lasting", "neighbours"))
    compared = compare_lines(lines, sold, known.as_of)
    featured = add_features(
        feeds, affected, compared, catalogue.order_requests(), hit_conditions(catalogue), others
    )
    return Facts(
        affected=featured,
        evaluated=pl.concat([featured, _lasting_orders(known, feeds, compared)], how="diagonal"),
        active=_active_orders(known, feeds),
    )


def rules_of_time(catalogue: Catalogue) -> RulesOfTime:
    """Tell the rules whose findings change as time passes, or as other orders' prices do."""
    lasting, comparing, entangled = [], [], []
    for rule in catalogue.enabled:
        if rule.is_system_level:
            continue
        is_of_time = [
            feature in COMPARISONS or catalogue.features[feature].grows is not None
            for feature in rule.features
        ]
        if all(is_of_time):
            lasting.append(rule.id)
        elif any(is_of_time):
            entangled.append(rule.id)
        if rule.hit_when.feature in COMPARISONS:
            comparing.append(rule.id)
    return RulesOfTime(tuple(lasting), tuple(comparing), tuple(entangled))


def knows_neighbours(catalogue: Catalogue) -> bool:
    """Say whether all that features ask of an order's neighbours is known of these.

    A feature may ask which of them another rule hits. That is known of rules that compare prices alone.
    """
    return all(rule.hit_when.feature in COMPARISONS for rule in catalogue.referred_rules())


def _requests(catalogue: Catalogue, rule: Rule) -> list[FeatureRequest]:
    return [catalogue.request(rule, feature) for feature in rule.features]


def _lasting_orders(known: Known, feeds: VisibleFeeds, compared: Compared) -> pl.DataFrame:
    """Read the lasting orders, with what has changed of them since the evaluation before."""
    catalogue = known.plan.catalogue
    requests = [
        request
        for rule in rules_of_time(catalogue).lasting
        for request in _requests(catalogue, catalogue.rules[rule])
    ]
    lasting = working.read_lasting_orders(known.con, LASTING_COLUMNS)
    return _with_features(lasting, feeds, dict.fromkeys(requests), compared)


def _active_orders(known: Known, feeds: VisibleFeeds) -> pl.DataFrame:
    active = working.read_active_orders(known.con, ACTIVE_COLUMNS)
    return _with_features(active, feeds, known.plan.catalogue.system_requests(), {})


def _with_features(
    orders: pl.DataFrame, feeds: VisibleFeeds, requests: Iterable[FeatureRequest], compared: Compared
) -> pl.DataFrame:
    """Add features that look at nothing but the order, or that are compared already."""
    inputs, ids = FeatureInputs(feeds, orders, pl.DataFrame(), {}), ids_of(orders)
    for request in requests:
        feature = compared[request] if request in compared else compute_feature(inputs, request)
        orders = orders.hstack(matched_to(ids, feature))
    return orders
