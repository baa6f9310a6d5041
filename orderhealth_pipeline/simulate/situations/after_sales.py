"""Denied deliveries and buyers who return everything (`false_delivery`, `frequent_returns`).

Their look-alikes are settled or earlier questions, complaints of another kind, and buyers with two returns.

What belongs here: situations after the parcel arrived. What does not: everyday tickets and returns
(background.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.plan import DAY, HOUR, MINUTE, RETURN_KINDS, Instants, Milestone, Rows
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation
from orderhealth_pipeline.simulate.vocabulary import ticket_kinds

DENIED = "false_delivery"
RETURNS = "frequent_returns"


def denied_delivery(block: Block) -> None:
    """The buyer says nothing arrived, in every third case in the very second of the delivery."""
    ago = block.seconds(HOUR, 10 * DAY)
    delivered = deliver(block, block.rows[:, 0], ago)
    after = (ago * block.rng.uniform(0, 0.9, size=block.groups)).astype(np.int64)
    after[::3] = 0
    _ticket(block, "not_received", delivered + after)
    block.mark(block.rows, DENIED, ANOMALY)


def denial_settled(block: Block) -> None:
    """The parcel was found at the neighbour's and the ticket closed."""
    delivered = deliver(block, block.rows[:, 0], block.seconds(DAY, 10 * DAY))
    opened = delivered + block.seconds(MINUTE, 10 * HOUR)
    _ticket(block, "not_received", opened)
    block.plan.moments["ticket_closed"][block.rows[:, 0]] = opened + block.seconds(20 * MINUTE, 12 * HOUR)
    block.mark(block.rows, DENIED, BENIGN)


def asked_before_delivery(block: Block) -> None:
    """The buyer asked where the parcel was, then it came; nobody closed the ticket."""
    delivered = deliver(block, block.rows[:, 0], block.seconds(HOUR, 10 * DAY))
    before = block.at_or_between(1, 10 * MINUTE, 10 * HOUR)
    _ticket(block, "not_received", delivered - before)
    block.mark(block.rows, DENIED, BENIGN)


def late_complaint(block: Block) -> None:
    """The buyer complains after delivery, about its lateness."""
    delivered = deliver(block, block.rows[:, 0], block.seconds(DAY, 10 * DAY))
    _ticket(block, "late", delivered + block.seconds(MINUTE, 20 * HOUR))
    block.mark(block.rows, DENIED, BENIGN)


def serial_returner(block: Block) -> None:
    """Three returns in a week; the buyer's fourth order came without one."""
    block.one_buyer()
    block.different_baskets()
    returning, kept = block.rows[:, :3], block.rows[:, 3]
    open_returns(block, block.rows, returning)
    block.mark(returning, RETURNS, ANOMALY)
    block.mark(kept, RETURNS, BENIGN)


def serial_returner_since_weeks(block: Block) -> None:
    """The first of three returns belongs to an order that is completed, and still counts."""
    block.one_buyer()
    block.different_baskets()
    first, recent = block.rows[:, 0], block.rows[:, 1:]
    delivered = deliver(block, first, block.seconds(15 * DAY, 25 * DAY))
    ask_return(block, first, delivered + block.seconds(HOUR, 4 * DAY))
    open_returns(block, recent, recent)
    block.mark(recent, RETURNS, ANOMALY)


def two_returns(block: Block) -> None:
    """Two returns are one too few."""
    block.one_buyer()
    block.different_baskets()
    open_returns(block, block.rows, block.rows)
    block.mark(block.rows, RETURNS, BENIGN)


def third_return_long_ago(block: Block) -> None:
    """The first of three returns was asked for more than 30 days ago."""
    block.one_buyer()
    block.different_baskets()
    first, recent = block.rows[:, 0], block.rows[:, 1:]
    asked = block.seconds(31 * DAY, 33 * DAY)
    deliver(block, first, asked + block.seconds(HOUR, 2 * DAY))
    ask_return(block, first, block.plan.as_of - asked)
    open_returns(block, recent, recent)
    block.mark(recent, RETURNS, BENIGN)


def deliver(block: Block, rows: Rows, ago: Instants) -> Instants:
    """Let the parcels of these orders arrive so many seconds ago."""
    block.plan.move(rows, Milestone.DELIVERED, block.plan.as_of - ago)
    return block.plan.as_of - ago


def _ticket(block: Block, kind: str, opened: Instants) -> None:
    block.plan.ticket_kind[block.rows[:, 0]] = ticket_kinds().index(kind)
    block.plan.moments["ticket_opened"][block.rows[:, 0]] = opened


def ask_return(block: Block, rows: Rows, requested: Instants) -> None:
    """Let the buyers of these orders ask at these instants that they are taken back."""
    block.plan.moments["return_requested"][rows] = requested
    block.plan.return_kind[rows] = block.rng.integers(0, len(RETURN_KINDS), size=rows.shape)


def open_returns(block: Block, orders: Rows, returning: Rows) -> None:
    """Orders delivered within the last week and not confirmed; some of them are asked to be taken back."""
    ago = block.seconds(DAY, 6 * DAY, orders)
    deliver(block, orders, ago)
    block.plan.cut(orders, Milestone.COMPLETED)
    delivered = block.plan.at(Milestone.DELIVERED)[returning]
    ask_return(block, returning, delivered + block.seconds(HOUR, 20 * HOUR, returning))


SITUATIONS = {
    "denied_delivery": Situation(1, denied_delivery, recent=False),
    "denial_settled": Situation(1, denial_settled, recent=False),
    "asked_before_delivery": Situation(1, asked_before_delivery, recent=False),
    "late_complaint": Situation(1, late_complaint, recent=False),
    "serial_returner": Situation(4, serial_returner, recent=False),
    "serial_returner_since_weeks": Situation(3, serial_returner_since_weeks, recent=False),
    "two_returns": Situation(2, two_returns, recent=False),
    "third_return_long_ago": Situation(3, third_return_long_ago, recent=False),
}
