"""Addresses that buyers share or that no parcel reaches (`shared_address`, `incomplete_address`).

Their look-alikes are dormitories and pickup points, masked recipients and privacy numbers.

What belongs here: situations about where an order goes. What does not: how an address is worded (people.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.arrivals import days_ago
from orderhealth_pipeline.simulate.plan import DAY, HOUR, MINUTE, Milestone, Phone, Street
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

SHARED = "shared_address"
INCOMPLETE = "incomplete_address"


def account_farm(block: Block) -> None:
    """Three accounts order to one address, each spelling it its own way (full width, spaces, punctuation)."""
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    block.one_address()
    block.plan.style[block.rows] = (np.arange(block.groups)[:, None] + np.arange(block.rows.shape[1])) % 4
    block.mark(block.rows, SHARED, ANOMALY)


def account_farm_with_cancelled(block: Block) -> None:
    """The third account's order is cancelled, and still counts for the other two."""
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    block.one_address()
    block.cancel_unpaid(block.rows[:, 2], 30 * MINUTE)
    block.mark(block.rows[:, :2], SHARED, ANOMALY)


def dormitory(block: Block) -> None:
    """Two buyers in one dormitory, two orders each."""
    block.place(np.array([0, 10, 20, 30]) * MINUTE)
    block.one_address()
    block.plan.buyer[block.rows] = block.rows[:, [0, 1, 0, 1]]
    block.plan.street[block.rows[:, 0]] = Street.DORMITORY
    block.different_baskets()
    block.mark(block.rows, SHARED, BENIGN)


def pickup_point(block: Block) -> None:
    """Two buyers use one pickup point."""
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    block.one_address()
    block.plan.street[block.rows[:, 0]] = Street.PICKUP_POINT
    block.mark(block.rows, SHARED, BENIGN)


def third_buyer_long_ago(block: Block) -> None:
    """The third buyer at an address ordered more than 30 days ago."""
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    block.one_address()
    old = block.rows[:, 2]
    block.plan.move(old, Milestone.PLACED, days_ago(block.plan.as_of, block.rng, 30.1, 33, block.groups))
    block.mark(block.rows, SHARED, BENIGN)


def masked_neighbours(block: Block) -> None:
    """Four buyers whose platform shows the same masked address."""
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    block.one_address()
    block.plan.flags["masked"][block.rows] = True
    block.plan.phone[block.rows] = Phone.MASKED
    block.mark(block.rows, SHARED, BENIGN)


def street_without_door(block: Block) -> None:
    """The street part names a road, a community or a landmark, and no door."""
    _waiting_for_the_warehouse(block)
    block.plan.street[block.rows] = Street.NO_DOOR
    block.mark(block.rows, INCOMPLETE, ANOMALY)


def unreachable_phone(block: Block) -> None:
    """The phone lacks a digit, has one too many, or begins as no number does."""
    _waiting_for_the_warehouse(block)
    kinds = np.array([Phone.TOO_SHORT, Phone.TOO_LONG, Phone.IMPOSSIBLE])
    block.plan.phone[block.rows] = kinds[np.arange(block.groups) % 3][:, None]
    block.mark(block.rows, INCOMPLETE, ANOMALY)


def masked_recipient(block: Block) -> None:
    """The platform hides the recipient: masked is not incomplete."""
    _waiting_for_the_warehouse(block)
    block.plan.flags["masked"][block.rows] = True
    block.plan.phone[block.rows] = Phone.MASKED
    block.mark(block.rows, INCOMPLETE, BENIGN)


def masked_phone(block: Block) -> None:
    """Only the phone is masked; the address is written out."""
    _waiting_for_the_warehouse(block)
    block.plan.phone[block.rows] = Phone.MASKED
    block.mark(block.rows, INCOMPLETE, BENIGN)


def privacy_number(block: Block) -> None:
    """A privacy number with an extension can be called."""
    _waiting_for_the_warehouse(block)
    block.plan.phone[block.rows] = Phone.PRIVACY
    block.mark(block.rows, INCOMPLETE, BENIGN)


def chinese_house_number(block: Block) -> None:
    """The house number is written in Chinese numerals."""
    _waiting_for_the_warehouse(block)
    block.plan.street[block.rows] = Street.CHINESE_NUMERAL
    block.mark(block.rows, INCOMPLETE, BENIGN)


def left_without_door(block: Block) -> None:
    """The address names no door, but the parcel has left already."""
    block.plan.move(
        block.rows[:, 0], Milestone.OUTBOUND, block.plan.as_of - block.seconds(10 * MINUTE, 20 * HOUR)
    )
    block.plan.street[block.rows] = Street.NO_DOOR
    block.mark(block.rows, INCOMPLETE, BENIGN)


def _waiting_for_the_warehouse(block: Block) -> None:
    """Placed within the last day, paid and known to the ERP, and nothing printed yet."""
    block.plan.move(block.rows[:, 0], Milestone.PLACED, block.plan.as_of - block.seconds(30 * MINUTE, DAY))
    block.plan.cut(block.rows, Milestone.PRINTED)


SITUATIONS = {
    "account_farm": Situation(3, account_farm),
    "account_farm_with_cancelled": Situation(3, account_farm_with_cancelled),
    "dormitory": Situation(4, dormitory),
    "pickup_point": Situation(2, pickup_point),
    "third_buyer_long_ago": Situation(3, third_buyer_long_ago),
    "masked_neighbours": Situation(4, masked_neighbours),
    "street_without_door": Situation(1, street_without_door),
    "unreachable_phone": Situation(1, unreachable_phone),
    "masked_recipient": Situation(1, masked_recipient),
    "masked_phone": Situation(1, masked_phone),
    "privacy_number": Situation(1, privacy_number),
    "chinese_house_number": Situation(1, chinese_house_number),
    "left_without_door": Situation(1, left_without_door),
}
