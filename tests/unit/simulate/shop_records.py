"""The feeds of a simulated shop as plain Python records: the newest version of each, by order.

What belongs here: looking records up. What does not: the rules (slow_oracle.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import phonenumbers
import polars as pl

Record = dict[str, Any]

KEYS = {
    "storefront_orders": ("order_id",),
    "storefront_order_lines": ("order_id", "line_no"),
    "payments": ("payment_id", "order_id"),
    "erp_orders": ("erp_id", "order_id"),
    "wms_shipments": ("shipment_id", "order_id"),
    "wms_shipment_lines": ("shipment_id", "sku"),
    "wms_stock": ("warehouse", "sku", "counted_at"),
    "tms_events": ("waybill_no", "order_id", "event_at", "status"),
    "feedback": ("ticket_id",),
    "returns": ("return_id",),
}
PAID = {"succeeded", "refunded", "partially_refunded"}
DOOR = re.compile(r"([0-9]|[一二三四五六七八九十百零])号")


class Shop:
    """Everything known at `as_of`, by order."""

    def __init__(self, feeds: Mapping[str, pl.DataFrame], as_of: datetime) -> None:
        self.as_of = as_of
        self.oversold: set[str] | None = None
        self._newest = {feed: self._newest_versions(feeds[feed], key) for feed, key in KEYS.items()}
        self.orders = {row["order_id"]: row for row in self._newest["storefront_orders"]}
        self.scans_by_waybill = self._grouped("tms_events", "waybill_no")

    def _newest_versions(self, frame: pl.DataFrame, key: tuple[str, ...]) -> list[Record]:
        newest: dict[tuple[Any, ...], Record] = {}
        for row in frame.iter_rows(named=True):
            identity = tuple(row[column] for column in key)
            known = newest.get(identity)
            if known is None or "updated_at" not in row or row["updated_at"] >= known["updated_at"]:
                newest[identity] = row
        return list(newest.values())

    def _grouped(self, feed: str, column: str) -> dict[str, list[Record]]:
        groups: dict[str, list[Record]] = defaultdict(list)
        for row in self._newest[feed]:
            groups[row[column]].append(row)
        return groups

    @cached_property
    def lines(self) -> dict[str, list[Record]]:
        return self._grouped("storefront_order_lines", "order_id")

    @cached_property
    def payments(self) -> dict[str, list[Record]]:
        return self._grouped("payments", "order_id")

    @cached_property
    def erp(self) -> dict[str, list[Record]]:
        return self._grouped("erp_orders", "order_id")

    @cached_property
    def shipments(self) -> dict[str, list[Record]]:
        return self._grouped("wms_shipments", "order_id")

    @cached_property
    def inside(self) -> dict[str, list[Record]]:
        """What lies in every shipment."""
        return self._grouped("wms_shipment_lines", "shipment_id")

    @cached_property
    def counted(self) -> dict[str, list[Record]]:
        """The latest count of every SKU in every warehouse."""
        latest: dict[tuple[str, str], Record] = {}
        for row in sorted(self._newest["wms_stock"], key=lambda row: row["counted_at"]):
            if row["counted_at"] <= self.as_of:
                latest[row["warehouse"], row["sku"]] = row
        counts: dict[str, list[Record]] = defaultdict(list)
        for (_, sku), row in latest.items():
            counts[sku].append(row)
        return counts

    @cached_property
    def tickets(self) -> dict[str, list[Record]]:
        return self._grouped("feedback", "order_id")

    @cached_property
    def returns(self) -> dict[str, list[Record]]:
        return self._grouped("returns", "order_id")

    @cached_property
    def by_buyer(self) -> dict[str, list[Record]]:
        groups: dict[str, list[Record]] = defaultdict(list)
        for order in sorted(self.orders.values(), key=lambda row: row["placed_at"]):
            groups[order["buyer_id"]].append(order)
        return groups

    @cached_property
    def buyers_by_address(self) -> dict[str, set[str]]:
        """The buyers who ordered to an address in the last 30 days."""
        groups: dict[str, set[str]] = defaultdict(set)
        for order in self.orders.values():
            address = self.address(order["order_id"])
            if address and order["placed_at"] >= self.as_of - timedelta(days=30):
                groups[address].add(order["buyer_id"])
        return groups

    def basket(self, order_id: str) -> frozenset[tuple[str, Any]]:
        return frozenset((line["sku"], line["quantity"]) for line in self.lines[order_id])

    def address(self, order_id: str) -> str | None:
        order = self.orders[order_id]
        if order["address_masked"] or not order["street"]:
            return None
        text = "|".join(order[part] for part in ("province", "city", "district", "street"))
        folded = unicodedata.normalize("NFKC", text).casefold()
        return "".join(letter for letter in folded if letter.isalnum() or letter == "|")

    def scans(self, order_id: str) -> list[Record]:
        """The carrier's scans of every parcel of the order whose label was not cancelled."""
        return [
            event
            for shipment in self.shipments[order_id]
            if shipment["status"] != "cancelled"
            for event in self.scans_of(shipment)
        ]

    def scans_of(self, shipment: Record) -> list[Record]:
        """The scans of a parcel: what was scanned before its order was placed was another one."""
        placed_at = self.orders[shipment["order_id"]]["placed_at"]
        return [
            event
            for event in self.scans_by_waybill.get(shipment["waybill_no"], [])
            if event["status"] != "registered" and event["event_at"] >= placed_at
        ]

    def is_paid(self, order_id: str) -> bool:
        return any(payment["status"] in PAID for payment in self.payments[order_id])

    def is_cancelled(self, order_id: str) -> bool:
        return self.orders[order_id]["status"] in {"cancelled", "closed"}

    def open_tickets(self, order_id: str) -> list[Record]:
        return [ticket for ticket in self.tickets[order_id] if ticket["closed_at"] is None]

    def left_after_cancel(self, order_id: str) -> bool:
        """A parcel left after the storefront had cancelled the order, and is under way."""
        return self.is_cancelled(order_id) and any(
            shipment["status"] != "cancelled"
            and shipment["outbound_at"] is not None
            and shipment["outbound_at"] > self.orders[order_id]["updated_at"]
            and not {scan["status"] for scan in self.scans_of(shipment)} & {"delivered", "returned", "lost"}
            for shipment in self.shipments[order_id]
        )

    def is_active(self, order_id: str) -> bool:
        money = [payment for payment in self.payments[order_id] if payment["status"] in PAID]
        if self.left_after_cancel(order_id):
            return True
        if self.is_cancelled(order_id) or (money and all(row["status"] == "refunded" for row in money)):
            return False
        scans = self.scans(order_id)
        if any(scan["status"] == "returned" for scan in scans):
            return False
        delivered = [scan["event_at"] for scan in scans if scan["status"] == "delivered"]
        long_ago = bool(delivered) and max(delivered) < self.as_of - timedelta(days=7)
        settled = long_ago or self.orders[order_id]["status"] == "completed"
        return not settled or bool(self.open_tickets(order_id))


def newest_instant(feeds: Mapping[str, pl.DataFrame]) -> datetime:
    """What a reader who knows no `as_of` takes for it: the latest event. A promise is no event."""
    found: list[datetime] = []
    for frame in feeds.values():
        events = frame.select(pl.col(pl.Datetime).exclude("promised_ship_at"))
        found += [instant for instant in events.max().row(0) if instant] if events.width else []
    return max(found)


def names_a_door(street: str) -> bool:
    """Enough for the streets of the simulator, whose doors are all written as a number and 号."""
    return bool(DOOR.search(unicodedata.normalize("NFKC", street)))


def is_reachable(phone: str) -> bool:
    """A valid number, or a masked one, of which nobody can tell."""
    if "*" in phone:
        return True
    number = re.sub(r"^([0-9]{11})-[0-9]{3,4}$", r"\1", phone)
    return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
