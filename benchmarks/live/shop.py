"""The shop of the live path: a long history that ends now, and what every minute after it brings.

What belongs here: simulated orders moved to the present. What does not: files in place, Dagster, measuring.

The history is the eve of a promotion, its newest record moved to the present. A minute brings new orders with
their lines, payments and ERP records, and for as many orders of the history a parcel that leaves the
warehouse and two scans of the carrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.simulate.simulation import simulate

SCENARIO: Final = "promo_eve"
NUMBERS: Final = ("order_id", "payment_id", "erp_id")
NEW_ORDER_NUMBERS: Final = "9"
"""Stands before the numbers of new orders, so that they are none of the history's."""

SPARE_ORDERS: Final = 2
"""More than one of two simulated orders is paid and known to the ERP."""

SECONDS_UNTIL_PAID: Final = 5
SECONDS_UNTIL_IN_ERP: Final = 10
SCANS_A_NEW_ORDER: Final = 2

_INSTANT: Final = pl.Datetime("us", "UTC")

Feeds = dict[str, pl.DataFrame]


def history_until(now: datetime, orders: int, seed: int) -> Feeds:
    """Simulate the history so that it ends `now`."""
    simulation = simulate(SCENARIO, orders, seed)
    later = now - simulation.as_of
    return {feed: frame.with_columns(pl.col(_INSTANT) + later) for feed, frame in simulation.feeds.items()}


@dataclass(frozen=True)
class Stream:
    """What is still to come: new orders, parcels that wait in the warehouse, and parcels on their way."""

    new: Feeds
    waiting: pl.DataFrame
    under_way: pl.DataFrame

    @classmethod
    def after(cls, history: Feeds, new_orders: int, seed: int) -> Stream:
        """Prepare so many new orders, and choose the parcels of the history that will move."""
        shipments = history["wms_shipments"].unique("shipment_id", keep="last", maintain_order=True)
        waiting = shipments.filter(pl.col("outbound_at").is_null(), status="printed")
        under_way = shipments.filter(pl.col("waybill_no").is_not_null(), status="shipped")
        return cls(
            _new_orders(new_orders, seed),
            waiting.sample(fraction=1, shuffle=True, seed=seed),
            under_way.sample(fraction=1, shuffle=True, seed=seed).select("waybill_no", "order_id"),
        )

    def landing(self, first: int, orders: int, since: datetime, until: datetime) -> Feeds:
        """Give the files of one landing: the new orders from number `first` on, placed evenly in between."""
        chosen = self.new["storefront_orders"].slice(first, orders)
        share = (pl.int_range(pl.len()) + 0.5) / orders * (until - since) / timedelta(microseconds=1)
        placed = chosen.select(
            "order_id", placed_at=pl.lit(since, _INSTANT) + pl.duration(microseconds=share.cast(pl.Int64))
        )
        of = {feed: frame.join(placed, on="order_id") for feed, frame in self.new.items()}
        paid, synced = _soon(SECONDS_UNTIL_PAID, until), _soon(SECONDS_UNTIL_IN_ERP, until)
        scans = self.under_way.slice(first * SCANS_A_NEW_ORDER, orders * SCANS_A_NEW_ORDER)
        left = {"outbound_at": pl.lit(until, _INSTANT), "updated_at": pl.lit(until, _INSTANT)}
        return {
            "storefront_orders": of["storefront_orders"].with_columns(updated_at="placed_at"),
            "storefront_order_lines": of["storefront_order_lines"].drop("placed_at"),
            "payments": of["payments"].with_columns(paid_at=paid, updated_at=paid).drop("placed_at"),
            "erp_orders": of["erp_orders"]
            .with_columns(synced_at=synced, updated_at=synced)
            .drop("placed_at"),
            "wms_shipments": self.waiting.slice(first, orders).with_columns(**left, status=pl.lit("shipped")),
            "tms_events": scans.with_columns(event_at=pl.lit(until, _INSTANT), status=pl.lit("in_transit")),
        }


def _new_orders(orders: int, seed: int) -> Feeds:
    """Take orders that were paid once and reached the ERP, as they were at that moment, without instants."""
    feeds = simulate(SCENARIO, orders * SPARE_ORDERS, seed + 1).feeds
    once_paid = feeds["payments"].filter(status="succeeded").unique("order_id", keep="none")
    in_erp = feeds["erp_orders"].unique("order_id", keep="none").filter(pl.col("status") != "merged")
    chosen = (
        feeds["storefront_orders"]
        .unique("order_id", keep="none")
        .filter(~pl.col("status").is_in(["cancelled", "closed"]))
        .join(once_paid, on="order_id", how="semi")
        .join(in_erp, on="order_id", how="semi")
        .sample(orders, shuffle=True, seed=seed)
    )
    of_chosen = {
        "storefront_orders": chosen.drop(
            "placed_at", "promised_ship_at", "address_changed_at", "updated_at"
        ).with_columns(status=pl.lit("paid")),
        "storefront_order_lines": feeds["storefront_order_lines"],
        "payments": once_paid.drop("paid_at", "updated_at"),
        "erp_orders": in_erp.drop("synced_at", "shipped_at", "updated_at").with_columns(
            status=pl.lit("received")
        ),
    }
    return {
        feed: frame.join(chosen, on="order_id", how="semi").with_columns(
            (pl.lit(NEW_ORDER_NUMBERS) + pl.col(number)).alias(number)
            for number in NUMBERS
            if number in frame.columns
        )
        for feed, frame in of_chosen.items()
    }


def _soon(seconds: int, until: datetime) -> pl.Expr:
    return pl.min_horizontal(pl.col("placed_at") + timedelta(seconds=seconds), pl.lit(until, _INSTANT))
