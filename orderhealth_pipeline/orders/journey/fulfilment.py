"""ERP records and warehouse shipments → milestones per order.

What belongs here: what the ERP and the warehouse say. What does not: what carriers say (parcels.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds

_STOPPED: Final = ("cancelled", "on_hold")
"""ERP records of which nobody expects that the warehouse ships them."""


def is_live_shipment() -> pl.Expr:
    """Say of a shipment that it is not cancelled; an unknown or absent status counts as live."""
    return pl.col("status").is_null() | (pl.col("status") != "cancelled")


def erp_milestones(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order that the ERP knows, merged and split records included.

    erp_synced_at: first record, UTC. erp_live_since: first one that is neither cancelled nor on hold.
    erp_shipped_at: when the ERP first says shipped, cancelled records left out. status_erp: status of the
    newest record.
    """
    return (
        feeds["erp_orders"]
        .lazy()
        .with_columns(
            shipped_at=pl.when(pl.col("status") != "cancelled").then("shipped_at"),
            live_at=pl.when(~pl.col("status").is_in(_STOPPED)).then("synced_at"),
        )
        .group_by("order_id")
        .agg(
            erp_synced_at=pl.col("synced_at").min(),
            erp_live_since=pl.col("live_at").min(),
            erp_shipped_at=pl.col("shipped_at").min(),
            status_erp=pl.col("status").sort_by("synced_at", "erp_id").last(),
        )
    )


def warehouse_milestones(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order with shipments; cancelled shipments give no milestone.

    is_in_wms: a shipment is not cancelled. printed_at: first label, UTC. outbound_at: when the last shipment
    left, null while one is still in the warehouse. first_outbound_at: when the first one left. warehouse,
    carrier: of the first live shipment by shipment_id, else of the first one. status_wms: status of the
    newest shipment.
    """
    live = is_live_shipment()
    return (
        feeds["wms_shipments"]
        .lazy()
        .with_columns(
            live_printed_at=pl.when(live).then("printed_at"),
            live_outbound_at=pl.when(live).then("outbound_at"),
            is_cancelled=~live,
            is_live=live,
            is_inside=live & pl.col("outbound_at").is_null(),
        )
        .group_by("order_id")
        .agg(
            pl.col("is_inside").any(),
            is_in_wms=pl.col("is_live").any(),
            printed_at=pl.col("live_printed_at").min(),
            outbound_at=pl.col("live_outbound_at").max(),
            first_outbound_at=pl.col("live_outbound_at").min(),
            warehouse=pl.col("warehouse").sort_by("is_cancelled", "shipment_id").first(),
            carrier=pl.col("carrier").sort_by("is_cancelled", "shipment_id").first(),
            status_wms=pl.col("status").sort_by("printed_at", "shipment_id", nulls_last=False).last(),
        )
        .with_columns(outbound_at=pl.when(~pl.col("is_inside")).then("outbound_at"))
        .drop("is_inside")
    )


def overdue_shipments(feeds: VisibleFeeds) -> pl.LazyFrame:
    """One row per order with live shipments that are printed and not outbound.

    overdue_shipment_id, overdue_warehouse, overdue_printed_at: of the one that waits longest, UTC.
    overdue_printed_at_not_on_hold: of the one that waits longest of those that nobody put on hold, else null.
    """
    on_hold = (pl.col("status") == "on_hold").fill_null(value=False)
    return (
        feeds["wms_shipments"]
        .lazy()
        .filter(is_live_shipment(), pl.col("printed_at").is_not_null(), pl.col("outbound_at").is_null())
        .sort("printed_at", "shipment_id")
        .with_columns(released_at=pl.when(~on_hold).then("printed_at"))
        .group_by("order_id", maintain_order=True)
        .agg(
            overdue_shipment_id=pl.col("shipment_id").first(),
            overdue_warehouse=pl.col("warehouse").first(),
            overdue_printed_at=pl.col("printed_at").first(),
            overdue_printed_at_not_on_hold=pl.col("released_at").min(),
        )
    )
