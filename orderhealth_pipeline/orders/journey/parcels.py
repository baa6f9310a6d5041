"""Shipments and carrier events → every order's parcels, and what is known of the order through them.

What belongs here: which parcels an order has, and what becomes of it through them. What does not: what a
carrier says of a waybill (waybills.py), and how long is too long (delays.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.journey.fulfilment import is_live_shipment
from orderhealth_pipeline.orders.journey.waybills import known_of_waybills

TROUBLES: Final = ("exception", "lost")
"""Scans after which nothing goes on by itself."""

_OF_SHIPMENT: Final = ("order_id", "shipment_id", "outbound_at", "carrier", "waybill_no")


def order_parcels(feeds: VisibleFeeds, orders: pl.DataFrame) -> pl.DataFrame:
    """One row per order and parcel, with what the carrier says of its waybill (see known_of_waybills).

    Parcels are the shipments of the order, and waybills that only the carrier links to it. Columns besides:
    order_id, placed_at, shipment_id (null where the warehouse knows of none), outbound_at, carrier,
    waybill_no, is_cancelled. waybill_no is null for a shipment without one; where the warehouse never sends
    waybills, the carrier's links alone count.
    """
    placed = orders.lazy().select("order_id", "placed_at")
    shipments = feeds["wms_shipments"].lazy().select(*_OF_SHIPMENT, is_cancelled=~is_live_shipment())
    if not feeds.provides("wms_shipments", "waybill_no"):
        shipments = shipments.clear()
    linked = (
        feeds["tms_events"]
        .lazy()
        .filter(pl.col("order_id").is_not_null())
        .join(shipments, on=["order_id", "waybill_no"], how="anti")
        .group_by("order_id", "waybill_no")
        .agg(linked_at=pl.col("event_at").max())
        .join(placed, on="order_id")
        # What was told before the order was placed links another parcel to it.
        .filter(pl.col("linked_at") >= pl.col("placed_at"))
        .select("order_id", "waybill_no", "placed_at", is_cancelled=pl.lit(value=False))
    )
    pairs = pl.concat([shipments.join(placed, on="order_id"), linked], how="diagonal")
    return known_of_waybills(pairs, feeds["tms_events"]).collect()


def carrier_milestones(parcels: pl.DataFrame) -> pl.LazyFrame:
    """One row per order with parcels; cancelled shipments give no milestone, only a claim.

    picked_up_at: first scan of any parcel, UTC. last_scan_at: newest scan. delivered_at: when the last parcel
    was delivered, null while one is neither delivered nor returned. delivery_claimed_at: first parcel the
    carrier says delivered, cancelled or not. is_returned: every parcel came back. status_tms: status of the
    newest event. A label that the warehouse does not know and nobody ever scanned is no parcel.
    """
    counts = ~pl.col("is_cancelled")
    is_back = pl.col("is_returned").fill_null(value=False)
    is_parcel = counts & (pl.col("shipment_id").is_not_null() | pl.col("first_scan_at").is_not_null())
    return (
        parcels.lazy()
        .with_columns(
            pl.when(counts).then(column).alias(f"counted_{column}")
            for column in ("first_scan_at", "last_scan_at", "delivered_at", "last_event_at", "last_status")
        )
        .with_columns(
            is_back=is_parcel & is_back,
            is_not_back=is_parcel & ~is_back,
            is_under_way=is_parcel & pl.col("delivered_at").is_null() & ~is_back,
        )
        .group_by("order_id")
        .agg(
            pl.col("is_under_way", "is_back", "is_not_back").any(),
            picked_up_at=pl.col("counted_first_scan_at").min(),
            last_scan_at=pl.col("counted_last_scan_at").max(),
            delivery_claimed_at=pl.col("delivered_at").min(),
            delivered_at=pl.col("counted_delivered_at").max(),
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


def silent_parcels(parcels: pl.DataFrame) -> pl.LazyFrame:
    """One row per order with live shipments that are outbound and neither delivered, returned nor lost.

    stalled_since: of those with a scan, when the longest silent one left or was last scanned, whichever is
    later, UTC; stalled_shipment_id, stalled_waybill_no, stalled_carrier: of that one. unscanned_since: of
    those without any scan, or without a waybill, when the first of them left; unscanned_shipment_id,
    unscanned_waybill_no, unscanned_carrier: of that one. last_left_at: when the last of all of them left.
    """
    is_finished = (
        pl.col("delivered_at").is_not_null()
        | pl.col("is_returned").fill_null(value=False)
        | pl.col("is_lost").fill_null(value=False)
    )
    silent = (
        parcels.lazy()
        .filter(~pl.col("is_cancelled"), pl.col("outbound_at").is_not_null(), ~is_finished)
        .with_columns(
            is_scanned=pl.col("last_scan_at").is_not_null(),
            since=pl.max_horizontal("outbound_at", "last_scan_at"),
        )
        .sort("since", "shipment_id")
    )
    told = ("shipment_id", "waybill_no", "carrier")
    return silent.group_by("order_id", maintain_order=True).agg(
        last_left_at=pl.col("outbound_at").max(),
        **{
            f"{name}_{what}": pl.col(what).filter(whose).first()
            for name, whose in (
                ("stalled", pl.col("is_scanned")),
                ("unscanned", ~pl.col("is_scanned")),
            )
            for what in ("since", *told)
        },
    )


def troubled_parcels(parcels: pl.DataFrame) -> pl.LazyFrame:
    """One row per order with live shipments that are outbound and whose last scan is an exception or a loss.

    troubled_waybills: how many. troubled_since: when the one that has been so longest was scanned, UTC;
    troubled_shipment_id, troubled_waybill_no, troubled_carrier, troubled_status: of that one.
    """
    troubled = (
        parcels.lazy()
        .filter(
            ~pl.col("is_cancelled"),
            pl.col("outbound_at").is_not_null(),
            pl.col("last_scan_status").is_in(TROUBLES),
        )
        .sort("last_scan_at", "waybill_no", "shipment_id")
    )
    first = {name: pl.col(name).first() for name in ("shipment_id", "waybill_no", "carrier")}
    return troubled.group_by("order_id", maintain_order=True).agg(
        troubled_waybills=pl.col("waybill_no").n_unique().cast(pl.Int64),
        troubled_since=pl.col("last_scan_at").first(),
        troubled_status=pl.col("last_scan_status").first(),
        **{f"troubled_{name}": column for name, column in first.items()},
    )


def waybills_in_trouble(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count per order the waybills of outbound shipments whose last scan is an exception or a loss.

    Evidence among the milestones: troubled_waybill_no, troubled_carrier, troubled_status, troubled_since of
    the one that has been so longest.
    """
    del parameters
    return inputs.fact.lazy().select("order_id", value="troubled_waybills").drop_nulls()


def last_left_at(feeds: VisibleFeeds) -> pl.Expr:
    """When the last parcel under way left. Without waybills nobody knows which, only whether one is."""
    if feeds.provides("wms_shipments", "waybill_no"):
        return pl.col("last_left_at")
    is_over = pl.col("delivered_at").is_not_null() | pl.col("is_returned") | (pl.col("status_tms") == "lost")
    left_at = pl.coalesce("outbound_at", "first_outbound_at")
    return pl.when(~is_over.fill_null(value=False)).then(left_at)
