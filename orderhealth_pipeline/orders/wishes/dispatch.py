"""The queue of orders that wait to be dispatched, the most urgent first.

What belongs here: from what is known of these orders to a priority and its reasons. What does not: what texts
ask for (intents.py), and reading the orders. Grain: an active, paid order that is not yet outbound.

The priority adds up to 100 points: up to 50 as the deadline comes nearer (none 48 hours before it, all once
it has come), 20 where somebody asks to hurry, 10 where a date is named, 10 for a VIP, and up to 10 by amount
(all from 2,000 on). The deadline is the promised one, else 48 hours after payment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY
from orderhealth_pipeline.orders.buyers.customers import is_vip
from orderhealth_pipeline.orders.wishes.intents import Intents, intents_of

QUEUE: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "priority": pl.Int64(),
        "intents": pl.String(),
        "promised_ship_at": INSTANT,
        "vip_level": pl.String(),
        "amount": MONEY,
        "reasons": pl.String(),
    }
)
"""`intents` and `reasons` are words joined by commas."""

TIME_TO_SHIP: Final = timedelta(hours=48)
_SOON: Final = timedelta(hours=8)
_LARGE: Final = 2000
_OF_KINDS: Final = {"urge": "urgent", "address_change": "change_address"}
_ASKS_FIRST: Final = ("change_address", "change_goods", "change_carrier", "cancel")


def dispatch_queue(
    orders: pl.DataFrame, tickets: pl.DataFrame, known: Intents, as_of: datetime
) -> pl.DataFrame:
    """Return the queue (QUEUE), most urgent first; at equal priority by deadline, amount and order_id.

    `orders`: order_id, remark, promised_ship_at, vip_level, amount, paid_at. `tickets`, of these orders and
    still open: order_id, kind, text.
    """
    asked = _asked(orders, tickets, known)
    deadline = pl.coalesce("promised_ship_at", pl.col("paid_at") + TIME_TO_SHIP)
    left = pl.col("deadline") - pl.lit(as_of)
    points = (
        (50 * (1 - left.dt.total_seconds() / TIME_TO_SHIP.total_seconds())).clip(0, 50),
        pl.when(_asks("urgent")).then(20),
        pl.when(_asks("deliver_by")).then(10),
        pl.when(is_vip(pl.col("vip_level"))).then(10),
        (pl.col("amount").cast(pl.Float64) / _LARGE * 10).clip(0, 10),
    )
    reasons = {
        "deadline_passed": left <= timedelta(),
        "deadline_soon": (left > timedelta()) & (left <= _SOON),
        "urgent": _asks("urgent"),
        "deliver_by": _asks("deliver_by"),
        "vip": is_vip(pl.col("vip_level")),
        "large_amount": pl.col("amount") >= _LARGE,
        "ask_first": pl.any_horizontal(_asks(name) for name in _ASKS_FIRST),
    }
    return (
        orders.join(asked, on="order_id", how="left")
        .with_columns(pl.col("intents").fill_null([]), deadline=deadline)
        .with_columns(
            priority=pl.sum_horizontal(points).round().cast(pl.Int64),
            reasons=pl.concat_str(
                [pl.when(holds).then(pl.lit(name)) for name, holds in reasons.items()],
                separator=", ",
                ignore_nulls=True,
            ),
        )
        .sort("priority", "deadline", "amount", "order_id", descending=[True, False, True, False])
        .with_columns(pl.col("intents").list.join(", "))
        .select(QUEUE.names())
        .cast(QUEUE)
    )


def _asks(intent: str) -> pl.Expr:
    return pl.col("intents").list.contains(intent)


def _asked(orders: pl.DataFrame, tickets: pl.DataFrame, known: Intents) -> pl.DataFrame:
    """Return the intents of each order that has any: of its remark, its tickets' texts and their kinds."""
    texts = pl.concat(
        [orders.select("order_id", text="remark"), tickets.select("order_id", "text")]
    ).drop_nulls()
    # Many people write the same, and reading it costs most.
    unique = texts.select(pl.col("text").unique())
    read = unique.with_columns(intents=intents_of(unique["text"], known))
    of_texts = texts.join(read, on="text").explode("intents").select("order_id", "intents")
    of_kinds = tickets.select("order_id", intents=pl.col("kind").replace_strict(_OF_KINDS, default=None))
    order = {name: place for place, name in enumerate(known.intents)}
    return (
        pl.concat([of_texts, of_kinds])
        .drop_nulls()
        .unique()
        .with_columns(place=pl.col("intents").replace_strict(order, default=len(order)))
        .sort("order_id", "place")
        .group_by("order_id", maintain_order=True)
        .agg("intents")
    )
