"""The plan of a simulated shop: what will happen to every order, before any feed is written.

What belongs here: the columns of the plan, the milestones of an order's life, and the two operations
situations are built from (moving a life in time, cutting it short). What does not: any decision about which
order gets what.

Instants are whole seconds since 1970 (UTC). What never happens lies so far ahead that it is after every
`as_of`, and stays there when a life is moved; so "has happened" is one comparison everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

Instants = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.integer[Any]]

NEVER = 1 << 60
MINUTE, HOUR, DAY = 60, 3600, 86400
SHIPPING_PROMISE = 48 * HOUR
MOST_LINES = 3
RETURN_KINDS = ("refund_only", "return_refund", "exchange")
SCATTER_STEP = 618_033_988_751
"""A prime, and small enough that six million of its multiples fit into 64 bits."""


class Milestone(IntEnum):
    """An order's life in the order in which it happens; every value is a row of `Plan.life`."""

    PLACED = 0
    PAID = 1
    SYNCED = 2
    RECEIVED = 3
    PRINTED = 4
    OUTBOUND = 5
    ERP_SHIPPED = 6
    PICKED_UP = 7
    TRANSIT_1 = 8
    TRANSIT_2 = 9
    TRANSIT_3 = 10
    OUT_FOR_DELIVERY = 11
    DELIVERED = 12
    COMPLETED = 13


class Street(IntEnum):
    """How an address is written below the district."""

    DOOR = 0
    CHINESE_NUMERAL = 1
    NO_DOOR = 2
    PICKUP_POINT = 3
    DORMITORY = 4


class Phone(IntEnum):
    """How the buyer's phone number stands in the order."""

    MOBILE = 0
    COUNTRY_CODE = 1
    LANDLINE = 2
    PRIVACY = 3
    MASKED = 4
    TOO_SHORT = 5
    TOO_LONG = 6
    IMPOSSIBLE = 7


class ErpRecord(IntEnum):
    """What the ERP made of an order it received."""

    PLAIN = 0
    MERGED = 1
    SPLIT = 2


@dataclass
class Plan:
    """One element per order in every array; made plain by `Plan.of`, then shaped in place by other modules.

    `buyer` and `address` name the order whose buyer or address this order has (at first its own), so that
    sharing is one assignment. `sku`, `quantity` and `price` (fen per unit) hold up to three lines; no SKU is
    -1. `overpaid` is what was paid beyond the order's amount, in fen; below zero, too little was paid.
    """

    as_of: int
    orders: int
    life: Instants
    buyer: Rows
    address: Rows
    first_address: Rows
    street: Indices
    style: Indices
    phone: Indices
    sku: Indices
    quantity: Indices
    price: Indices
    erp_record: Indices
    parcels: Indices
    parcels_on_hold: Indices
    ticket_kind: Indices
    return_kind: Indices
    overpaid: Indices
    moments: dict[str, Instants] = field(default_factory=dict)
    flags: dict[str, Mask] = field(default_factory=dict)

    @classmethod
    def of(cls, orders: int, as_of: int) -> Plan:
        """A plan in which nothing happens to anybody yet."""
        own = np.arange(orders, dtype=np.int64)
        none = np.zeros(orders, dtype=np.int8)
        return cls(
            as_of=as_of,
            orders=orders,
            life=np.full((len(Milestone), orders), NEVER, dtype=np.int64),
            buyer=own.copy(),
            address=own.copy(),
            first_address=own.copy(),
            street=none.copy(),
            style=none.copy(),
            phone=none.copy(),
            sku=np.full((orders, MOST_LINES), -1, dtype=np.int32),
            quantity=np.zeros((orders, MOST_LINES), dtype=np.int32),
            price=np.zeros((orders, MOST_LINES), dtype=np.int32),
            erp_record=none.copy(),
            parcels=np.ones(orders, dtype=np.int8),
            parcels_on_hold=none.copy(),
            ticket_kind=none.copy(),
            return_kind=none.copy(),
            overpaid=np.zeros(orders, dtype=np.int32),
            moments={name: np.full(orders, NEVER, dtype=np.int64) for name in MOMENTS},
            flags={name: np.zeros(orders, dtype=np.bool_) for name in FLAGS},
        )

    def at(self, milestone: Milestone) -> Instants:
        """When every order reaches the milestone."""
        instants: Instants = self.life[milestone]
        return instants

    def happened(self, milestone: Milestone) -> Mask:
        """Which orders have reached the milestone by `as_of`."""
        return self.at(milestone) <= self.as_of

    def befell(self, moment: str) -> Mask:
        """To which orders the moment has come by `as_of`."""
        return self.moments[moment] <= self.as_of

    def move(self, rows: Rows, milestone: Milestone, to: Instants | int) -> None:
        """Shift whole lives so that the milestone falls on `to`; the gaps within a life stay as they are."""
        self.life[:, rows] += to - self.life[milestone, rows]

    def cut(self, rows: Rows, milestone: Milestone) -> None:
        """End lives before the milestone: it and all later ones never happen."""
        self.life[milestone:, rows] = NEVER


MOMENTS = (
    "cancelled", "address_changed", "refunded", "partly_refunded", "registered", "returning", "returned",
    "lost", "ticket_opened", "ticket_closed", "return_requested", "promised",
)  # fmt: skip
FLAGS = (
    "never_paid_for", "cash_on_delivery", "paid_twice", "equal_halves", "balance_due", "refund_refused",
    "packed_short", "packed_wrongly", "sample_inside",
    "masked", "order_closed", "shipment_cancelled", "without_waybill", "without_payment_record",
    "split_payment", "failed_attempt", "remark", "several_versions", "first_label_voided", "waybill_recycled",
    "warehouse_unaware",
)  # fmt: skip


def random_for(seed: int, part: str) -> np.random.Generator:
    """The random numbers of one part of the simulation: the same whatever the other parts draw."""
    return np.random.default_rng([seed, crc32(part.encode())])


def scatter(numbers: Indices, size: int | Indices) -> npt.NDArray[np.int64]:
    """Distinct numbers below `size`, in no visible order, for distinct numbers below it (a prime step)."""
    return (numbers.astype(np.int64) * SCATTER_STEP + 12_345) % size
