"""The same basket twice within half an hour, and add-ons and corrections like it (`duplicate_order`).

What belongs here: situations about pairs of one buyer's orders. What does not: five and more (bursts.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.plan import MINUTE, Milestone, Phone, Rows
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

RULE = "duplicate_order"
APART = 30 * MINUTE


def double_submit(block: Block) -> None:
    """The same order twice, every third time exactly 30 minutes apart."""
    _pair(block, block.at_or_between(APART, 5, APART))
    block.mark(block.rows, RULE, ANOMALY)


def address_changed_too_early(block: Block) -> None:
    """The first order's address was corrected before the second was placed: that explains nothing."""
    _pair(block, block.seconds(10 * MINUTE, APART))
    _change_address(block, block.rows[:, 0], block.rows[:, 0], block.seconds(MINUTE, 9 * MINUTE))
    block.mark(block.rows, RULE, ANOMALY)


def partly_explained(block: Block) -> None:
    """Three equal orders; the third's address changed after all were placed: the others' pair stays."""
    gaps = block.seconds(MINUTE, 10 * MINUTE, block.rows[:, 1:])
    block.place(np.column_stack([np.zeros(block.groups, dtype=np.int64), np.cumsum(gaps, axis=1)]))
    block.one_buyer()
    block.same_basket()
    _change_address(block, block.rows[:, 2], block.rows[:, 2], block.seconds(MINUTE, 20 * MINUTE))
    block.mark(block.rows[:, :2], RULE, ANOMALY)
    block.mark(block.rows[:, 2], RULE, BENIGN)


def address_changed(block: Block) -> None:
    """The first order's address was changed to the second's after the second was placed."""
    _pair(block, block.seconds(MINUTE, APART))
    _change_address(block, block.rows[:, 0], block.rows[:, 1], block.seconds(MINUTE, 20 * MINUTE))
    block.mark(block.rows, RULE, BENIGN)


def other_address(block: Block) -> None:
    """The same basket for somebody else, at another address."""
    _pair(block, block.seconds(MINUTE, APART))
    block.plan.address[block.rows] = block.rows
    block.plan.first_address[block.rows] = block.rows
    block.mark(block.rows, RULE, BENIGN)


def add_on(block: Block) -> None:
    """Something forgotten, ordered a little later."""
    _pair(block, block.seconds(MINUTE, APART))
    block.different_baskets()
    block.mark(block.rows, RULE, BENIGN)


def one_second_later(block: Block) -> None:
    """The same order again, 30 minutes and one second later at the earliest."""
    _pair(block, block.at_or_between(APART + 1, APART + 1, APART + 20 * MINUTE))
    block.mark(block.rows, RULE, BENIGN)


def reorder_after_cancel(block: Block) -> None:
    """The first order was cancelled before the second was placed."""
    _pair(block, block.seconds(10 * MINUTE, APART))
    block.cancel_unpaid(block.rows[:, 0], block.seconds(MINUTE, 9 * MINUTE))
    block.mark(block.rows, RULE, BENIGN)


def masked_twins(block: Block) -> None:
    """The same basket twice, to addresses that are masked: nobody knows whether they are the same."""
    _pair(block, block.seconds(MINUTE, APART))
    block.plan.flags["masked"][block.rows] = True
    block.plan.phone[block.rows] = Phone.MASKED
    block.mark(block.rows, RULE, BENIGN)


def _pair(block: Block, apart: Rows) -> None:
    """Two equal orders of one buyer to one address, so many seconds apart."""
    block.place(np.column_stack([np.zeros_like(apart), apart]))
    block.one_buyer()
    block.same_basket()


def _change_address(block: Block, changed: Rows, measured_from: Rows, after: Rows) -> None:
    """These orders first went to an address of their own, and to the shared one since the given instant."""
    placed = block.plan.at(Milestone.PLACED)
    block.plan.first_address[changed] = block.plan.orders + changed
    block.plan.moments["address_changed"][changed] = placed[measured_from] + after


SITUATIONS = {
    "double_submit": Situation(2, double_submit),
    "address_changed_too_early": Situation(2, address_changed_too_early),
    "partly_explained": Situation(3, partly_explained),
    "address_changed": Situation(2, address_changed),
    "other_address": Situation(2, other_address),
    "add_on": Situation(2, add_on),
    "one_second_later": Situation(2, one_second_later),
    "reorder_after_cancel": Situation(2, reorder_after_cancel),
    "masked_twins": Situation(2, masked_twins),
}
