"""Stock: what the warehouses have of a SKU, and which orders want more of it than there is.

What belongs here: features that all orders of a SKU share. What does not: how much is too much, and finding
the records (the store reads those of the SKUs that are wanted).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.inputs import Parameters
from orderhealth_pipeline.orders.journey.fulfilment import is_live_shipment

ORDER_COLUMNS: Final = (
    "order_id",
    "buyer_id",
    "placed_at",
    "status_storefront",
    "was_ever_paid",
    "outbound_at",
    "is_active",
)
"""What of an order is looked at."""

_PIECES: Final = pl.Decimal(38, 4)
_SHARE: Final = pl.Decimal(38, 6)
_MILLION: Final = 10**6
_LARGEST_RATIO: Final = 10**17


@dataclass(frozen=True)
class Stock:
    """What features of stock are computed from, at `as_of`.

    `orders` are those that want something (`wants_something`), with ORDER_COLUMNS; `lines` has their order
    lines (order_id, sku, quantity); `counts` the latest count of every warehouse and SKU (warehouse, sku,
    counted_at, on_hand, reserved); `departures` what left (warehouse, sku, quantity, outbound_at).
    """

    as_of: datetime
    orders: pl.DataFrame
    lines: pl.DataFrame
    counts: pl.DataFrame
    departures: pl.DataFrame


def wants_something() -> pl.Expr:
    """Say that an order may still take pieces from the stock: it is not outbound, or not paid."""
    return (pl.col("is_active") & pl.col("outbound_at").is_null()) | _is_unpaid()


def stock_of(feeds: VisibleFeeds, fact: pl.DataFrame) -> Stock:
    """Put together what features of stock look at, from whole feeds and all orders."""
    orders = fact.select(ORDER_COLUMNS).filter(wants_something())
    return Stock(
        as_of=feeds.as_of,
        orders=orders,
        lines=feeds["storefront_order_lines"].join(orders, on="order_id", how="semi"),
        counts=latest_counts(feeds["wms_stock"]),
        departures=departures(feeds["wms_shipments"], feeds["wms_shipment_lines"]),
    )


def latest_counts(counts: pl.DataFrame) -> pl.DataFrame:
    """Keep the latest count of every warehouse and SKU."""
    return counts.sort("counted_at").unique(["warehouse", "sku"], keep="last")


def departures(shipments: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """One row per SKU of a shipment that left: warehouse, sku, quantity, outbound_at.

    A shipment of several orders left once. A cancelled one has not left.
    """
    left = (
        shipments.lazy()
        .filter(is_live_shipment(), pl.col("outbound_at").is_not_null())
        .group_by("shipment_id")
        .agg(pl.col("warehouse").drop_nulls().min(), pl.col("outbound_at").max())
    )
    return (
        lines.lazy()
        .join(left, on="shipment_id")
        .select("warehouse", "sku", "quantity", "outbound_at")
        .collect()
    )


def hoarded_share(stock: Stock, parameters: Parameters) -> pl.LazyFrame:
    """What share of what is available of one SKU the buyer's recent unpaid orders hold, per unpaid order.

    Recent: placed in the `window_hours` up to `as_of`, both ends included. Only SKUs of which they hold at
    least `pieces_at_least`; of several the one with the largest share. Available is, over warehouses, what
    the latest count had on hand, less what was reserved; a SKU that is not counted, or of which nothing is
    available, is skipped. Shares are cut (not rounded) to six decimals, so that "at least 20 %" is exact.
    Evidence: hoarded_sku, hoarded_pieces, available_pieces.
    """
    placed_from = stock.as_of - timedelta(hours=float(parameters["window_hours"]))
    unpaid = stock.orders.lazy().filter(_is_unpaid(), pl.col("buyer_id").is_not_null())
    available = (
        stock.counts.lazy()
        .group_by("sku")
        .agg(available=(_exact("on_hand") - _exact("reserved").fill_null(0)).sum())
        .filter(pl.col("available") > 0)
    )
    held = (
        _wanted(stock)
        .join(unpaid.filter(pl.col("placed_at") >= placed_from), on="order_id")
        .group_by("buyer_id", "sku")
        .agg(pl.col("pieces").sum())
        .filter(pl.col("pieces") >= int(parameters["pieces_at_least"]) * 10**_PIECES.scale)
        .join(available, on="sku")
        .with_columns(
            share=(pl.col("pieces") * _MILLION // pl.col("available")).clip(upper_bound=_LARGEST_RATIO)
        )
        .sort("buyer_id", "share", "sku", descending=[False, True, False])
        .unique("buyer_id", keep="first", maintain_order=True)
    )
    return (
        unpaid.filter("is_active")
        .join(held, on="buyer_id")
        .select(
            "order_id",
            value=pl.col("share").reinterpret(dtype=_SHARE),
            hoarded_sku="sku",
            hoarded_pieces=_as_pieces("pieces"),
            available_pieces=_as_pieces("available"),
        )
    )


def pieces_short(stock: Stock, parameters: Parameters) -> pl.LazyFrame:
    """How many pieces of a SKU are missing for an order, per order that comes too late for some.

    Of a SKU, the active orders that are not outbound take what is there by placed_at, then order_id; the
    value is by how much the sum up to and including the order exceeds the stock. The stock is, over
    warehouses, what the latest count had on hand, less what left that warehouse after that count. A SKU that
    was never counted is skipped. Of several SKUs the one that most is missing of. Evidence: short_sku,
    stock_pieces, wanted_pieces.
    """
    del parameters
    left_since = (
        stock.departures.lazy()
        .join(stock.counts.lazy().select("warehouse", "sku", "counted_at"), on=["warehouse", "sku"])
        .filter(pl.col("outbound_at") > pl.col("counted_at"))
        .group_by("sku")
        .agg(left=_exact("quantity").sum())
    )
    there = (
        stock.counts.lazy()
        .group_by("sku")
        .agg(on_hand=_exact("on_hand").sum())
        .join(left_since, on="sku", how="left")
        .select("sku", stock=pl.col("on_hand") - pl.col("left").fill_null(0))
    )
    waiting = stock.orders.lazy().filter("is_active", pl.col("outbound_at").is_null())
    return (
        _wanted(stock)
        .join(there, on="sku")
        .join(waiting.select("order_id", "placed_at"), on="order_id")
        .sort("sku", "placed_at", "order_id")
        .with_columns(wanted=pl.col("pieces").cum_sum().over("sku"))
        .with_columns(short=pl.col("wanted") - pl.col("stock"))
        .filter(pl.col("short") > 0)
        .sort("order_id", "short", "sku", descending=[False, True, False])
        .unique("order_id", keep="first", maintain_order=True)
        .select(
            "order_id",
            value=_as_pieces("short"),
            short_sku="sku",
            stock_pieces=_as_pieces("stock"),
            wanted_pieces=_as_pieces("wanted"),
        )
    )


def _wanted(stock: Stock) -> pl.LazyFrame:
    """One row per order and SKU of which something is wanted: order_id, sku, pieces (ten-thousandths)."""
    return (
        stock.lines.lazy()
        .filter(pl.col("quantity") > 0)
        .group_by("order_id", "sku")
        .agg(pieces=_exact("quantity").sum())
    )


def _exact(column: str) -> pl.Expr:
    """Return a quantity in whole ten-thousandths, in 128 bits."""
    return pl.col(column).to_physical().cast(pl.Int128)


def _as_pieces(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int128).reinterpret(dtype=_PIECES)


def _is_unpaid() -> pl.Expr:
    return (pl.col("status_storefront") == "created") & ~pl.col("was_ever_paid")
