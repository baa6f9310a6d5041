"""Delays: how long an order has waited for the next system.

What belongs here: time that has passed. What does not: how long is too long.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.fulfilment import is_live_shipment
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.parcels import waybills

_MICROSECONDS_A_MINUTE: Final = 60_000_000
_MICROSECONDS_AN_HOUR: Final = 3_600_000_000


def minutes_paid_without_erp(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Minutes since the first standing payment, per paid order of which the ERP has no record at all."""
    del parameters
    return (
        inputs.fact.lazy()
        .filter(pl.col("erp_synced_at").is_null(), pl.col("paid_at").is_not_null())
        .select("order_id", value=_minutes_since("paid_at", inputs.feeds.as_of))
    )


def minutes_printed_without_outbound(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Longest minutes since a live shipment of the order was printed that is not outbound.

    Evidence: overdue_shipment_id, overdue_warehouse, overdue_printed_at of the shipment that waits longest.
    """
    del parameters
    return (
        _waiting_shipments(inputs)
        .group_by("order_id")
        .agg(
            value=pl.col("minutes").max(),
            overdue_shipment_id=_of_longest("shipment_id"),
            overdue_warehouse=_of_longest("warehouse"),
            overdue_printed_at=_of_longest("printed_at"),
        )
    )


def minutes_printed_without_outbound_not_on_hold(
    inputs: FeatureInputs, parameters: Parameters
) -> pl.LazyFrame:
    """The same over shipments that nobody put on hold."""
    del parameters
    on_hold = (pl.col("status") == "on_hold").fill_null(value=False)
    return _waiting_shipments(inputs).filter(~on_hold).group_by("order_id").agg(value=pl.col("minutes").max())


def hours_without_scan(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Longest hours since a shipment of the order left or its waybill was last scanned, whichever is later.

    Only shipments that are outbound and whose waybill is not delivered, returned or lost; without a waybill
    the clock runs from outbound_at. Evidence: stalled_shipment_id, stalled_waybill_no, stalled_carrier,
    stalled_since (UTC).
    """
    del parameters
    moving = (
        inputs.feeds["wms_shipments"]
        .lazy()
        .filter(pl.col("outbound_at").is_not_null())
        .join(waybills(inputs.feeds), on="waybill_no", how="left")
        .filter(~pl.col("is_finished").fill_null(value=False))
        .with_columns(since=pl.max_horizontal("outbound_at", "last_scan_at"))
        .with_columns(hours=_elapsed("since", inputs.feeds.as_of) / _MICROSECONDS_AN_HOUR)
    )
    return moving.group_by("order_id").agg(
        value=pl.col("hours").max(),
        stalled_shipment_id=pl.col("shipment_id").sort_by("since", "shipment_id").first(),
        stalled_waybill_no=pl.col("waybill_no").sort_by("since", "shipment_id").first(),
        stalled_carrier=pl.col("carrier").sort_by("since", "shipment_id").first(),
        stalled_since=pl.col("since").min(),
    )


def erp_shipped_has_scan(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Whether a parcel was scanned, per order that the ERP says shipped `shipped_hours` ago or longer."""
    latest = inputs.feeds.as_of - timedelta(hours=float(parameters["shipped_hours"]))
    return (
        inputs.fact.lazy()
        .filter(pl.col("erp_shipped_at") <= latest)
        .select("order_id", value=pl.col("picked_up_at").is_not_null())
    )


def _waiting_shipments(inputs: FeatureInputs) -> pl.LazyFrame:
    return (
        inputs.feeds["wms_shipments"]
        .lazy()
        .filter(is_live_shipment(), pl.col("printed_at").is_not_null(), pl.col("outbound_at").is_null())
        .with_columns(minutes=_minutes_since("printed_at", inputs.feeds.as_of))
    )


def _of_longest(column: str) -> pl.Expr:
    return pl.col(column).sort_by("printed_at", "shipment_id").first()


def _minutes_since(column: str, as_of: datetime) -> pl.Expr:
    return _elapsed(column, as_of) / _MICROSECONDS_A_MINUTE


def _elapsed(column: str, as_of: datetime) -> pl.Expr:
    """Microseconds, exact: divided by a whole number they compare with a threshold as time does."""
    return (pl.lit(as_of) - pl.col(column)).dt.total_microseconds()
