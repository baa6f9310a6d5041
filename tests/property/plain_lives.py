"""What happened to an order, in plain Python, record by record, as the contract says it: money and parcels.

What belongs here: what payments, shipments and scans mean for one order. What does not: an order beside
others (plain_orders.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tests.property.plain_orders import Row, Rows

SCANS = {
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "exception",
    "returning",
    "returned",
    "lost",
}
SUCCEEDED = {"succeeded", "partially_refunded", "refunded"}


def is_refund(payment: Row) -> bool:
    return payment["amount"] < 0 or payment.get("refund_of") is not None


def succeeded(payments: Rows, as_of: datetime) -> list[Row]:
    """The rows, refunds among them, whose money has moved by then, as far as anybody knows."""
    moved: list[Row] = []
    for payment in payments:
        at = payment["paid_at"] or payment.get("updated_at")
        if payment["status"] in SUCCEEDED and (at is None or at <= as_of):
            moved.append({**payment, "at": at})
    return moved


def is_refunded(payments: Rows, as_of: datetime) -> bool:
    """Refunds reach what succeeded; a payment that calls itself refunded is its own refund."""
    moved = succeeded(payments, as_of)
    paid = [payment for payment in moved if not is_refund(payment)]
    back = {payment["payment_id"] for payment in payments if payment["status"] == "refunded"}
    refunds = [
        Decimal(payment["amount"]) if payment["status"] == "refunded" else Decimal(0) for payment in paid
    ]
    refunds += [
        abs(Decimal(refund["amount"]))
        for refund in moved
        if is_refund(refund) and refund.get("refund_of") not in back
    ]
    has_refund = any(payment["status"] == "refunded" for payment in paid) or any(refunds)
    return bool(paid) and has_refund and sum(refunds) >= sum(Decimal(payment["amount"]) for payment in paid)


@dataclass(frozen=True)
class Parcel:
    """A parcel of an order and the events that are its own."""

    shipment: Row | None
    events: Rows

    @property
    def is_live(self) -> bool:
        return self.shipment is None or self.shipment["status"] != "cancelled"

    @property
    def is_real(self) -> bool:
        """The warehouse knows of it, or somebody scanned it; a label of which nobody knows is none."""
        return self.shipment is not None or bool(self.scans())

    def scans(self, *words: str) -> list[datetime]:
        return sorted(event["event_at"] for event in self.events if event["status"] in (words or SCANS))

    @property
    def delivered_at(self) -> datetime | None:
        """The first delivery that no way back followed."""
        back = self.scans("returning", "returned")
        standing = [at for at in self.scans("delivered") if not any(later > at for later in back)]
        return standing[0] if standing else None

    @property
    def is_finished(self) -> bool:
        return self.delivered_at is not None or bool(self.scans("returned", "lost"))

    @property
    def outbound_at(self) -> datetime | None:
        """When it left the warehouse, if its label is not cancelled."""
        at: datetime | None = self.shipment["outbound_at"] if self.shipment and self.is_live else None
        return at


def parcels(order: Row, shipments: Rows, events: Rows) -> list[Parcel]:
    """The shipments of the order, and waybills that only the carrier links to it.

    What was told before the order was placed belongs to another parcel with the same number.
    """
    since = [event for event in events if event["event_at"] >= order["placed_at"]]
    own = [shipment for shipment in shipments if shipment["order_id"] == order["order_id"]]
    known = {shipment["waybill_no"] for shipment in own}
    linked = {event["waybill_no"] for event in since if event["order_id"] == order["order_id"]} - known
    numbers: list[tuple[Row | None, str | None]] = [(shipment, shipment["waybill_no"]) for shipment in own]
    numbers += [(None, waybill_no) for waybill_no in linked]
    return [
        Parcel(shipment, [event for event in since if number is not None and event["waybill_no"] == number])
        for shipment, number in numbers
    ]


def left_after_it_ended(order: Row, its_parcels: list[Parcel]) -> bool:
    """The storefront said cancelled or closed before a parcel left that is still under way."""
    told_at = order.get("updated_at")
    return (
        order["status"] in {"cancelled", "closed"}
        and told_at is not None
        and any(
            parcel.outbound_at is not None and told_at < parcel.outbound_at and not parcel.is_finished
            for parcel in its_parcels
        )
    )
