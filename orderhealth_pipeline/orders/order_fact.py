"""Feeds → order_fact: one row per storefront order with milestones, state and the features rules ask for.

What belongs here: putting the parts together in the right order. What does not: any feature's own logic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

import polars as pl

from orderhealth_pipeline.declared.shape_features import rules_of
from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds
from orderhealth_pipeline.orders.address import address_features
from orderhealth_pipeline.orders.buyers.customers import known_buyer, known_currency, vip_levels
from orderhealth_pipeline.orders.buyers.repeat_orders import repeat_orders
from orderhealth_pipeline.orders.engine import engine_for
from orderhealth_pipeline.orders.feature_functions import (
    FEATURES,
    PRICE_FEATURES,
    PROFILE_FEATURES,
    STOCK_FEATURES,
)
from orderhealth_pipeline.orders.inputs import FeatureInputs
from orderhealth_pipeline.orders.journey.fulfilment import (
    erp_milestones,
    overdue_shipments,
    warehouse_milestones,
)
from orderhealth_pipeline.orders.journey.parcels import (
    carrier_milestones,
    last_left_at,
    order_parcels,
    silent_parcels,
    troubled_parcels,
)
from orderhealth_pipeline.orders.known_inputs import with_known_inputs
from orderhealth_pipeline.orders.lifecycle import is_closed, stage
from orderhealth_pipeline.orders.money.payments import paid_orders
from orderhealth_pipeline.orders.money.prices import placed_lines, sold_lines, window_start
from orderhealth_pipeline.orders.profiles.risk import profiled_orders
from orderhealth_pipeline.orders.profiles.signals import BuyerSignals, usual_signals
from orderhealth_pipeline.orders.stock import Stock, stock_of
from orderhealth_pipeline.orders.wishes import tickets

Sold = Mapping[FeatureRequest, pl.DataFrame]
"""What was sold in the window of each request that compares prices (see sold_lines)."""

HitCondition = Callable[[pl.DataFrame], pl.DataFrame]


def build_order_fact(
    feeds: VisibleFeeds,
    requests: Sequence[FeatureRequest] = (),
    hit_orders: Mapping[str, HitCondition] | None = None,
    signals: BuyerSignals | None = None,
) -> pl.DataFrame:
    """Build order_fact: one row per order of the storefront, sorted by order_id.

    Columns: the milestones, and per request its column and evidence columns. `signals` of risky buyers are
    those that come along, unless others are given.
    """
    fact = build_milestones(feeds)
    lines = placed_lines(feeds, fact).collect()
    sold = sold_lately(partial(sold_lines, lines), feeds.as_of, requests)
    priced = price_lines(lines.filter("is_active"), sold, feeds.as_of)
    profiled = partial(profiled_orders, feeds, fact, signals or usual_signals())
    shared = {
        **priced,
        **stock_features(partial(stock_of, feeds, fact), requests),
        **profile_features(profiled, requests),
    }
    return add_features(feeds, fact, shared, requests, hit_orders or {}).sort("order_id")


def build_milestones(feeds: VisibleFeeds) -> pl.DataFrame:
    """Join what every system knows of an order onto the storefront's row: one row per order, in no order.

    Instants are UTC, amounts Decimal; an order without a buyer has no buyer_id.
    """
    orders = (
        address_features.with_address(feeds["storefront_orders"], feeds)
        .rename({"status": "status_storefront", "updated_at": "storefront_updated_at"})
        .with_columns(known_buyer(pl.col("buyer_id")), known_currency(pl.col("currency")))
    )
    orders = orders.hstack(vip_levels(feeds, orders))
    parcels = order_parcels(feeds, orders)
    parts = (
        paid_orders(feeds),
        erp_milestones(feeds),
        warehouse_milestones(feeds),
        overdue_shipments(feeds),
        carrier_milestones(parcels),
        silent_parcels(parcels),
        troubled_parcels(parcels),
        tickets.open_tickets(feeds),
    )
    ids = ids_of(orders)
    for part in pl.collect_all(parts, engine=engine_for(orders.height)):
        orders = orders.hstack(matched_to(ids, part))
    complaints = tickets.not_received_tickets(feeds, orders.select("order_id", "delivery_claimed_at"))
    orders = orders.hstack(matched_to(ids, complaints.collect()))
    return (
        orders.lazy()
        .with_columns(
            pl.col("was_ever_paid", "is_refunded", "is_returned", "is_in_wms").fill_null(value=False),
            pl.col("open_tickets").fill_null(0),
        )
        .with_columns(last_left_at=last_left_at(feeds))
        .with_columns(is_active=~is_closed(feeds.as_of), as_of=pl.lit(feeds.as_of))
        .with_columns(stage=stage())
        .collect()
    )


def ids_of(orders: pl.DataFrame) -> pl.DataFrame:
    """Return order_id and hash, row by row for the orders: numbers are joined twice as fast as texts."""
    return orders.select("order_id", hash=pl.col("order_id").hash())


def matched_to(ids: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a part besides order_id, row by row for the ids; null where it does not know one.

    A part has one row per order, of any orders. Its columns are put beside the columns there are (`hstack`),
    because a join with the part would copy all of these; a part that knows an order twice is refused.
    """
    hashed = part.with_columns(hash=pl.col("order_id").hash())
    if part.height > ids.height:
        hashed = hashed.filter(pl.col("hash").is_in(ids["hash"].implode()))
    matched = ids.select("hash").join(hashed, on="hash", how="left", maintain_order="left")
    # Where two orders share a hash, the texts decide.
    if matched.height != ids.height or (matched["order_id"] != ids["order_id"]).any():
        matched = ids.select("order_id").join(part, on="order_id", how="left", maintain_order="left")
    return matched.drop("order_id", "hash", strict=False)


