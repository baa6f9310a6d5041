"""A tick: only what changed since the newest evaluation is evaluated again.

What belongs here: from changed records to the orders that are affected. What does not: any rule or feature of
its own: the same functions run on fewer rows (feature_rows.py).
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import duckdb
import polars as pl

from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.orders.feature_functions import PRICE_FEATURES
from orderhealth_pipeline.orders.inputs import COLUMNS_OF_MILESTONES
from orderhealth_pipeline.orders.lifecycle import CLOSED_AFTER_DELIVERY
from orderhealth_pipeline.orders.order_fact import Sold, build_milestones, price_lines
from orderhealth_pipeline.pipeline.evaluation.buyers import write_changed_buyers
from orderhealth_pipeline.pipeline.evaluation.care import customers_of_store
from orderhealth_pipeline.pipeline.evaluation.feature_rows import facts_of_evaluated
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.evaluation.order_tables import tables_of_orders
from orderhealth_pipeline.pipeline.evaluation.orders_at import OrdersAt, fingerprint_of
from orderhealth_pipeline.pipeline.evaluation.prices_held import (
    HELD_BY_PRICE,
    held_by_stock,
    held_orders,
    moved_by_prices,
)
from orderhealth_pipeline.pipeline.evaluation.reach import knows_neighbours, left, rules_of_time
from orderhealth_pipeline.pipeline.evaluation.spoken import reword, spoken_at
from orderhealth_pipeline.pipeline.evaluation.system_facts import facts_of_store
from orderhealth_pipeline.pipeline.evaluation.unknown_words import count_unknown_words
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.rules.blindness import count_unjudged, unjudged_orders
from orderhealth_pipeline.rules.due import due_orders
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.holds import holding_range
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.changes import (
    changed_freshness,
    find_affected_orders,
    find_changed_keys,
    find_touched_orders,
    read_other_findings,
)
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.reach import WindowsLeft
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.rows.accounts import accounts_of_changes
from orderhealth_pipeline.store.rows.freshness import states_of
from orderhealth_pipeline.store.rows.unowned import find_touched_unowned_payments, with_unowned
from orderhealth_pipeline.store.rows.visible import provided_columns


def build_changed_orders(
    con: duckdb.DuckDBPyConnection,
    plan: RunPlan,
    as_of: datetime,
    times: StageTimes,
    mark: EvaluationMark,
    said: pl.DataFrame,
) -> OrdersAt | None:
    """Bring the orders that changed since `mark` up to `as_of`, inside the caller's transaction.

    `said` is the log of what people said.

    None, with nothing written, where all orders may have changed: other rules, or a feed that has become
    stale, fresh, or richer by a column. So, too, where a rule asks more of neighbours than is known of them.
    """
    if as_of < mark.as_of or not knows_neighbours(plan.catalogue):
        return None
    with times.stage("read"):
        changed = find_changed_keys(con, plan.contracts, mark, as_of)
        freshness = changed_freshness(con, plan.contracts, mark, as_of, plan.limits, changed)
        known = FeedsAt(con, plan, as_of, states_of(freshness), provided_columns(con))
        fingerprint = fingerprint_of(plan, known.states, known.provided)
        if fingerprint != mark.fingerprint:
            return None
    has_gone = _rewrite_touched(known, mark, times)
    with times.stage("orders"):
        has_gone |= write_changed_buyers(known, said, mark)
    with times.stage("read"):
        find_touched_unowned_payments(con, freshness, as_of)
        words = count_unknown_words(con, plan.contracts, as_of, only_changed=True)
        system = facts_of_store(known, words, only_touched=True)
    with times.stage("orders"):
        sold = known.sold_lately()
        held = pl.concat([_held_by_price(known, sold), held_by_stock(known.stocked)])
    with times.stage("read"):
        _find_affected(known, mark, held)
        spoken, other_findings = reword(known, spoken_at(known, said, mark), read_other_findings(con))
    with times.stage("orders"):
        facts = facts_of_evaluated(known, sold)
    with times.stage("write"):
        due = due_orders(facts.affected, plan.catalogue, as_of)
        working.replace_orders(con, "working.due", "affected", due)
        working.replace_all(con, "working.held_by_price", held)
        unjudged = unjudged_orders(facts.affected, plan.catalogue)
        working.replace_orders(con, "working.unjudged", "affected", unjudged)
    return OrdersAt(
        states=known.states,
        provided=known.provided,
        facts=facts,
        other_findings=other_findings,
        spoken=spoken,
        unjudged=count_unjudged(working.count_unjudged(con)),
        freshness=with_unowned(con, freshness),
        accounts=accounts_of_changes(con, plan.contracts, mark, as_of),
        unknown_words=words,
        system=system,
        tables=partial(tables_of_orders, known),
        customers=partial(customers_of_store, known),
        fingerprint=fingerprint,
        is_part=True,
        complete_since=mark.number + 1 if has_gone else mark.complete_since,
    )


def _rewrite_touched(known: FeedsAt, mark: EvaluationMark, times: StageTimes) -> bool:
    """Build the milestones and placed lines of the orders that changed; say whether one of them has gone."""
    con, as_of = known.con, known.as_of
    with times.stage("read"):
        closes = (mark.as_of - CLOSED_AFTER_DELIVERY, as_of - CLOSED_AFTER_DELIVERY)
        find_touched_orders(con, known.plan.contracts, closes)
        feeds = known.feeds_of_orders(COLUMNS_OF_MILESTONES, "touched")
    with times.stage("orders"):
        milestones = build_milestones(feeds).drop("as_of")
    with times.stage("write"):
        has_gone = working.has_gone(con, milestones)
        written = milestones.with_columns(changed_in=pl.lit(mark.number + 1, pl.Int64))
        working.rewrite_touched(con, written)
        lines = known.recent_lines_of(milestones)
        working.replace_orders(con, "working.placed_lines", "touched", lines)
        working.forget_old_lines(con, as_of - known.reach.longest_price_window)
    return has_gone


def _find_affected(known: FeedsAt, mark: EvaluationMark, held: pl.DataFrame) -> None:
    reach, as_of = known.reach, known.as_of
    placed_left = {key: left(windows, mark.as_of, as_of) for key, windows in reach.lately.items()}
    returns_left = left({span for spans in reach.returned.values() for span in spans}, mark.as_of, as_of)
    with registered(known.con, "held_by_price", held):
        find_affected_orders(
            known.con,
            as_of,
            WindowsLeft(reach.keys, placed_left, returns_left, reach.shipments, reach.profile),
            rules_of_time(known.plan.catalogue),
        )


def _held_by_price(known: FeedsAt, sold: Sold) -> pl.DataFrame:
    """Find the active orders of which a comparison with a price feature holds now (HELD_BY_PRICE)."""
    found = [pl.DataFrame(schema=HELD_BY_PRICE)]
    for name, request, leaf in moved_by_prices(known.plan.catalogue):
        orders = _priced_orders(known, request, leaf, sold[request])
        found.append(held_orders(orders, name, request, leaf))
    return pl.concat(found)


def _priced_orders(
    known: FeedsAt, request: FeatureRequest, leaf: Comparison, sold: pl.DataFrame
) -> pl.DataFrame:
    """Compute the feature of the orders with a line for which it may hold: of no other order it does."""
    prices_between = PRICE_FEATURES[request.feature].prices_between
    prices = prices_between(sold, dict(request.parameters), *holding_range(leaf))
    working.find_orders_at_prices(known.con, prices)
    lines = working.read_active_lines(known.con, ["orders_at_prices"])
    priced = price_lines(lines, {request: sold}, known.as_of)[request]
    return working.with_places(known.con, priced) if leaf.threshold.places else priced
