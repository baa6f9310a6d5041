"""The dispatch queue of a store at an instant.

What belongs here: reading the orders that wait and their tickets. What does not: the priority
(orders/wishes/dispatch.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.orders.wishes.dispatch import dispatch_queue
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.store.registered import registered

_TICKETS: Final = {"feedback": ("ticket_id", "order_id", "kind", "text", "closed_at")}


def queue_of_store(known: FeedsAt) -> pl.DataFrame:
    """Return the queue, once working.orders is written."""
    orders: pl.DataFrame = sql.read(known.con, "store/orders/select_waiting_orders")
    with registered(known.con, "queued_orders", orders.filter(pl.col("open_tickets") > 0).select("order_id")):
        tickets = known.feeds_of_orders(_TICKETS, "queued_orders")["feedback"]
    still_open = tickets.filter(pl.col("closed_at").is_null()).join(orders, on="order_id", how="semi")
    return dispatch_queue(orders, still_open, known.plan.intents, known.as_of)
