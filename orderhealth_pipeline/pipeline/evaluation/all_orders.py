"""A full evaluation: all rows of the feeds become all orders.

What belongs here: reading everything, a chunk of the orders after the other, and replacing the working
tables. What does not: rules and score (assess.py), and evaluating changes alone (changed_orders.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.frames import FINDINGS_SCHEMA
from orderhealth_pipeline.orders.inputs import COLUMNS_OF_MILESTONES
from orderhealth_pipeline.orders.order_fact import build_milestones
from orderhealth_pipeline.pipeline.engine import Engine
from orderhealth_pipeline.pipeline.evaluation.buyers import write_all_buyers
from orderhealth_pipeline.pipeline.evaluation.care import customers_of_store
from orderhealth_pipeline.pipeline.evaluation.feature_rows import facts_of_evaluated
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.evaluation.order_tables import tables_of_orders
from orderhealth_pipeline.pipeline.evaluation.orders_at import OrdersAt, fingerprint_of
from orderhealth_pipeline.pipeline.evaluation.prices_held import held_by_price, held_by_stock
from orderhealth_pipeline.pipeline.evaluation.spoken import spoken_at
from orderhealth_pipeline.pipeline.evaluation.system_facts import facts_of_store
from orderhealth_pipeline.pipeline.evaluation.unknown_words import count_unknown_words
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.written.export_feeds import export_feeds
from orderhealth_pipeline.rules.blindness import count_unjudged, unjudged_orders
from orderhealth_pipeline.rules.due import due_orders
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.rows.accounts import accounts_of_loads, first_accounts
from orderhealth_pipeline.store.rows.chunks import chunks_of_orders, find_all_rows
from orderhealth_pipeline.store.rows.freshness import count_freshness, states_of
from orderhealth_pipeline.store.rows.unowned import find_unowned_payments, with_unowned
from orderhealth_pipeline.store.rows.visible import provided_columns

ORDERS_A_CHUNK: Final = 1_200_000
"""Rows of orders, older versions included, whose records memory holds at one time: some 2.5 GiB."""


def build_all_orders(
    con: duckdb.DuckDBPyConnection,
    plan: RunPlan,
    as_of: datetime,
    times: StageTimes,
    mark: EvaluationMark | None,
    said: pl.DataFrame,
) -> OrdersAt:
    """Build all orders at `as_of`, as the evaluation after `mark`, inside the caller's transaction.

    `said` is the log of what people said.
    """
    number = mark.number + 1 if mark else 1
    with times.stage("read"):
        rows = find_all_rows(con, plan.contracts, tuple(COLUMNS_OF_MILESTONES), as_of)
        freshness = count_freshness(con, plan.contracts, as_of, plan.limits, rows)
        accounts = (
            accounts_of_loads(con, plan.contracts, mark, as_of) if mark else first_accounts(con, freshness)
        )
        unknown_words = count_unknown_words(con, plan.contracts, as_of, only_changed=False)
        known = FeedsAt(con, plan, as_of, states_of(freshness), provided_columns(con))
    engine = plan.engine
    parts = _milestones(known, rows, times) if engine is None else _milestones_of_engine(known, engine, times)
    _write_milestones(known, parts, times, number)
    with times.stage("orders"):
        write_all_buyers(known, said, number)
    with times.stage("read"):
        find_unowned_payments(con, freshness, as_of)
        system = facts_of_store(known, unknown_words, only_touched=False)
    with times.stage("read"):
        lines = known.recent_lines()
    with times.stage("write"):
        working.replace_all(con, "working.placed_lines", lines)
        del lines
        working.find_active_orders(con)
    with times.stage("orders"):
        facts = facts_of_evaluated(known, known.sold_lately())
    with times.stage("write"):
        working.replace_all(con, "working.due", due_orders(facts.affected, plan.catalogue, as_of))
        held = pl.concat([held_by_price(facts.affected, plan.catalogue), held_by_stock(known.stocked)])
        working.replace_all(con, "working.held_by_price", held)
        working.replace_all(con, "working.unjudged", unjudged_orders(facts.affected, plan.catalogue))
    return OrdersAt(
        states=known.states,
        provided=known.provided,
        facts=facts,
        other_findings=pl.DataFrame(schema=FINDINGS_SCHEMA),
        spoken=spoken_at(known, said, None),
        unjudged=count_unjudged(working.count_unjudged(con)),
        freshness=with_unowned(con, freshness),
        accounts=accounts,
        unknown_words=unknown_words,
        system=system,
        tables=partial(tables_of_orders, known),
        customers=partial(customers_of_store, known),
        fingerprint=fingerprint_of(plan, known.states, known.provided),
        is_part=False,
        complete_since=number,
    )


def _write_milestones(known: FeedsAt, parts: Iterable[pl.DataFrame], times: StageTimes, number: int) -> None:
    """Replace all orders by these milestones, part by part: memory holds one at a time."""
    is_first = True
    for part in parts:
        with times.stage("write"):
            milestones = part.drop("as_of").with_columns(changed_in=pl.lit(number, pl.Int64))
            if is_first:
                working.create_orders(known.con, milestones)
            else:
                working.insert_orders(known.con, milestones)
        is_first = False


def _milestones(known: FeedsAt, rows: Mapping[str, int], times: StageTimes) -> Iterator[pl.DataFrame]:
    """Build the milestones of all orders, a chunk of them after the other."""
    with times.stage("read"):
        chunks = chunks_of_orders(known.con, known.plan.contracts, tuple(rows), ORDERS_A_CHUNK)
    for chunk in chunks:
        with times.stage("read"):
            feeds = known.feeds_of_chunk(COLUMNS_OF_MILESTONES, chunk)
        with times.stage("orders"):
            milestones = build_milestones(feeds)
            del feeds
        yield milestones


def _milestones_of_engine(known: FeedsAt, engine: Engine, times: StageTimes) -> Iterator[pl.DataFrame]:
    """Let another engine build the milestones of what counts of the feeds."""
    with times.stage("read"):
        folder = engine.folder / "feeds"
        exported = export_feeds(known.con, known.plan, known.as_of, folder, COLUMNS_OF_MILESTONES)
    parts = engine.milestones(known.feeds_of_chunk(COLUMNS_OF_MILESTONES, {}), exported)
    while True:
        with times.stage("orders"):
            part = next(parts, None)
        if part is None:
            return
        yield part
