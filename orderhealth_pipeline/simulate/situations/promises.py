"""Deadlines to ship that pass or come near, and orders that may wait longer.

The rules are `ship_by_at_risk` and `ship_by_breached`.

What belongs here: situations about the promised instant alone. What does not: whatever else keeps a parcel
from leaving, which may break a promise too (warehouse.py, logistics.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.plan import DAY, HOUR, SHIPPING_PROMISE, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation
from orderhealth_pipeline.simulate.situations.payment import MARGIN

AT_RISK, BREACHED = "ship_by_at_risk", "ship_by_breached"
FOUR_FIFTHS = SHIPPING_PROMISE * 4 // 5


def promise_broken(block: Block) -> None:
    """48 hours after the payment nothing has left."""
    _paid(block, block.at_or_between(SHIPPING_PROMISE + MARGIN, SHIPPING_PROMISE + MARGIN, 3 * DAY))
    block.mark(block.rows, BREACHED, ANOMALY)


def promise_close(block: Block) -> None:
    """Of 48 hours, more than 80 % have passed; in every third case all of them, to the second."""
    _paid(block, block.at_or_between(SHIPPING_PROMISE, FOUR_FIFTHS + MARGIN, SHIPPING_PROMISE))
    block.mark(block.rows, AT_RISK, ANOMALY)
    block.mark(block.rows, BREACHED, BENIGN)


def own_promise_broken(block: Block) -> None:
    """The platform wants this order within 24 hours, and they have passed."""
    _paid(block, block.at_or_between(DAY + MARGIN, DAY + MARGIN, 30 * HOUR))
    block.plan.moments["promised"][block.rows] = block.plan.at(Milestone.PAID)[block.rows] + DAY
    block.mark(block.rows, BREACHED, ANOMALY)


def time_enough(block: Block) -> None:
    """A day and a half of 48 hours has passed: not yet 80 %."""
    _paid(block, block.at_or_between(FOUR_FIFTHS - 1, 30 * HOUR, FOUR_FIFTHS - 1))
    block.mark(block.rows, AT_RISK, BENIGN)


def presale(block: Block) -> None:
    """Paid days ago, and promised for two weeks after the payment."""
    _paid(block, block.seconds(40 * HOUR, 6 * DAY))
    block.plan.moments["promised"][block.rows] = block.plan.at(Milestone.PAID)[block.rows] + 14 * DAY
    block.mark(block.rows, AT_RISK, BENIGN)
    block.mark(block.rows, BREACHED, BENIGN)


def _paid(block: Block, ago: np.ndarray) -> None:
    """Paid so long ago and known to the warehouse, which has printed nothing yet."""
    block.plan.move(block.rows[:, 0], Milestone.PAID, block.plan.as_of - ago)
    block.plan.cut(block.rows, Milestone.PRINTED)


SITUATIONS = {
    "promise_broken": Situation(1, promise_broken, recent=False),
    "promise_close": Situation(1, promise_close, recent=False),
    "own_promise_broken": Situation(1, own_promise_broken),
    "time_enough": Situation(1, time_enough, recent=False),
    "presale": Situation(1, presale, recent=False),
}
