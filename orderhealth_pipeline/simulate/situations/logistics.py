"""Parcels that left and fell silent, or were never seen, and silences that are none.

What belongs here: situations of one parcel on its way. What does not: a carrier that scans nothing at all for
a day (carriers.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.plan import DAY, HOUR, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation
from orderhealth_pipeline.simulate.situations.payment import MARGIN

SILENT, UNSEEN = "tracking_stalled", "no_pickup"
PATIENCE = 24 * HOUR


def silent_parcel(block: Block) -> None:
    """The last scan is more than 24 hours old; every second parcel was never seen after its pickup."""
    rows = block.rows[:, 0]
    ago = block.at_or_between(PATIENCE + MARGIN, PATIENCE + MARGIN, 4 * DAY)
    _last_scan(block, Milestone.TRANSIT_1, ago)
    never_moved = rows[::2]
    block.plan.move(never_moved, Milestone.PICKED_UP, block.plan.as_of - ago[::2])
    block.plan.cut(never_moved, Milestone.TRANSIT_1)
    block.mark(rows, SILENT, ANOMALY)


def label_without_parcel(block: Block) -> None:
    """Outbound for more than 24 hours and never scanned; of every second one the carrier knows the label."""
    _outbound(block, block.at_or_between(PATIENCE + MARGIN, PATIENCE + MARGIN, 3 * DAY))
    known = block.rows[1::2]
    block.plan.moments["registered"][known] = block.plan.as_of - block.seconds(HOUR, 20 * HOUR, known)
    block.mark(block.rows, UNSEEN, ANOMALY)
    block.mark_ship_by()


def no_waybill(block: Block) -> None:
    """Outbound for more than 24 hours without a waybill number."""
    _outbound(block, block.at_or_between(PATIENCE + MARGIN, PATIENCE + MARGIN, 3 * DAY))
    block.plan.flags["without_waybill"][block.rows] = True
    block.mark(block.rows, UNSEEN, ANOMALY)
    block.mark_ship_by()


def recycled_waybill(block: Block) -> None:
    """Never seen by its deadline, but years ago the carrier delivered another parcel under its number."""
    _outbound(block, block.seconds(2 * DAY, 3 * DAY))
    block.plan.flags["waybill_recycled"][block.rows] = True
    block.mark(block.rows, UNSEEN, ANOMALY)
    block.mark_ship_by()


def waiting_for_courier(block: Block) -> None:
    """Outbound for at most 24 hours, every third exactly 24, and not seen yet."""
    _outbound(block, block.at_or_between(PATIENCE, 20 * HOUR, PATIENCE))
    block.mark(block.rows, UNSEEN, BENIGN)
    block.mark(block.rows, "shipped_on_paper", BENIGN)
    block.mark_ship_by()


def replaced_label(block: Block) -> None:
    """The courier never came for the first label; it was cancelled, and the second one is on its way."""
    _last_scan(block, Milestone.TRANSIT_1, block.seconds(19 * HOUR, 23 * HOUR))
    block.plan.parcels[block.rows] = 2
    block.plan.flags["first_label_voided"][block.rows] = True
    block.mark(block.rows, UNSEEN, BENIGN)


def voided_label(block: Block) -> None:
    """The courier never came, and the label was cancelled; the order waits for a new one."""
    _outbound(block, block.seconds(PATIENCE + HOUR, 3 * DAY))
    block.plan.flags["first_label_voided"][block.rows] = True
    block.mark(block.rows, UNSEEN, BENIGN)
    block.mark_ship_by()
    block.mark(block.rows, "erp_not_in_wms", ANOMALY)
    block.mark(block.rows, "shipped_on_paper", ANOMALY)


def weekend_gap(block: Block) -> None:
    """The carrier rests: the last scan is 20 to 24 hours old, in every third case exactly 24."""
    _last_scan(block, Milestone.TRANSIT_1, block.at_or_between(PATIENCE, 20 * HOUR, PATIENCE))
    block.mark(block.rows, SILENT, BENIGN)
    block.mark(block.rows, "ship_by_breached", BENIGN)


def delivered_quietly(block: Block) -> None:
    """Delivered days ago, and the buyer has not confirmed it."""
    block.plan.move(block.rows[:, 0], Milestone.DELIVERED, block.plan.as_of - block.seconds(2 * DAY, 6 * DAY))
    block.plan.cut(block.rows, Milestone.COMPLETED)
    block.mark(block.rows, SILENT, BENIGN)
    block.mark(block.rows, "ship_by_breached", BENIGN)


def parcel_lost(block: Block) -> None:
    """The carrier reported the parcel lost: no scan will follow."""
    _last_scan(block, Milestone.TRANSIT_1, block.seconds(3 * DAY, 6 * DAY))
    block.plan.moments["lost"][block.rows] = _after_transit(block, 5 * HOUR, 20 * HOUR)
    block.mark(block.rows, SILENT, BENIGN)
    block.mark(block.rows, "carrier_exception", ANOMALY)


def parcel_returned(block: Block) -> None:
    """The parcel went back to the sender, which closes the order."""
    _last_scan(block, Milestone.TRANSIT_1, block.seconds(3 * DAY, 6 * DAY))
    returning = _after_transit(block, 5 * HOUR, 20 * HOUR)
    block.plan.moments["returning"][block.rows] = returning
    block.plan.moments["returned"][block.rows] = returning + block.seconds(10 * HOUR, 20 * HOUR, block.rows)
    block.mark(block.rows, SILENT, BENIGN)
    block.mark(block.rows, "carrier_exception", BENIGN)


def _last_scan(block: Block, milestone: Milestone, ago: np.ndarray) -> None:
    block.plan.move(block.rows[:, 0], milestone, block.plan.as_of - ago)
    block.plan.cut(block.rows, Milestone(milestone + 1))


def _after_transit(block: Block, low: int, high: int) -> np.ndarray:
    transit: np.ndarray = block.plan.at(Milestone.TRANSIT_1)[block.rows]
    return transit + block.seconds(low, high, block.rows)


def _outbound(block: Block, ago: np.ndarray) -> None:
    block.plan.move(block.rows[:, 0], Milestone.OUTBOUND, block.plan.as_of - ago)
    block.plan.cut(block.rows, Milestone.PICKED_UP)


SITUATIONS = {
    "silent_parcel": Situation(1, silent_parcel, recent=False),
    "label_without_parcel": Situation(1, label_without_parcel),
    "no_waybill": Situation(1, no_waybill),
    "recycled_waybill": Situation(1, recycled_waybill),
    "waiting_for_courier": Situation(1, waiting_for_courier),
    "replaced_label": Situation(1, replaced_label),
    "voided_label": Situation(1, voided_label),
    "weekend_gap": Situation(1, weekend_gap),
    "delivered_quietly": Situation(1, delivered_quietly, recent=False),
    "parcel_lost": Situation(1, parcel_lost, recent=False),
    "parcel_returned": Situation(1, parcel_returned, recent=False),
}
