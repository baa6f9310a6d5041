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
    delivered. is_returned. last_status, last_event_at: the newest event's.
    """
    status = pl.col("status")
    return (
        feeds["tms_events"]
        .lazy()
        .with_columns(
            scan_at=pl.when(status.is_in(SCANS)).then("event_at"),
            delivered_at=pl.when(status == "delivered").then("event_at"),
            is_returned=status == "returned",
        )
        .group_by("waybill_no")
        .agg(
            first_scan_at=pl.col("scan_at").min(),
            last_scan_at=pl.col("scan_at").max(),
            claimed_delivered_at=pl.col("delivered_at").min(),
            is_returned=pl.col("is_returned").any(),
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
    return (
        order_parcels(feeds)
        .with_columns(
            pl.when(counts).then(column).alias(f"counted_{column}")
            for column in (
                "first_scan_at",
                "last_scan_at",
                "claimed_delivered_at",
                "last_event_at",
                "last_status",
            )
        )
        .with_columns(
            is_back=counts & is_back,
            is_not_back=counts & ~is_back,
            is_under_way=counts & pl.col("claimed_delivered_at").is_null() & ~is_back,
        )
        .group_by("order_id")
        .agg(
            pl.col("is_under_way", "is_back", "is_not_back").any(),
            picked_up_at=pl.col("counted_first_scan_at").min(),
            last_scan_at=pl.col("counted_last_scan_at").max(),
            delivered_at=pl.col("counted_claimed_delivered_at").max(),
            delivery_claimed_at=pl.col("claimed_delivered_at").min(),
            status_tms=pl.col("counted_last_status")
            .sort_by("counted_last_event_at", "last_status", nulls_last=False)
            .last(),
        )
        .with_columns(
            delivered_at=pl.when(~pl.col("is_under_way")).then("delivered_at"),
            is_returned=pl.col("is_back") & ~pl.col("is_not_back"),
        )
        .drop("is_under_way", "is_back", "is_not_back")
    )


def stalled_parcels(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order with outbound shipments whose waybill is not delivered, returned or lost.

    stalled_since: when the longest stalled of them left or its waybill was last scanned, whichever is later,
    UTC; without a waybill it is when it left. stalled_shipment_id, stalled_waybill_no, stalled_carrier: of
    that one.
    """
    events = feeds["tms_events"].lazy()
    finished = events.filter(pl.col("status").is_in(FINISHED))
    moving = (
        feeds["wms_shipments"]
        .lazy()
        .filter(pl.col("outbound_at").is_not_null())
        .join(finished, on="waybill_no", how="anti")
    )
    # Most parcels have arrived, so scans are looked up of the few that have not.
    scans = events.join(moving, on="waybill_no", how="semi").filter(pl.col("status").is_in(SCANS))
    return (
        moving.join(
            scans.group_by("waybill_no").agg(last_scan_at=pl.col("event_at").max()),
            on="waybill_no",
            how="left",
        )
        .with_columns(stalled_since=pl.max_horizontal("outbound_at", "last_scan_at"))
        .sort("stalled_since", "shipment_id")
        .group_by("order_id", maintain_order=True)
        .agg(
            pl.col("stalled_since").first(),
            stalled_shipment_id=pl.col("shipment_id").first(),
            stalled_waybill_no=pl.col("waybill_no").first(),
            stalled_carrier=pl.col("carrier").first(),
        )
    )
