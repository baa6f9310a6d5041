"""From stored milestones to the features of the orders that are evaluated: of all active ones, or of a part.

What belongs here: which rows a feature is given. What does not: features, and finding out which orders are
evaluated (all_orders.py, changed_orders.py). A feature of an affected order looks at nothing beyond its
neighbours (see sql/tick/affected/find_neighbours.sql) and the placed lines, so on these it has the
value that it has on everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

import polars as pl

from orderhealth_pipeline.declared.shape_features import KEY_COLUMNS, columns_of_shape, declaration_of
from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds, known_column
from orderhealth_pipeline.orders.buyers import repeat_orders
from orderhealth_pipeline.orders.inputs import (
    COLUMNS_OF_CONTENTS,
    COLUMNS_OF_NEIGHBOURS,
    COLUMNS_OF_RECORDS,
    FeatureInputs,
)
from orderhealth_pipeline.orders.journey import delays
from orderhealth_pipeline.orders.known_inputs import known_columns, with_known_inputs
from orderhealth_pipeline.orders.order_fact import (
    Sold,
    add_features,
    compute_feature,
    ids_of,
    matched_to,
    price_lines,
    profile_features,
)
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.evaluation.orders_at import OrderFacts
from orderhealth_pipeline.pipeline.evaluation.reach import rules_of_time
from orderhealth_pipeline.rules.evaluate import hit_conditions
from orderhealth_pipeline.rules.of_time import IS_LASTING, is_own, requests_of
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.buyers import read_profiles_of_affected
from orderhealth_pipeline.store.changes import find_neighbours
from orderhealth_pipeline.words import LIMITS

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

LASTING_COLUMNS: Final = (*delays.MILESTONES, "is_active", "buyer_id", "address_key", *LIMITS)
"""The milestones of a lasting order that its features look at, what people may speak of, and its places."""

NEIGHBOUR_COLUMNS: Final = tuple(
    dict.fromkeys((*repeat_orders.MILESTONES, *KEY_COLUMNS.values(), "amount", "currency"))
)
"""The milestones of other orders that the features of an order look at."""

Priced = Mapping[FeatureRequest, pl.DataFrame]


def facts_of_evaluated(known: FeedsAt, sold: Sold) -> OrderFacts:
    """Compute the features of the orders in the temporary tables affected and lasting.

    Of lasting orders only the features of rules that tell how long something lasts, or what prices are
    priced with; the others are null.
    """
    featured, feeds, priced = _affected_orders(known, sold)
    return OrderFacts(
        affected=featured,
        evaluated=pl.concat([featured, _lasting_orders(known, feeds, priced)], how="diagonal").with_columns(
            pl.col(IS_LASTING).fill_null(value=False)
        ),
        active=_active_orders(known, feeds),
    )


def fact_of_affected(known: FeedsAt, sold: Sold) -> pl.DataFrame:
    """Compute the features of the orders in the temporary table affected alone."""
    return _affected_orders(known, sold)[0]


def _affected_orders(known: FeedsAt, sold: Sold) -> tuple[pl.DataFrame, VisibleFeeds, Priced]:
    con, catalogue = known.con, known.plan.catalogue
    affected = working.read_affected_orders(con).with_columns(as_of=pl.lit(known.as_of))
    others = find_neighbours(con, affected, NEIGHBOUR_COLUMNS, known.reach, known.as_of)
    feeds = _feeds(known)
    lines = working.read_active_lines(con, ("affected", "lasting", "neighbours"))
    priced = {
        **price_lines(lines, sold, known.as_of),
        **known.stocked,
        **profile_features(partial(read_profiles_of_affected, con), catalogue.order_requests()),
    }
    engine = known.plan.engine
    add = add_features if engine is None else engine.add_features
    featured = add(feeds, affected, priced, catalogue.order_requests(), hit_conditions(catalogue), others)
    return featured, feeds, priced


def fact_of_own_milestones(known: FeedsAt) -> pl.DataFrame | None:
    """Compute the features of all active orders where they look at nothing but the order's own milestones.

    None where one of the features looks further. Rows are in no order, columns are those that are looked at.
    """
    requests = known.plan.catalogue.order_requests()
    needed = {name for request in requests for name in declaration_of(request).inputs.of_order}
    if not all(map(is_own, requests)) or "lines" in needed:
        return None
    own = [column for request in requests for column in columns_of_shape(request)]
    columns = dict.fromkeys((*LASTING_COLUMNS, *ACTIVE_COLUMNS, *known_columns(needed), *own))
    active = working.read_active_orders(known.con, tuple(columns)).with_columns(as_of=pl.lit(known.as_of))
    feeds = VisibleFeeds(known.as_of, {}, known.states, known.provided)
    return with_known_inputs(_with_features(active, feeds, requests, {}), feeds, requests)


def _feeds(known: FeedsAt) -> VisibleFeeds:
    """Read what features look at besides milestones, of affected orders and, of some feeds, neighbours.

    What no enabled rule asks for is not read.
    """
    of_all = known.feeds_of_orders(COLUMNS_OF_NEIGHBOURS, "neighbours")
    read = {feed for each in known.plan.catalogue.order_requests() for feed in declaration_of(each).reads}
    columns = {feed: COLUMNS_OF_RECORDS[feed] for feed in sorted(read & COLUMNS_OF_RECORDS.keys())}
    of_affected = known.feeds_of_orders(columns, "affected")
    columns = {feed: COLUMNS_OF_CONTENTS[feed] for feed in sorted(read & COLUMNS_OF_CONTENTS.keys())}
    of_shipments = known.feeds_of_orders(columns, "neighbours")
    return replace(of_all, frames={**of_all.frames, **of_affected.frames, **of_shipments.frames})


def _lasting_orders(known: FeedsAt, feeds: VisibleFeeds, priced: Priced) -> pl.DataFrame:
    """Read the lasting orders, with what has changed of them since the evaluation before."""
    catalogue = known.plan.catalogue
    requests = [
        request for rule in rules_of_time(catalogue).lasting for request in requests_of(catalogue.rules[rule])
    ]
    own = [column for request in requests for column in columns_of_shape(request)]
    columns = tuple(dict.fromkeys((*LASTING_COLUMNS, *own)))
    lasting = working.read_lasting_orders(known.con, columns)
    featured = _with_features(lasting, feeds, dict.fromkeys(requests), priced)
    # They have a finding, and nothing has happened to them: enough was known of them then.
    known_then = {known_column(each) for each in requests if declaration_of(each).inputs.of_order}
    return featured.with_columns(pl.lit(value=True).alias(name) for name in (IS_LASTING, *sorted(known_then)))


def _active_orders(known: FeedsAt, feeds: VisibleFeeds) -> pl.DataFrame:
    active = working.read_active_orders(known.con, ACTIVE_COLUMNS)
    return _with_features(active, feeds, known.plan.catalogue.system_requests(), {})


def _with_features(
    orders: pl.DataFrame, feeds: VisibleFeeds, requests: Iterable[FeatureRequest], priced: Priced
) -> pl.DataFrame:
    """Add features that look at nothing but the order, or that are priced already."""
    inputs, ids = FeatureInputs(feeds, orders, pl.DataFrame(), {}), ids_of(orders)
    for request in requests:
        feature = priced[request] if request in priced else compute_feature(inputs, request)
        orders = orders.hstack(matched_to(ids, feature))
    return orders
