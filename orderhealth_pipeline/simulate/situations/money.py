"""Money that does not fit its order, and money that only seems so.

The rules are `amount_mismatch`, `duplicate_payment` and `shipped_unpaid`.

What belongs here: situations about what was paid. What does not: whether the ERP heard of it (payment.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.plan import HOUR, MINUTE, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

MISMATCH, TWICE, UNPAID = "amount_mismatch", "duplicate_payment", "shipped_unpaid"
JUST_TOO_MUCH = 2
"""Fen: one more than the cent that rounding may cost."""


def charged_wrongly(block: Block) -> None:
    """A coupon that only one system knew: too little or too much was paid, in every third case by two fen."""
    _on_its_way(block)
    wrong = block.at_or_between(JUST_TOO_MUCH, JUST_TOO_MUCH, 500)
    block.plan.overpaid[block.rows] = _both_ways(block, wrong)
    block.mark(block.rows, MISMATCH, ANOMALY)


def rounded_by_a_cent(block: Block) -> None:
    """One cent more or less was paid: a discount was rounded."""
    _on_its_way(block)
    block.plan.overpaid[block.rows] = _both_ways(block, np.ones(block.groups, dtype=np.int64))
    block.mark(block.rows, MISMATCH, BENIGN)


def balance_due(block: Block) -> None:
    """The deposit of a presale is paid, and the balance is asked for."""
    _before_the_label(block)
    block.plan.flags["split_payment"][block.rows] = True
    block.plan.flags["balance_due"][block.rows] = True
    block.mark(block.rows, MISMATCH, BENIGN)


def paid_twice(block: Block) -> None:
    """The page hung, the buyer paid again, and both payments went through."""
    _before_the_label(block)
    block.plan.flags["paid_twice"][block.rows] = True
    block.mark(block.rows, TWICE, ANOMALY)
    block.mark(block.rows, MISMATCH, ANOMALY)


def two_equal_halves(block: Block) -> None:
    """Two payments of one amount, which together are what the order costs."""
    _before_the_label(block)
    block.different_baskets()
    block.plan.quantity[block.rows, 0] = 2
    block.plan.flags["split_payment"][block.rows] = True
    block.plan.flags["equal_halves"][block.rows] = True
    block.mark(block.rows, TWICE, BENIGN)
    block.mark(block.rows, MISMATCH, BENIGN)


def paid_at_the_second_attempt(block: Block) -> None:
    """The same amount twice, but the first attempt failed."""
    _on_its_way(block)
    block.plan.flags["failed_attempt"][block.rows] = True
    block.mark(block.rows, TWICE, BENIGN)


def left_unpaid(block: Block) -> None:
    """The parcel left, and no money ever came."""
    _on_its_way(block)
    block.plan.flags["never_paid_for"][block.rows] = True
    block.mark(block.rows, UNPAID, ANOMALY)


def cash_on_delivery(block: Block) -> None:
    """The parcel left, and the buyer pays at the door."""
    _on_its_way(block)
    block.plan.flags["never_paid_for"][block.rows] = True
    block.plan.flags["cash_on_delivery"][block.rows] = True
    block.mark(block.rows, UNPAID, BENIGN)


def _both_ways(block: Block, fen: np.ndarray) -> np.ndarray:
    sign = np.where(np.arange(block.groups) % 2, 1, -1)
    both: np.ndarray = (fen * sign)[:, None]
    return both


def _on_its_way(block: Block) -> None:
    """Left within the last 20 hours."""
    ago = block.seconds(10 * MINUTE, 20 * HOUR)
    block.plan.move(block.rows[:, 0], Milestone.OUTBOUND, block.plan.as_of - ago)


def _before_the_label(block: Block) -> None:
    """Paid within the last day and known to the warehouse, which has printed nothing yet."""
    ago = block.seconds(30 * MINUTE, 20 * HOUR)
    block.plan.move(block.rows[:, 0], Milestone.PAID, block.plan.as_of - ago)
    block.plan.cut(block.rows, Milestone.PRINTED)


SITUATIONS = {
    "charged_wrongly": Situation(1, charged_wrongly),
    "rounded_by_a_cent": Situation(1, rounded_by_a_cent),
    "balance_due": Situation(1, balance_due),
    "paid_twice": Situation(1, paid_twice),
    "two_equal_halves": Situation(1, two_equal_halves),
    "paid_at_the_second_attempt": Situation(1, paid_at_the_second_attempt),
    "left_unpaid": Situation(1, left_unpaid),
    "cash_on_delivery": Situation(1, cash_on_delivery),
}
