"""What lies in the parcels of an order, beside what was ordered.

What belongs here: comparing pieces per SKU, of an order alone or of orders that share shipments. What does
not: where the parcels are (parcels.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.orders.buyers.repeat_orders import PIECES
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.journey.fulfilment import is_live_shipment

_PAIR: Final = ("order_id", "shipment_id")


def mispacked_skus(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count per order the SKUs of which fewer or more pieces left than were ordered.

    Only where all shipments, not cancelled, are outbound and have lines. Orders that share a shipment, also
    by way of others, are compared together, whatever their status, and not at all while of one of them no
    line is known. Evidence, of the SKU that lacks most: mispacked_sku, pieces_ordered, pieces_left.
    """
    del parameters
    return _compared(inputs, pl.col("lacking") != 0).select(
        "order_id", "mispacked_sku", "pieces_ordered", "pieces_left", value="counted"
    )


def short_skus(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count of these the SKUs of which fewer pieces left than were ordered."""
    del parameters
    return _compared(inputs, pl.col("lacking") > 0).select("order_id", value="counted")


def _compared(inputs: FeatureInputs, counts: pl.Expr) -> pl.LazyFrame:
    groups = _complete_groups(inputs)
    ordered = _of_group(inputs.feeds["storefront_order_lines"], groups, "order_id", "pieces_ordered")
    left = _of_group(inputs.feeds["wms_shipment_lines"], groups, "shipment_id", "pieces_left")
    compared = (
        ordered.join(left, on=["group", "sku"], how="full", coalesce=True)
        .with_columns(pl.col("pieces_ordered", "pieces_left").fill_null(0))
        .with_columns(lacking=pl.col("pieces_ordered") - pl.col("pieces_left"))
        .sort("lacking", "sku", descending=[True, False])
        .group_by("group", maintain_order=True)
        .agg(
            counted=counts.sum().cast(pl.Int64),
            # Where nothing lacks, what is too many of most is shown.
            **{
                name: pl.when(pl.col("lacking").first() > 0)
                .then(pl.col(column).first())
                .otherwise(pl.col(column).last())
                for name, column in (
                    ("mispacked_sku", "sku"),
                    ("pieces_ordered", "pieces_ordered"),
                    ("pieces_left", "pieces_left"),
                )
            },
        )
    )
    return groups.lazy().select("order_id", "group").unique().join(compared.lazy(), on="group")


def _of_group(lines: pl.DataFrame, groups: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
    """Sum up pieces per group and SKU."""
    return (
        lines.join(groups.select("group", key).unique(), on=key)
        .group_by("group", "sku")
        .agg(pl.col("quantity").cast(PIECES).sum().alias(name))
        .filter(pl.col(name) != 0)
    )


def _complete_groups(inputs: FeatureInputs) -> pl.DataFrame:
    """Return order_id, shipment_id and group of orders of which everything left and all lines are known."""
    shipments = (
        inputs.feeds["wms_shipments"]
        .filter(is_live_shipment())
        .join(inputs.fact.select("order_id"), on="order_id", how="semi")
        .select(*_PAIR, "outbound_at")
    )
    lines = inputs.feeds["storefront_order_lines"].filter(pl.col("quantity") > 0)
    inside = inputs.feeds["wms_shipment_lines"]
    is_complete = (
        pl.col("outbound_at").is_not_null()
        & pl.col("shipment_id").is_in(inside["shipment_id"].implode())
        & pl.col("order_id").is_in(lines["order_id"].implode())
    )
    return (
        shipments.with_columns(is_complete=is_complete)
        .join(_groups(shipments), on="order_id")
        .filter(pl.col("is_complete").all().over("group"))
        .select(*_PAIR, "group")
    )


def _groups(shipments: pl.DataFrame) -> pl.DataFrame:
    """Return per order the group of those that share shipments with it: the first of their ids.

    Every round passes the first id on by one shipment more, so there are as many rounds as the longest chain
    of orders is long.
    """
    orders = shipments.select("order_id").unique().with_columns(group="order_id")
    shared = shipments.select(_PAIR).filter(pl.col("order_id").n_unique().over("shipment_id") > 1)
    if shared.is_empty():
        return orders
    chained = shared.with_columns(group="order_id")
    while True:
        passed_on = chained.with_columns(group=pl.col("group").min().over("shipment_id")).with_columns(
            group=pl.col("group").min().over("order_id")
        )
        if passed_on["group"].equals(chained["group"]):
            break
        chained = passed_on
    found = chained.select("order_id", found="group").unique()
    return orders.join(found, on="order_id", how="left").select(
        "order_id", group=pl.coalesce("found", "group")
    )
