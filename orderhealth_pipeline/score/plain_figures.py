"""What orders say by themselves: counted, where too few rules could be evaluated for a score to mean much.

What belongs here: plain counts over order_fact. What does not: judging them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

LATE: Final = timedelta(hours=24)
"""An order paid later than this after it was placed was paid late."""

_DEAD: Final = ("cancelled", "closed")


@dataclass(frozen=True)
class PlainFigures:
    """Counts over all orders; without payments it is not known what was refunded or paid late.

    `unpaid` are those that are neither paid nor cancelled. `refunded_share` is that of the paid ones.
    """

    orders: int
    unpaid: int
    refunded_share: float | None
    paid_late: int | None


def plain_figures(fact: pl.DataFrame, *, knows_payments: bool) -> PlainFigures:
    """Count the orders of order_fact: placed_at, paid_at, status_storefront, status_payment.

    Without payments the storefront's word tells what is unpaid.
    """
    is_refunded = (pl.col("status_payment") == "refunded").fill_null(value=False)
    is_paid = pl.col("paid_at").is_not_null() | pl.col("status_payment").is_in(
        ["succeeded", "partially_refunded", "refunded"]
    ).fill_null(value=False)
    is_live = ~pl.col("status_storefront").is_in(_DEAD).fill_null(value=False)
    unpaid = is_live & ~is_paid if knows_payments else pl.col("status_storefront") == "created"
    orders, waiting, paid, refunded, late = fact.select(
        pl.len(),
        unpaid=unpaid.sum(),
        paid=is_paid.sum(),
        refunded=is_refunded.sum(),
        late=(pl.col("paid_at") - pl.col("placed_at") > LATE).sum(),
    ).row(0)
    return PlainFigures(
        orders=orders,
        unpaid=waiting,
        refunded_share=refunded / paid if knows_payments and paid else None,
        paid_late=late if knows_payments else None,
    )
