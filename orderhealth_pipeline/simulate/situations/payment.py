"""Paid orders the ERP never heard of, and those it will hear of or knows otherwise (`paid_not_in_erp`).

What belongs here: situations between payment and ERP. What does not: anything the warehouse does.
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.plan import DAY, HOUR, MINUTE, ErpRecord, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

RULE = "paid_not_in_erp"
PATIENCE = 15 * MINUTE
MARGIN = 10
"""Seconds by which anomalies exceed their threshold, so that they do at the feeds' latest instant too."""


def erp_sync_lost(block: Block) -> None:
    """Paid more than 15 minutes ago, and the ERP has no record."""
    _paid(block, block.at_or_between(PATIENCE + MARGIN, PATIENCE + MARGIN, 30 * HOUR))
    block.plan.cut(block.rows, Milestone.SYNCED)
    block.mark(block.rows, RULE, ANOMALY)


def paid_minutes_ago(block: Block) -> None:
    """Paid at most 15 minutes ago, every third exactly 15: the ERP may still be fetching it."""
    _paid(block, block.at_or_between(PATIENCE, MINUTE, PATIENCE))
    block.plan.cut(block.rows, Milestone.SYNCED)
    block.mark(block.rows, RULE, BENIGN)


def merged_or_split(block: Block) -> None:
    """The ERP merged the order into another or split it in two: a record all the same."""
    _paid(block, block.seconds(HOUR, 2 * HOUR))
    block.plan.cut(block.rows, Milestone.RECEIVED)
    records = np.array([ErpRecord.MERGED, ErpRecord.SPLIT])
    block.plan.erp_record[block.rows] = records[np.arange(block.groups) % 2][:, None]
    block.mark(block.rows, RULE, BENIGN)
    block.mark(block.rows, "erp_not_in_wms", BENIGN)


def unpaid(block: Block) -> None:
    """Placed hours ago and still not paid: the ERP need not know it."""
    block.plan.move(block.rows[:, 0], Milestone.PLACED, block.plan.as_of - block.seconds(20 * MINUTE, DAY))
    block.plan.cut(block.rows, Milestone.PAID)
    block.mark(block.rows, RULE, BENIGN)


def _paid(block: Block, ago: np.ndarray) -> None:
    block.plan.move(block.rows[:, 0], Milestone.PAID, block.plan.as_of - ago)


SITUATIONS = {
    "erp_sync_lost": Situation(1, erp_sync_lost),
    "paid_minutes_ago": Situation(1, paid_minutes_ago),
    "merged_or_split": Situation(1, merged_or_split),
    "unpaid": Situation(1, unpaid),
}
