"""A full evaluation: all rows of the feeds become all orders.

What belongs here: reading everything, and replacing the working tables. What does not: rules and score
(assess.py), and evaluating changes alone (tick.py).
"""

from __future__ import annotations

from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.orders.order_fact import add_features, build_milestones, compare_lines
from orderhealth_pipeline.orders.prices import placed_lines
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.present import Facts, Present, fingerprint_of, longest_window
from orderhealth_pipeline.pipeline.times import StageTimes
from orderhealth_pipeline.rules.due import due_orders
from orderhealth_pipeline.rules.evaluate import hit_conditions
from orderhealth_pipeline.store.freshness import unknown_words
from orderhealth_pipeline.store.visible import read_visible_feeds
from orderhealth_pipeline.store.working import WorkingTables, replace_all


def evaluate_everything(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, times: StageTimes, number: int
) -> Present:
    """Build all orders at `as_of` as evaluation `number`, inside the caller's transaction."""
    requests = plan.catalogue.requests()
    with times.stage("read"):
        feeds, freshness = read_visible_feeds(
            con, plan.contracts, COLUMNS_READ, as_of, plan.settings.expected_every
        )
    with times.stage("orders"):
        milestones = build_milestones(feeds)
        recent = milestones.filter(pl.col("placed_at") >= as_of - longest_window(requests))
        lines = placed_lines(feeds, recent).collect()
        compared = compare_lines(lines, as_of, requests)
        orders = add_features(feeds, milestones, compared, requests, hit_conditions(plan.catalogue))
    with times.stage("write"):
        due = due_orders(orders, plan.catalogue, as_of)
        written = milestones.drop("as_of").with_columns(changed_in=pl.lit(number, pl.Int64))
        replace_all(con, WorkingTables(written, lines, due))
    return Present(
        feeds=feeds,
        facts=Facts(orders, orders.filter("is_active")),
        freshness=freshness,
        unknown_words=unknown_words(feeds, plan.contracts),
        fingerprint=fingerprint_of(plan, feeds.states, feeds.columns),
        is_part=False,
        complete_since=number,
    )
