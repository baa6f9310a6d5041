"""The carrier that scans too little: what makes `pickup_gap` true on the eve of a promotion.

What belongs here: leaving parcels unscanned until the scenario's share is met. What does not: single parcels
that stall (situations/logistics.py); a parcel here left less than a day ago, so that it is not stalled yet.
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.simulate.plan import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    ErpRecord,
    Mask,
    Milestone,
    Plan,
)

DUE_HOURS = 6
CLOSED_DAYS_AFTER_DELIVERY = 7
FEWEST_DUE = 20
HIGHEST_HIT_SHARE = 0.9
LABEL_SHARE = 0.5


def active(plan: Plan) -> Mask:
    """Which orders are not closed at `as_of`."""
    ticket_open = plan.befell("ticket_opened") & ~plan.befell("ticket_closed")
    delivered_long_ago = plan.at(Milestone.DELIVERED) < plan.as_of - CLOSED_DAYS_AFTER_DELIVERY * DAY
    settled = plan.happened(Milestone.COMPLETED) | delivered_long_ago
    ended = plan.befell("cancelled") | plan.befell("refunded") | plan.befell("returned")
    return ~(ended | (settled & ~ticket_open))


def leave_unscanned(plan: Plan, scanned_share: float, rng: np.random.Generator) -> None:
    """Take the scans of recent parcels away until only `scanned_share` of the due ones have one.

    A parcel of a logistics situation left more than a day ago and is never taken.

    Raises:
        UnusableInputError: too few orders for the rule to be hit; ask for more.
    """
    shipped = plan.at(Milestone.ERP_SHIPPED)
    due = active(plan) & (shipped <= plan.as_of - DUE_HOURS * HOUR) & (plan.erp_record == ErpRecord.PLAIN)
    scanned = due & plan.happened(Milestone.PICKED_UP)
    may_wait = (
        scanned
        & (shipped <= plan.as_of - DUE_HOURS * HOUR - MINUTE)
        & (plan.at(Milestone.OUTBOUND) > plan.as_of - DAY + HOUR)
        & ~plan.happened(Milestone.DELIVERED)
        & (plan.parcels == 1)
    )
    wanted = int(scanned.sum()) - round(scanned_share * int(due.sum()))
    taken = rng.permutation(np.flatnonzero(may_wait))[: max(wanted, 0)]
    if due.sum() < FEWEST_DUE or scanned.sum() - len(taken) >= HIGHEST_HIT_SHARE * due.sum():
        raise UnusableInputError(
            Message("{orders} orders are too few for this scenario; ask for more", orders=plan.orders)
        )
    plan.cut(taken, Milestone.PICKED_UP)
    plan.moments["registered"][taken] = np.where(
        rng.random(len(taken)) < LABEL_SHARE, plan.at(Milestone.PRINTED)[taken] + MINUTE, NEVER
    )
