"""Shipments printed and forgotten, and those that wait for a reason (`outbound_overdue`).

What belongs here: situations between the printed label and the warehouse gate. What does not: the carrier.
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.plan import HOUR, MINUTE, NEVER, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation
from orderhealth_pipeline.simulate.situations.payment import MARGIN

RULE = "outbound_overdue"
PATIENCE = 4 * HOUR
FIRST_PARCEL, BOTH_PARCELS = 1, 3


def printed_and_forgotten(block: Block) -> None:
    """Printed more than four hours ago and not outbound."""
    _printed(block, block.at_or_between(PATIENCE + MARGIN, PATIENCE + MARGIN, 40 * HOUR))
    block.mark(block.rows, RULE, ANOMALY)
    block.mark_ship_by()


def partly_on_hold(block: Block) -> None:
    """One of two overdue shipments is on hold, and nothing explains the other; the deadline is near."""
    _printed(block, block.seconds(38.5 * HOUR, 41 * HOUR))
    block.plan.parcels[block.rows] = 2
    block.plan.parcels_on_hold[block.rows] = FIRST_PARCEL
    block.mark(block.rows, RULE, ANOMALY)
    block.mark_ship_by()


def shipment_on_hold(block: Block) -> None:
    """Every overdue shipment is on hold; every second order has two of them."""
    _printed(block, block.seconds(PATIENCE + HOUR, 40 * HOUR))
    block.plan.parcels[block.rows] = 1 + np.arange(block.groups)[:, None] % 2
    block.plan.parcels_on_hold[block.rows] = BOTH_PARCELS
    block.mark(block.rows, RULE, BENIGN)
    block.mark_ship_by()


def printed_four_hours_ago(block: Block) -> None:
    """Printed at most four hours ago, every third exactly four."""
    _printed(block, block.at_or_between(PATIENCE, 2 * HOUR, PATIENCE))
    block.mark(block.rows, RULE, BENIGN)
    block.mark(block.rows, "erp_not_in_wms", BENIGN)
    block.mark_ship_by()


def shipment_cancelled(block: Block) -> None:
    """The printed shipment was cancelled in the warehouse; the order waits for a new one."""
    _printed(block, block.seconds(PATIENCE + HOUR, 40 * HOUR))
    block.plan.flags["shipment_cancelled"][block.rows] = True
    block.mark(block.rows, RULE, BENIGN)
    block.mark_ship_by()
    block.mark(block.rows, "erp_not_in_wms", ANOMALY)


def shipped_after_cancel(block: Block) -> None:
    """The warehouse never heard that the order was cancelled, and the parcel left minutes later."""
    _withdrawn(block, block.seconds(-HOUR, -MINUTE))
    block.mark(block.rows, "shipped_after_cancel", ANOMALY)


def cancelled_on_the_way(block: Block) -> None:
    """The buyer cancelled when the parcel had left: nobody could have held it back."""
    _withdrawn(block, block.at_or_between(0, 0, HOUR))
    block.mark(block.rows, "shipped_after_cancel", BENIGN)


def _withdrawn(block: Block, after_leaving: np.ndarray) -> None:
    left_at = block.plan.as_of - block.seconds(2 * HOUR, 5 * HOUR)
    block.plan.move(block.rows[:, 0], Milestone.OUTBOUND, left_at)
    block.plan.life[Milestone.ERP_SHIPPED, block.rows] = NEVER
    outbound = block.plan.at(Milestone.OUTBOUND)[block.rows]
    paid = block.plan.at(Milestone.PAID)[block.rows]
    block.plan.moments["cancelled"][block.rows] = np.maximum(outbound + after_leaving[:, None], paid + 1)
    block.plan.flags["warehouse_unaware"][block.rows] = True


def _printed(block: Block, ago: np.ndarray) -> None:
    block.plan.move(block.rows[:, 0], Milestone.PRINTED, block.plan.as_of - ago)
    block.plan.cut(block.rows, Milestone.OUTBOUND)


SITUATIONS = {
    "printed_and_forgotten": Situation(1, printed_and_forgotten),
    "partly_on_hold": Situation(1, partly_on_hold),
    "shipment_on_hold": Situation(1, shipment_on_hold),
    "printed_four_hours_ago": Situation(1, printed_four_hours_ago),
    "shipment_cancelled": Situation(1, shipment_cancelled),
    "shipped_after_cancel": Situation(1, shipped_after_cancel),
    "cancelled_on_the_way": Situation(1, cancelled_on_the_way),
}
