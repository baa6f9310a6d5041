"""A tick: only what changed since the newest evaluation is evaluated again.

What belongs here: from changed records to the orders that are affected. What does not: any rule or feature of
its own: the same functions run on fewer rows (features.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.orders.inputs import COLUMNS_OF_MILESTONES
from orderhealth_pipeline.orders.lifecycle import CLOSED_AFTER_DELIVERY
from orderhealth_pipeline.orders.order_fact import COMPARISONS, Sold, build_milestones, compare_lines
from orderhealth_pipeline.pipeline.features import facts_of_evaluated, knows_neighbours, rules_of_time
from orderhealth_pipeline.pipeline.known import Known
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.present import Present, exceptions_in_force, fingerprint_of, windows
from orderhealth_pipeline.pipeline.times import StageTimes
from orderhealth_pipeline.pipeline.words import count_unknown_words
from orderhealth_pipeline.rules.blindness import count_unjudged, unjudged_orders
from orderhealth_pipeline.rules.compare import hit_range, hits
from orderhealth_pipeline.rules.due import due_orders
from orderhealth_pipeline.rules.model import OrderCondition
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.accounts import accounts_of_changes
from orderhealth_pipeline.store.changes import (
    changed_freshness,
    find_affected_orders,
    find_changed_keys,
    find_touched_orders,
    read_other_findings,
)
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.frames import registered
from orderhealth_pipeline.store.freshness import states_of
from orderhealth_pipeline.store.unowned import find_touched_unowned_payments, with_unowned
from orderhealth_pipeline.store.visible import provided_columns

_HITS: Final = pl.Schema({"order_id": pl.String(), "rule_id": pl.String()})


def evaluate_changes(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, times: StageTimes, mark: EvaluationMark
) -> Present | None:
    """Bring the orders that changed since `mark` up to `as_of`, inside the caller's transaction.

    None, with nothing written, where all orders may have changed: other rules, or a feed that has become
    stale, fresh, or richer by a column. So, too, where a rule asks more of neighbours than is known of them.
    """
    if as_of < mark.as_of or not knows_neighbours(plan.catalogue):
        return None
    with times.stage("read"):
        changed = find_changed_keys(con, plan.contracts, mark, as_of)
        freshness = changed_freshness(con, plan.contracts, mark, as_of, plan.limits, changed)
        known = Known(con, plan, as_of, states_of(freshness), provided_columns(con))
        fingerprint = fingerprint_of(plan, known.states, known.provided)
        if fingerprint != mark.fingerprint:
            return None
    has_gone = _rewrite_touched(known, mark, times)
    with times.stage("read"):
        find_touched_unowned_payments(con, freshness, as_of)
    with times.stage("orders"):
        sold = known.sold_lately()
        hit = _hit_by_comparison(known, sold)
    with times.stage("read"):
        _find_affected(known, mark, hit)
        other_findings = read_other_findings(con)
    with times.stage("orders"):
        facts = facts_of_evaluated(known, sold)
    with times.stage("write"):
        due = due_orders(facts.affected, plan.catalogue, as_of)
        working.replace_orders(con, "working.due", "affected", due)
        unjudged = unjudged_orders(facts.affected, plan.catalogue)
        working.replace_orders(con, "working.unjudged", "affected", unjudged)
    return Present(
        states=known.states,
        provided=known.provided,
        facts=facts,
        other_findings=other_findings,
        unjudged=count_unjudged(working.count_unjudged(con)),
        freshness=with_unowned(con, freshness),
        accounts=accounts_of_changes(con, plan.contracts, mark, as_of),
        unknown_words=count_unknown_words(con, plan.contracts, as_of, only_changed=True),
        fingerprint=fingerprint,
        is_part=True,
        complete_since=mark.number + 1 if has_gone else mark.complete_since,
    )


def _rewrite_touched(known: Known, mark: EvaluationMark, times: StageTimes) -> bool:
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
        working.forget_old_lines(con, as_of - known.window)
    return has_gone


def _find_affected(known: Known, mark: EvaluationMark, hit_by_comparison: pl.DataFrame) -> None:
    catalogue, as_of = known.plan.catalogue, known.as_of
    left = [(mark.as_of - window, as_of - window) for window in windows(catalogue.requests())]
    has_other_exceptions = exceptions_in_force(known.plan, as_of) != mark.exceptions
    with registered(known.con, "hit_by_comparison", hit_by_comparison):
        find_affected_orders(known.con, as_of, left, rules_of_time(catalogue), all_found=has_other_exceptions)


def _hit_by_comparison(known: Known, sold: Sold) -> pl.DataFrame:
    """Find the active orders that a comparison of prices hits now: order_id, rule_id."""
    catalogue, found = known.plan.catalogue, [pl.DataFrame(schema=_HITS)]
    for rule in catalogue.enabled:
        request, condition = catalogue.request(rule, rule.hit_when.feature), rule.hit_when
        if isinstance(condition, OrderCondition) and request in sold:
            orders = _compared_orders(known, request, condition, sold[request])
            is_hit = hits(condition, request.column, orders.schema[request.column])
            found.append(orders.filter(is_hit).select("order_id", rule_id=pl.lit(rule.id)))
    return pl.concat(found)


def _compared_orders(
    known: Known, request: FeatureRequest, condition: OrderCondition, sold: pl.DataFrame
) -> pl.DataFrame:
    """Compute the feature of the orders with a line that may hit by itself: no other order is hit."""
    prices_between = COMPARISONS[request.feature].prices_between
    prices = prices_between(sold, dict(request.parameters), *hit_range(condition))
    working.find_orders_at_prices(known.con, prices)
    lines = working.read_active_lines(known.con, ["orders_at_prices"])
    return compare_lines(lines, {request: sold}, known.as_of)[request]
