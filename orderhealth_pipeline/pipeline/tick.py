"""A tick: only what changed since the newest evaluation is evaluated again.

What belongs here: from changed records to the orders that are affected, and their facts. What does not: any
rule or feature of its own: the same functions run on fewer rows. A feature of an affected order looks at
nothing beyond its neighbours (all orders of its buyer, recent ones to its address) and the placed lines, so
on these it has the value that it has on everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.frames import FeatureRequest, FeedState, VisibleFeeds
from orderhealth_pipeline.orders.address_features import with_address
from orderhealth_pipeline.orders.inputs import COLUMNS_READ, FeatureInputs
from orderhealth_pipeline.orders.lifecycle import CLOSED_AFTER_DELIVERY
from orderhealth_pipeline.orders.order_fact import (
    add_features,
    build_milestones,
    compare_lines,
    compute_feature,
)
from orderhealth_pipeline.orders.prices import placed_lines
from orderhealth_pipeline.pipeline.changed_words import changed_unknown_words
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.present import Facts, Present, fingerprint_of, longest_window, windows
from orderhealth_pipeline.pipeline.times import StageTimes
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.compare import hits
from orderhealth_pipeline.rules.due import due_orders
from orderhealth_pipeline.rules.evaluate import hit_conditions
from orderhealth_pipeline.rules.model import OrderCondition
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.changes import (
    changed_freshness,
    find_affected_orders,
    find_changed_keys,
    find_touched_orders,
    read_affected_orders,
    slices_of_orders,
)
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.frames import registered
from orderhealth_pipeline.store.freshness import states_of
from orderhealth_pipeline.store.visible import provided_columns, visible_frames

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
    "erp_synced_at",
    "erp_shipped_at",
    "printed_at",
    "outbound_at",
    "picked_up_at",
    "delivered_at",
)
"""The milestones that the score, its parts and system-level rules look at."""

_FEEDS_OF_PLACING: Final = ("storefront_orders", "storefront_order_lines")


@dataclass(frozen=True)
class _Tick:
    """One tick: the store, what is asked, the evaluation that it builds on, and the feeds as they are now."""

    con: duckdb.DuckDBPyConnection
    plan: RunPlan
    as_of: datetime
    mark: EvaluationMark
    states: dict[str, FeedState]
    provided: dict[str, frozenset[str]]

    def feeds_of(
        self, orders: str, columns_read: Mapping[str, tuple[str, ...]] = COLUMNS_READ
    ) -> VisibleFeeds:
        """Read what some feeds tell of the orders in a temporary table."""
        slices = slices_of_orders(self.con, self.plan.contracts, orders, columns_read)
        frames = visible_frames(self.con, self.plan.contracts, columns_read, self.as_of, slices)
        return VisibleFeeds(self.as_of, frames, self.states, self.provided)


def evaluate_changes(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, times: StageTimes, mark: EvaluationMark
) -> Present | None:
    """Bring the orders that changed since `mark` up to `as_of`, inside the caller's transaction.

    None, with nothing written, where all orders may have changed: other rules, or a feed that has become
    stale, fresh, or richer by a column.
    """
    if as_of < mark.as_of:
        return None
    with times.stage("read"):
        find_changed_keys(con, plan.contracts, mark, as_of)
        freshness = changed_freshness(con, plan.contracts, mark, as_of, plan.settings.expected_every)
        tick = _Tick(con, plan, as_of, mark, states_of(freshness), provided_columns(con))
        fingerprint = fingerprint_of(plan, tick.states, tick.provided)
        if fingerprint != mark.fingerprint:
            return None
        compared = _find_affected(tick)
        affected = read_affected_orders(con)
        feeds = tick.feeds_of("neighbours")
    with times.stage("orders"):
        milestones = build_milestones(feeds)
        requests = plan.catalogue.order_requests()
        neighbours = add_features(feeds, milestones, compared, requests, hit_conditions(plan.catalogue))
        orders = neighbours.join(affected, on="order_id", how="semi")
    with times.stage("write"):
        changed = milestones.join(affected.filter("is_touched"), on="order_id", how="semi").drop("as_of")
        has_gone = working.has_gone(con, changed)
        written = changed.with_columns(changed_in=pl.lit(mark.number + 1, pl.Int64))
        working.replace_orders(con, "working.orders", "touched", written)
        working.replace_orders(con, "working.due", "affected", due_orders(orders, plan.catalogue, as_of))
        active = working.read_active_orders(con, ACTIVE_COLUMNS)
    return Present(
        feeds=feeds,
        facts=Facts(orders, _with_system_features(plan, feeds, active)),
        freshness=freshness,
        unknown_words=changed_unknown_words(con, plan.contracts, as_of),
        fingerprint=fingerprint,
        is_part=True,
        complete_since=mark.number + 1 if has_gone else mark.complete_since,
    )


def _find_affected(tick: _Tick) -> dict[FeatureRequest, pl.DataFrame]:
    """Find what changed for whom; give the comparisons of the placed lines, brought up to date on the way."""
    con, requests = tick.con, tick.plan.catalogue.requests()
    closes = (tick.mark.as_of - CLOSED_AFTER_DELIVERY, tick.as_of - CLOSED_AFTER_DELIVERY)
    find_touched_orders(con, tick.plan.contracts, closes)
    touched = tick.feeds_of("touched", {feed: COLUMNS_READ[feed] for feed in _FEEDS_OF_PLACING})
    now = with_address(touched["storefront_orders"], touched).select(
        "order_id", "buyer_id", "address_key", "placed_at"
    )
    placed_from = tick.as_of - longest_window(requests)
    recent = now.filter(pl.col("placed_at") >= placed_from)
    working.replace_orders(con, "working.placed_lines", "touched", placed_lines(touched, recent).collect())
    working.forget_old_lines(con, placed_from)
    compared = compare_lines(working.read_placed_lines(con), tick.as_of, requests)
    left = [(tick.mark.as_of - window, tick.as_of - window) for window in windows(requests)]
    hit = _hit_by_comparison(tick.plan.catalogue, compared)
    with registered(con, "touched_now", now), registered(con, "hit_by_comparison", hit):
        find_affected_orders(con, tick.as_of, left, longest_window(requests))
    return compared


def _hit_by_comparison(catalogue: Catalogue, compared: Mapping[FeatureRequest, pl.DataFrame]) -> pl.DataFrame:
    """Find the orders that a comparison of all placed lines hits now: order_id."""
    found = [pl.DataFrame(schema={"order_id": pl.String})]
    for rule in catalogue.enabled:
        request, condition = catalogue.request(rule, rule.hit_when.feature), rule.hit_when
        if isinstance(condition, OrderCondition) and request in compared:
            is_hit = hits(condition, request.column, compared[request].schema[request.column])
            found.append(compared[request].filter(is_hit).select("order_id"))
    return pl.concat(found).unique()


def _with_system_features(plan: RunPlan, feeds: VisibleFeeds, active: pl.DataFrame) -> pl.DataFrame:
    inputs = FeatureInputs(feeds, active, pl.DataFrame(), {})
    for request in plan.catalogue.system_requests():
        active = active.join(compute_feature(inputs, request), on="order_id", how="left", validate="1:1")
    return active.sort("order_id")
