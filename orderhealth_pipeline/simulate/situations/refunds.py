"""Refunds asked for while a parcel is still in the warehouse, and requests like them (`refund_in_flight`).

What belongs here: situations between the request and the warehouse gate. What does not: returns of what
arrived (after_sales.py).
"""

from __future__ import annotations

from orderhealth_pipeline.simulate.plan import HOUR, MINUTE, RETURN_KINDS, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

RULE = "refund_in_flight"


def refund_before_leaving(block: Block) -> None:
    """The buyer wants the money back, and the label is printed: the parcel can still be stopped."""
    _asked_while_printed(block, "refund_only")
    block.mark(block.rows, RULE, ANOMALY)


def refund_refused(block: Block) -> None:
    """The shop refused the refund: the parcel goes on."""
    _asked_while_printed(block, "refund_only")
    block.plan.flags["refund_refused"][block.rows] = True
    block.mark(block.rows, RULE, BENIGN)


def exchange_before_leaving(block: Block) -> None:
    """The buyer would rather have another size."""
    _asked_while_printed(block, "exchange")
    block.mark(block.rows, RULE, BENIGN)


def _asked_while_printed(block: Block, kind: str) -> None:
    """Printed one to three and a half hours ago, asked up to half an hour later, not outbound."""
    ago = block.seconds(HOUR, 3.5 * HOUR)
    rows = block.rows[:, 0]
    block.plan.move(rows, Milestone.PRINTED, block.plan.as_of - ago)
    block.plan.cut(rows, Milestone.OUTBOUND)
    block.plan.moments["return_requested"][rows] = block.plan.as_of - ago + block.seconds(0, 30 * MINUTE)
    block.plan.return_kind[rows] = RETURN_KINDS.index(kind)


SITUATIONS = {
    "refund_before_leaving": Situation(1, refund_before_leaving),
    "refund_refused": Situation(1, refund_refused),
    "exchange_before_leaving": Situation(1, exchange_before_leaving),
}
