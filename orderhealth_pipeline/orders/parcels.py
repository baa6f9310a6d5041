"""Carrier events → what is known of every waybill, and of every order through its parcels.

What belongs here: scans, deliveries and the link from orders to waybills. What does not: how long is too
long.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.fulfilment import is_live_shipment

SCANS: Final = (
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "exception",
    "returning",
    "returned",
    "lost",
)
"""Events that prove a parcel. `registered` is a label without one, and an unknown word proves nothing."""

FINISHED: Final = ("delivered", "returned", "lost")


def waybills(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per waybill with events.

    first_scan_at, last_scan_at: UTC, null without a scan. claimed_delivered_at: first time the carrier said
    delivered. is_finished: delivered, returned or lost. is_returned. last_status, last_event_at: the newest
    event's.
    """
    scanned = pl.col("status").is_in(SCANS)
    return (
        feeds["tms_events"]
        .lazy()
        .group_by("waybill_no")
        .agg(
            first_scan_at=pl.col("event_at").filter(scanned).min(),
            last_scan_at=pl.col("event_at").filter(scanned).max(),
            claimed_delivered_at=pl.col("event_at").filter(pl.col("status") == "delivered").min(),
            is_finished=pl.col("status").is_in(FINISHED).any(),
            is_returned=(pl.col("status") == "returned").any(),
            last_event_at=pl.col("event_at").max(),
            last_status=pl.col("status").sort_by("event_at", "status").last(),
        )
    )


def order_parcels(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order and parcel: order_id, waybill_no, is_cancelled, and the columns of `waybills`.

    Parcels are the shipments of the order, and waybills that only the carrier links to it. waybill_no is null
    for a shipment without one; where the warehouse never sends waybills, the carrier's links alone count. The
    columns of `waybills` are null where there is no event.
    """
    shipments = (
        feeds["wms_shipments"].lazy().select("order_id", "waybill_no", is_cancelled=~is_live_shipment())
    )
    if not feeds.provides("wms_shipments", "waybill_no"):
        shipments = shipments.clear()
    linked = (
        feeds["tms_events"].lazy().filter(pl.col("order_id").is_not_null()).select("order_id", "waybill_no")
    )
    carrier_only = linked.unique().join(shipments, on=["order_id", "waybill_no"], how="anti")
    parcels = pl.concat([shipments, carrier_only.with_columns(is_cancelled=pl.lit(value=False))])
    return parcels.join(waybills(feeds), on="waybill_no", how="left")


def carrier_milestones(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order with parcels; cancelled shipments give no milestone, only a claim.

    picked_up_at: first scan of any parcel, UTC. last_scan_at: newest scan. delivered_at: when the last parcel
    was delivered, null while one is neither delivered nor returned. delivery_claimed_at: first parcel the
    carrier says delivered, cancelled or not. is_returned: every parcel came back. status_tms: status of the
    newest event.
    """
    counts = ~pl.col("is_cancelled")
    is_back = pl.col("is_returned").fill_null(value=False)
    is_under_way = counts & pl.col("claimed_delivered_at").is_null() & ~is_back
    return (
        order_parcels(feeds)
        .group_by("order_id")
        .agg(
            picked_up_at=pl.col("first_scan_at").filter(counts).min(),
            last_scan_at=pl.col("last_scan_at").filter(counts).max(),
            delivered_at=pl.when(~is_under_way.any()).then(
                pl.col("claimed_delivered_at").filter(counts).max()
            ),
            delivery_claimed_at=pl.col("claimed_delivered_at").min(),
            is_returned=(counts & is_back).any() & ~(counts & ~is_back).any(),
            status_tms=pl.when(counts)
            .then("last_status")
            .sort_by(pl.when(counts).then("last_event_at"), "last_status", nulls_last=False)
            .last(),
        )
    )