def add_features(
    feeds: VisibleFeeds,
    fact: pl.DataFrame,
    priced: Mapping[FeatureRequest, pl.DataFrame],
    requests: Sequence[FeatureRequest],
    hit_orders: Mapping[str, HitCondition],
    neighbours: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add the features to the milestones (`with_features`), and what is known; null is what is not known."""
    fact = with_features(feeds, fact, priced, requests, hit_orders, neighbours)
    return with_known_inputs(fact, feeds, requests)


def with_features(
    feeds: VisibleFeeds,
    fact: pl.DataFrame,
    priced: Mapping[FeatureRequest, pl.DataFrame],
    requests: Sequence[FeatureRequest],
    hit_orders: Mapping[str, HitCondition],
    neighbours: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add the features to the milestones: per request its column and evidence columns.

    `priced` has the features that `price_lines`, `stock_features` and `profile_features` give. `hit_orders`
    gives, per rule that a feature refers to, a function from order_fact to the order_ids the rule hits; such
    features are computed after all others. `neighbours` are further orders that features look at, with the
    milestones for that; they are not given back, and only rules hit them that ask for what is in `priced`.
    """
    others = fact.clear() if neighbours is None else neighbours
    ids, other_ids = ids_of(fact), ids_of(others)
    for request in (each for each in requests if each in priced):
        fact = fact.hstack(matched_to(ids, priced[request]))
        others = others.hstack(matched_to(other_ids, priced[request]))
    looked_at = pl.concat([fact, others], how="diagonal")
    repeated = repeat_orders(feeds, looked_at)
    others_asked = (each for each in requests if each not in priced)
    for request in sorted(others_asked, key=lambda each: bool(rules_of(each))):
        hits = {
            rule: hit(pl.concat([fact, others], how="diagonal"))
            for rule, hit in hit_orders.items()
            if rule in rules_of(request)
        }
        feature = compute_feature(FeatureInputs(feeds, looked_at, repeated, hits), request)
        fact = fact.hstack(matched_to(ids, feature))
    return fact


def sold_lately(
    sold_since: Callable[[datetime], pl.DataFrame], as_of: datetime, requests: Sequence[FeatureRequest]
) -> dict[FeatureRequest, pl.DataFrame]:
    """Return what was sold, per request that compares with it; `sold_since` tells it from an instant on."""
    return {
        request: sold_since(window_start(as_of, dict(request.parameters)))
        for request in requests
        if request.feature in PRICE_FEATURES
    }


def stock_features(
    read_stock: Callable[[], Stock], requests: Iterable[FeatureRequest]
) -> dict[FeatureRequest, pl.DataFrame]:
    """Compute the features of stock, as `compute_feature` does; without any nothing is read."""
    asked = [each for each in requests if each.feature in STOCK_FEATURES]
    if not asked:
        return {}
    stock = read_stock()
    return {each: _named(STOCK_FEATURES[each.feature](stock, dict(each.parameters)), each) for each in asked}


def profile_features(
    read_profiled: Callable[[], pl.DataFrame], requests: Iterable[FeatureRequest]
) -> dict[FeatureRequest, pl.DataFrame]:
    """Compute the features of buyers' profiles, as `compute_feature` does; without any nothing is read."""
    asked = [each for each in requests if each.feature in PROFILE_FEATURES]
    if not asked:
        return {}
    profiled = read_profiled()
    return {
        each: _named(PROFILE_FEATURES[each.feature](profiled, dict(each.parameters)), each) for each in asked
    }


def price_lines(lines: pl.DataFrame, sold: Sold, as_of: datetime) -> dict[FeatureRequest, pl.DataFrame]:
    """Compute the features that compare lines with what was sold; the frames of `compute_feature`.

    `lines` are all placed lines of some active orders: order_id, sku, currency, unit_price, placed_at.
    """
    priced = {}
    for request, sold_then in sold.items():
        parameters = dict(request.parameters)
        recent = lines.filter(pl.col("placed_at") >= window_start(as_of, parameters))
        feature = PRICE_FEATURES[request.feature].of_lines(recent, sold_then, parameters)
        priced[request] = _named(feature, request)
    return priced


def compute_feature(inputs: FeatureInputs, request: FeatureRequest) -> pl.DataFrame:
    """Compute one feature: order_id, the request's column, and its evidence columns.

    Evidence columns carry the request's parameters as the value does.
    """
    return _named(FEATURES[request.feature](inputs, dict(request.parameters)), request)


def _named(computed: pl.LazyFrame, request: FeatureRequest) -> pl.DataFrame:
    feature = computed.collect()
    return feature.rename(
        {
            name: request.column if name == "value" else request.evidence_column(name)
            for name in feature.columns[1:]
        }
    )
