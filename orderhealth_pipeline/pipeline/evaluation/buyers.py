"""Brings what the store knows of buyers up to an instant: of all of them, or of those that changes concern.

What belongs here: reading their orders, returns and verdicts, and writing profiles. What does not: what a
profile is (orders/buyers/).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.inputs import COLUMNS_OF_LINES
from orderhealth_pipeline.orders.profiles.bursts import buyers_in_bursts
from orderhealth_pipeline.orders.profiles.profile import ORDER_COLUMNS, VERDICTS, History, buyer_profiles
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.rules.precision import newest_verdicts
from orderhealth_pipeline.store import buyers, working
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.spoken import read_said

ORDERS_A_PART: Final = 1_200_000
"""How many orders' buyers memory holds at one time, when all are measured."""

_RETURNS: Final = {"returns": ("return_id", "order_id")}


def write_all_buyers(known: FeedsAt, said: pl.DataFrame, number: int) -> None:
    """Measure all buyers, once working.orders is written, as evaluation `number`."""
    con = known.con
    verdicts = newest_verdicts(said, known.as_of).select(VERDICTS.names())
    parts = working.count_orders(con) // ORDERS_A_PART + 1
    buyers.clear_buyers(con)
    for part in range(parts):
        buyers.find_all_buyers(con, part, parts)
        buyers.insert_buyers(con, _profiles(known, verdicts), number)


def write_changed_buyers(known: FeedsAt, said: pl.DataFrame, mark: EvaluationMark) -> bool:
    """Measure the buyers that changes since `mark` concern, once working.orders is written.

    Returns whether one of them is no buyer any more.
    """
    con = known.con
    verdicts = newest_verdicts(said, known.as_of).select(VERDICTS.names())
    before = newest_verdicts(read_said(con), mark.as_of).select(VERDICTS.names())
    changed = pl.concat(
        [
            one.join(other, on=VERDICTS.names(), how="anti")
            for one, other in ((verdicts, before), (before, verdicts))
        ]
    )
    buyers.find_asked_buyers(con, changed.select("order_id").unique())
    return buyers.rewrite_buyers(con, _profiles(known, verdicts), mark.number + 1)


def _profiles(known: FeedsAt, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Measure the buyers that are asked about."""
    con, signals = known.con, known.plan.signals
    orders = buyers.read_orders_of_buyers(con, ORDER_COLUMNS)
    suspects = buyers_in_bursts(orders, signals.figures)
    suspected = orders.join(suspects, on="buyer_id", how="semi").select("order_id")
    returns = known.feeds_of_orders(_RETURNS, buyers.ORDERS)
    frames = dict(returns.frames)
    # Hardly anybody has bursts, and what nobody asks for is not read.
    if not suspected.is_empty():
        with registered(con, "suspected_orders", suspected):
            frames |= known.feeds_of_orders(COLUMNS_OF_LINES, "suspected_orders").frames
    feeds = VisibleFeeds(known.as_of, frames, known.states, known.provided)
    return buyer_profiles(History(feeds, orders, buyers.read_shared_keys(con), suspects, verdicts), signals)
