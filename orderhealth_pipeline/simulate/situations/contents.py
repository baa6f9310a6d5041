"""Parcels that hold something else than was ordered, and those that hold more (`wrong_or_short_shipment`).

What belongs here: situations about what lies in a parcel that left. What does not: its way (logistics.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.goods import everyday_prices, one_line
from orderhealth_pipeline.simulate.plan import HOUR, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

RULE = "wrong_or_short_shipment"
PIECES = 3


def packed_short(block: Block) -> None:
    """One piece of three is missing."""
    _three_pieces_left(block)
    block.plan.flags["packed_short"][block.rows] = True
    block.mark(block.rows, RULE, ANOMALY)


def packed_wrongly(block: Block) -> None:
    """Three pieces of another SKU left."""
    _three_pieces_left(block)
    block.plan.flags["packed_wrongly"][block.rows] = True
    block.mark(block.rows, RULE, ANOMALY)


def sample_inside(block: Block) -> None:
    """All that was ordered left, and a sample with it."""
    _three_pieces_left(block)
    block.plan.flags["sample_inside"][block.rows] = True
    block.mark(block.rows, RULE, BENIGN)


def in_two_boxes(block: Block) -> None:
    """Neither of two parcels holds all that was ordered; both together do."""
    _three_pieces_left(block)
    block.plan.parcels[block.rows] = 2
    block.mark(block.rows, RULE, BENIGN)


def _three_pieces_left(block: Block) -> None:
    """A single line of three pieces, outbound within the last 20 hours."""
    ago = block.seconds(HOUR, 20 * HOUR)
    block.plan.move(block.rows[:, 0], Milestone.OUTBOUND, block.plan.as_of - ago)
    sku = block.rng.integers(0, block.catalogue.regular - 1, size=block.groups)
    prices = everyday_prices(block.catalogue, sku, block.rng)
    one_line(block.plan, block.rows[:, 0], sku, np.full(block.groups, PIECES), prices)


SITUATIONS = {
    "packed_short": Situation(1, packed_short),
    "packed_wrongly": Situation(1, packed_wrongly),
    "sample_inside": Situation(1, sample_inside),
    "in_two_boxes": Situation(1, in_two_boxes),
}
