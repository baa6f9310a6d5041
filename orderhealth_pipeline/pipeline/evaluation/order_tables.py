"""The tables of the present that orders alone tell of, whatever the rules say: the queue, and the process.

What belongs here: reading milestones and asking for the tables. What does not: what stands in them (orders/,
process/), and the tables that rules fill (run_tables.py).
"""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.written.queue import queue_of_store
from orderhealth_pipeline.process.milestones import LOOKS_BACK, MILESTONES, STEPS, known_steps
from orderhealth_pipeline.process.paths import process_paths
from orderhealth_pipeline.process.standstill import STANDSTILL
from orderhealth_pipeline.process.steps import process_steps
from orderhealth_pipeline.sql import statement


def tables_of_orders(known: FeedsAt) -> dict[str, pl.DataFrame]:
    """Return these tables by name, once working.orders is written."""
    query = statement("process/select_recent_milestones", columns=MILESTONES, instants=tuple(STEPS.values()))
    orders: pl.DataFrame = known.con.sql(query, params={"since": known.as_of - LOOKS_BACK - STANDSTILL}).pl()
    steps = known_steps(known.provided)
    return {
        "dispatch_queue": queue_of_store(known),
        "process_steps": process_steps(orders, steps, known.as_of),
        "process_paths": process_paths(orders, steps, known.as_of),
    }
