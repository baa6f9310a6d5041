"""Whom customer service should speak to: VIPs whose order is in trouble, and who has a birthday soon.

What belongs here: choosing customers and days. What does not: who is a VIP (customers.py), and findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.buyers.customers import is_vip, known_buyer

CARE: Final = pl.Schema(
    {
        "buyer_id": pl.String(),
        "kind": pl.String(),
        "on": pl.Date(),
        "order_id": pl.String(),
        "detail": pl.String(),
    }
)
"""One row per VIP's order with an open finding (`vip_at_risk`: `on` is today, `detail` the rules), and per
customer with a birthday from today until in a week (`birthday`: `on` is the day, `detail` the VIP level)."""

DAYS_AHEAD: Final = 7
_FEBRUARY_28: Final = (2, 28)
_FEBRUARY_29: Final = (2, 29)


def customer_care(
    vips: pl.DataFrame, findings: pl.DataFrame, customers: pl.DataFrame, today: date
) -> pl.DataFrame:
    """Return CARE, VIPs first, by buyer and order.

    `vips` has order_id, buyer_id and vip_level of active orders, `findings` those that are open (order_id,
    rule_id), `customers` buyer_id, vip_level and birthday. `today` is the day where the store is.
    """
    at_risk = (
        vips.filter(is_vip(pl.col("vip_level")), pl.col("buyer_id").is_not_null())
        .join(findings.select("order_id", "rule_id"), on="order_id")
        .group_by("buyer_id", "order_id")
        .agg(detail=pl.col("rule_id").unique().sort().str.join(", "))
        .with_columns(kind=pl.lit("vip_at_risk"), on=pl.lit(today))
    )
    days = pl.DataFrame(
        [(on, month * 100 + day) for on, (month, day) in birthdays_ahead(today)],
        schema={"on": pl.Date(), "day": pl.Int32()},
        orient="row",
    )
    born = pl.col("birthday")
    celebrating = (
        customers.with_columns(known_buyer(pl.col("buyer_id")))
        .drop_nulls(["buyer_id", "birthday"])
        .with_columns(day=born.dt.month().cast(pl.Int32) * 100 + born.dt.day().cast(pl.Int32))
        .join(days, on="day")
        .filter(born <= pl.col("on"))
        .with_columns(
            kind=pl.lit("birthday"),
            order_id=pl.lit(None, pl.String),
            detail=pl.when(is_vip(pl.col("vip_level"))).then("vip_level"),
        )
    )
    rows = pl.concat([each.select(CARE.names()).cast(CARE) for each in (at_risk, celebrating)])
    return rows.sort("kind", "on", "buyer_id", "order_id", descending=[True, False, False, False])


def birthdays_ahead(today: date) -> Iterator[tuple[date, tuple[int, int]]]:
    """Yield every day from today until in a week, with each birthday (month, day) that is kept on it.

    Who was born on 29 February keeps the 28th in other years.
    """
    for number in range(DAYS_AHEAD + 1):
        on = today + timedelta(days=number)
        yield on, (on.month, on.day)
        if (on.month, on.day) == _FEBRUARY_28 and (on + timedelta(days=1)).month == on.month + 1:
            yield on, _FEBRUARY_29
