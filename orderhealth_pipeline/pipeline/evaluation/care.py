"""Whom customer service should speak to, of a store at an instant.

What belongs here: reading VIPs' orders and birthdays. What does not: choosing (orders/buyers/care.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.orders.buyers.care import birthdays_ahead, customer_care
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.store.rows.slices import Slice
from orderhealth_pipeline.store.rows.visible import visible_frames

_CUSTOMERS: Final = {"customers": ("buyer_id", "vip_level", "birthday")}


@dataclass(frozen=True)
class Customers:
    """What is known of customers on a day: the active orders of VIPs, and who has a birthday soon."""

    today: date
    vips: pl.DataFrame
    birthdays: pl.DataFrame

    def care(self, findings: pl.DataFrame) -> pl.DataFrame:
        """Return customer_care, with these findings of all orders, open and explained."""
        is_open = findings.filter(pl.col("order_id").is_not_null(), state="open")
        return customer_care(self.vips, is_open, self.birthdays, self.today)


def customers_of_store(known: FeedsAt) -> Customers:
    """Read what is known of customers, once working.orders is written."""
    con, contracts = known.con, known.plan.contracts
    today = known.as_of.astimezone(known.plan.settings.zone).date()
    slices = {}
    if "birthday" in known.provided.get("customers", ()):
        days = [month * 100 + day for _, (month, day) in birthdays_ahead(today)]
        sql.run(con, "people/find_birthdays", {"days": days})
        slices["customers"] = Slice("birthdays", ("buyer_id",))
    vips: pl.DataFrame = sql.read(con, "people/select_vip_orders")
    frames = visible_frames(con, contracts, _CUSTOMERS, known.as_of, slices)
    return Customers(today, vips, frames["customers"])
