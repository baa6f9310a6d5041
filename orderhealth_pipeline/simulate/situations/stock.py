"""Goods that run out, and goods that unpaid orders lock up (`oversold`, `stock_hoarding`).

What belongs here: situations about the pieces of one SKU. What does not: how many there are of all others
(feeds/fulfilment.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.goods import one_line
from orderhealth_pipeline.simulate.plan import HOUR, MINUTE, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

LOCKED, OVERSOLD = "stock_hoarding", "oversold"
FIFTH_OF_STOCK, JUST_UNDER_A_FIFTH = 25, 26
PRICE = (5_000, 12_000)


def stock_locked(block: Block) -> None:
    """One buyer's two unpaid orders hold five of 25 pieces: exactly 20 %."""
    _two_unpaid_orders(block, [3, 2], FIFTH_OF_STOCK)
    block.mark(block.rows, LOCKED, ANOMALY)


def a_small_part_locked(block: Block) -> None:
    """Two unpaid orders hold five of 26 pieces: not quite 20 %."""
    _two_unpaid_orders(block, [3, 2], JUST_UNDER_A_FIFTH)
    block.mark(block.rows, LOCKED, BENIGN)


def four_pieces_locked(block: Block) -> None:
    """Two unpaid orders hold four of ten pieces: one piece too few to call it hoarding."""
    _two_unpaid_orders(block, [3, 1], 10)
    block.mark(block.rows, LOCKED, BENIGN)


def sold_beyond_stock(block: Block) -> None:
    """Three orders of two pieces each, and five on hand: the last order cannot be served."""
    _waiting_for_goods(block, on_hand=5)
    block.mark(block.rows[:, :2], OVERSOLD, BENIGN)
    block.mark(block.rows[:, 2], OVERSOLD, ANOMALY)


def down_to_the_last_piece(block: Block) -> None:
    """Three orders of two pieces each, and six on hand: all can be served."""
    _waiting_for_goods(block, on_hand=6)
    block.mark(block.rows, OVERSOLD, BENIGN)


def _two_unpaid_orders(block: Block, pieces: list[int], on_hand: int) -> None:
    block.one_buyer()
    placed = block.plan.as_of - block.seconds(20 * MINUTE, 20 * HOUR, block.rows)
    block.plan.move(block.rows, Milestone.PLACED, placed)
    block.plan.cut(block.rows, Milestone.PAID)
    _scarce_lines(block, np.broadcast_to(pieces, block.rows.shape), on_hand)


def _waiting_for_goods(block: Block, on_hand: int) -> None:
    """Placed minutes apart within the last day, paid, and nothing printed yet."""
    start = block.plan.as_of - block.seconds(3 * HOUR, 20 * HOUR)
    steps = np.cumsum(block.seconds(MINUTE, 30 * MINUTE, block.rows), axis=1)
    block.plan.move(block.rows, Milestone.PLACED, start[:, None] + steps)
    block.plan.cut(block.rows, Milestone.PRINTED)
    _scarce_lines(block, np.full(block.rows.shape, 2), on_hand)


def _scarce_lines(block: Block, pieces: np.ndarray, on_hand: int) -> None:
    sku = block.catalogue.reserve(block.groups)
    block.catalogue.scarce |= dict.fromkeys(sku.tolist(), on_hand)
    one_line(block.plan, block.rows, sku[:, None], pieces, block.seconds(*PRICE)[:, None])


SITUATIONS = {
    "stock_locked": Situation(2, stock_locked),
    "a_small_part_locked": Situation(2, a_small_part_locked),
    "four_pieces_locked": Situation(2, four_pieces_locked),
    "sold_beyond_stock": Situation(3, sold_beyond_stock),
    "down_to_the_last_piece": Situation(3, down_to_the_last_piece),
}
