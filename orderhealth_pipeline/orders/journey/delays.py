"""Delays: how long an order has waited for the next system.

What belongs here: time that has passed. What does not: how long is too long.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters

MILESTONES: Final = (
    "order_id",
    "paid_at",
    "paid_amount",
    "was_ever_paid",
    "promised_ship_at",
    "erp_synced_at",
    "erp_live_since",
    "is_in_wms",
    "picked_up_at",
    "overdue_shipment_id",
    "overdue_warehouse",
    "overdue_printed_at",
    "overdue_printed_at_not_on_hold",
    "stalled_shipment_id",
    "stalled_waybill_no",
    "stalled_carrier",
    "stalled_since",
    "unscanned_shipment_id",
    "unscanned_waybill_no",
    "unscanned_carrier",
    "unscanned_since",
)
"""What the features that grow look at, and what their evidence shows."""

_MICROSECONDS_A_MINUTE: Final = 60_000_000
_MICROSECONDS_AN_HOUR: Final = 3_600_000_000


def minutes_paid_without_erp(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Minutes since the first standing payment, per paid order of which the ERP has no record at all."""
    del parameters
    is_unknown = pl.col("erp_synced_at").is_null()
    return _waiting(inputs, pl.when(is_unknown).then(_minutes_since("paid_at", inputs.feeds.as_of)))


def minutes_in_erp_without_shipment(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Minutes since the ERP has a live record, per paid order of which the warehouse has no live shipment.

    A record is live when it is neither cancelled nor on hold. Evidence among the milestones: erp_live_since.
    """
    del parameters
    is_missing = pl.col("was_ever_paid") & ~pl.col("is_in_wms")
    return _waiting(inputs, pl.when(is_missing).then(_minutes_since("erp_live_since", inputs.feeds.as_of)))


def minutes_printed_without_outbound(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Longest minutes since a live shipment of the order was printed that is not outbound.

    Evidence among the milestones: overdue_shipment_id, overdue_warehouse, overdue_printed_at of the shipment
    that waits longest.
    """
    del parameters
    return _waiting(inputs, _minutes_since("overdue_printed_at", inputs.feeds.as_of))


def minutes_printed_without_outbound_not_on_hold(
    inputs: FeatureInputs, parameters: Parameters
) -> pl.LazyFrame:
    """The same over shipments that nobody put on hold."""
    del parameters
    return _waiting(inputs, _minutes_since("overdue_printed_at_not_on_hold", inputs.feeds.as_of))


def hours_without_scan(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Longest hours since a shipment of the order left or its waybill was last scanned, whichever is later.

    Only live shipments whose waybill has a scan and is not delivered, returned or lost. Evidence among the
    milestones: stalled_shipment_id, stalled_waybill_no, stalled_carrier, stalled_since (UTC).
    """
    del parameters
    return _waiting(inputs, _hours_since("stalled_since", inputs.feeds.as_of))


def hours_without_pickup(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Longest hours since a live shipment of the order left that has no waybill, or one without any scan.

    Evidence among the milestones: unscanned_shipment_id, unscanned_waybill_no, unscanned_carrier,
    unscanned_since (UTC).
    """
    del parameters
    return _waiting(inputs, _hours_since("unscanned_since", inputs.feeds.as_of))


def erp_shipped_has_scan(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Whether a parcel was scanned, per order that the ERP says shipped `shipped_hours` ago or longer."""
    latest = inputs.feeds.as_of - timedelta(hours=float(parameters["shipped_hours"]))
    return (
        inputs.fact.lazy()
        .filter(pl.col("erp_shipped_at") <= latest)
        .select("order_id", value=pl.col("picked_up_at").is_not_null())
    )


def _waiting(inputs: FeatureInputs, value: pl.Expr) -> pl.LazyFrame:
    return inputs.fact.lazy().select("order_id", value=value).drop_nulls()


def _minutes_since(column: str, as_of: datetime) -> pl.Expr:
    return _elapsed(column, as_of) / _MICROSECONDS_A_MINUTE


def _hours_since(column: str, as_of: datetime) -> pl.Expr:
    return _elapsed(column, as_of) / _MICROSECONDS_AN_HOUR


def _elapsed(column: str, as_of: datetime) -> pl.Expr:
    """Microseconds, exact: divided by a whole number they compare with a threshold as time does."""
    return (pl.lit(as_of) - pl.col(column)).dt.total_microseconds()
