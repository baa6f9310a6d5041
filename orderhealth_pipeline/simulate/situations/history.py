"""Buyers whose earlier orders speak against them, and some of whom it only looks so (`risky_buyer`).

What belongs here: situations about all orders of a buyer. What does not: the pace of orders (bursts.py), and
returns alone (after_sales.py).
"""

from __future__ import annotations

from orderhealth_pipeline.simulate.plan import DAY, HOUR, MINUTE, Milestone, Rows
from orderhealth_pipeline.simulate.situations.after_sales import ask_return, deliver, open_returns
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

RISKY = "risky_buyer"
CANCELLED = 3


def known_for_trouble(block: Block) -> None:
    """Of six orders three were cancelled and never paid, and three are sent back, one of them now."""
    newest = _six_orders(block)
    open_returns(block, newest, newest)
    block.mark(newest, RISKY, ANOMALY)


def half_as_bad(block: Block) -> None:
    """The same, but what came last is kept: two returns of six orders are not many."""
    newest = _six_orders(block)
    open_returns(block, newest, newest[:, :0])
    block.mark(newest, RISKY, BENIGN)


def _six_orders(block: Block) -> Rows:
    """Three cancelled orders, two that were sent back long ago, and the newest one, which is returned."""
    block.one_buyer()
    block.different_baskets()
    cancelled, old, newest = block.rows[:, :CANCELLED], block.rows[:, CANCELLED:-1], block.rows[:, -1:]
    days_ago = block.seconds(10 * DAY, 11 * DAY, cancelled) + DAY * (2 * cancelled.argsort(axis=1))
    block.plan.move(cancelled, Milestone.PLACED, block.plan.as_of - days_ago)
    block.cancel_unpaid(cancelled, block.seconds(20 * MINUTE, 30 * MINUTE, cancelled))
    asked = block.seconds(31 * DAY, 33 * DAY, old)
    deliver(block, old, asked + block.seconds(HOUR, 2 * DAY, old))
    ask_return(block, old, block.plan.as_of - asked)
    return newest


SITUATIONS = {
    "known_for_trouble": Situation(6, known_for_trouble, recent=False),
    "half_as_bad": Situation(6, half_as_bad, recent=False),
}
