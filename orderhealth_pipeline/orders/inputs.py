"""What the orders stage reads: the columns of each feed, and what a feature is given to work with.

What belongs here: declarations. What does not: computing anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds

COLUMNS_OF_MILESTONES: Final[Mapping[str, tuple[str, ...]]] = {
    "storefront_orders": (
        "order_id",
        "shop",
        "buyer_id",
        "placed_at",
        "status",
        "amount",
        "currency",
        "receiver",
        "phone",
        "province",
        "city",
        "district",
        "street",
        "address_masked",
        "address_changed_at",
        "remark",
        "promised_ship_at",
        "updated_at",
    ),
    "payments": (
        "payment_id",
        "order_id",
        "paid_at",
        "amount",
        "method",
        "status",
        "refund_of",
        "updated_at",
    ),
    "erp_orders": ("erp_id", "order_id", "synced_at", "status", "shipped_at"),
    "wms_shipments": (
        "shipment_id",
        "order_id",
        "warehouse",
        "printed_at",
        "outbound_at",
        "carrier",
        "waybill_no",
        "status",
    ),
    "tms_events": ("waybill_no", "order_id", "event_at", "status"),
    "feedback": ("ticket_id", "order_id", "opened_at", "kind", "closed_at"),
    "customers": ("buyer_id", "vip_level"),
}
"""What the milestones of an order are made of: its own records, and its buyer's."""

COLUMNS_OF_LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "storefront_order_lines": ("order_id", "line_no", "sku", "quantity", "unit_price")
}
"""What prices and baskets are made of."""

COLUMNS_OF_NEIGHBOURS: Final[Mapping[str, tuple[str, ...]]] = {
    **COLUMNS_OF_LINES,
    "returns": ("return_id", "order_id", "requested_at", "kind", "status"),
}
"""What features read of the order and of its neighbours: other orders of its buyer, or to its address."""

COLUMNS_OF_RECORDS: Final[Mapping[str, tuple[str, ...]]] = {"payments": COLUMNS_OF_MILESTONES["payments"]}
"""What features that say so (`reads` in features.yml) read of an order's own records once more."""

COLUMNS_OF_STOCK: Final[Mapping[str, tuple[str, ...]]] = {
    "wms_stock": ("warehouse", "sku", "counted_at", "on_hand", "reserved"),
    "wms_shipments": ("shipment_id", "order_id", "warehouse", "outbound_at", "status"),
    "wms_shipment_lines": ("shipment_id", "sku", "quantity"),
}
"""What says how many pieces of a SKU there are."""

COLUMNS_OF_CONTENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "wms_shipments": ("shipment_id", "order_id", "outbound_at", "status"),
    "wms_shipment_lines": ("shipment_id", "sku", "quantity"),
}
"""What such features read of the shipments of an order and of its neighbours."""

COLUMNS_READ: Final[Mapping[str, tuple[str, ...]]] = {
    **COLUMNS_OF_STOCK,
    **COLUMNS_OF_CONTENTS,
    **COLUMNS_OF_MILESTONES,
    **COLUMNS_OF_NEIGHBOURS,
}
"""The feeds and columns that order_fact is made of; the other feeds are kept for rules to come."""


@dataclass(frozen=True)
class FeatureInputs:
    """What every feature function is given.

    `fact` has one row per order with the milestones; `repeat_orders` one row per order of a buyer who has
    several (see repeat_orders.py); `hit_orders` tells, per rule that a feature refers to, which orders it
    hits (a frame of order_id).
    """

    feeds: VisibleFeeds
    fact: pl.DataFrame
    repeat_orders: pl.DataFrame
    hit_orders: Mapping[str, pl.DataFrame]


Parameters = Mapping[str, Any]
"""Parameters by name, of the kinds that features.yml declares and the rules were held to."""
