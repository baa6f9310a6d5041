"""The features of orders in plain Python, record by record: slow, and obviously right.

What belongs here: what the features mean, on rows as dicts. What does not: making such rows, and the columns
of order_fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
Rows = Sequence[Row]
NOBODY = {"guest", "Guest", " ０ ", "匿名"}
"""Placeholders that the tests write."""


def buyer(order: Row) -> str | None:
    """Who ordered, or None where nobody was logged in."""
    return None if order["buyer_id"] in {None, *NOBODY} else str(order["buyer_id"])


def is_dead(order: Row) -> bool:
    return order["status"] in {"cancelled", "closed"}


def basket(lines: Rows, order_id: str) -> frozenset[tuple[str, Decimal]] | None:
    """SKUs and their summed quantities, of which something is left; None where no such line is known."""
    quantities: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line["order_id"] == order_id:
            quantities[line["sku"]] += Decimal(line["quantity"])
    return frozenset((sku, quantity) for sku, quantity in quantities.items() if quantity) or None


def spans(orders: Iterable[Row], length: timedelta) -> list[list[Row]]:
    """Per order, the orders of the same buyer from then on for at most `length`, both ends included."""
    everything = list(orders)
    return [
        [
            order
            for order in everything
            if buyer(order) is not None
            and buyer(order) == buyer(first)
            and first["placed_at"] <= order["placed_at"] <= first["placed_at"] + length
        ]
        for first in everything
    ]


def largest_span(every_span: Iterable[Sequence[Row]]) -> dict[str, int]:
    """Per order, how many orders the largest of the spans has that it lies in."""
    largest: dict[str, int] = {}
    for span in every_span:
        for order in span:
            largest[order["order_id"]] = max(largest.get(order["order_id"], 0), len(span))
    return largest


def forgiven_tries(
    orders: Rows, lines: Rows, paid_ever: Collection[str], within: timedelta, most: int
) -> set[str]:
    """The tries nearest before the order that they are tries of."""
    in_time = sorted(orders, key=lambda order: (order["placed_at"], order["order_id"]))
    tries_of: dict[str, list[str]] = defaultdict(list)
    for position, order in enumerate(in_time):
        if not is_try(order, paid_ever) or None in {buyer(order), basket(lines, order["order_id"])}:
            continue
        following = (
            later
            for later in in_time[position + 1 :]
            if buyer(later) == buyer(order)
            and basket(lines, later["order_id"]) == basket(lines, order["order_id"])
            and not is_try(later, paid_ever)
        )
        target = next(following, None)
        if target is not None and target["placed_at"] - order["placed_at"] <= within:
            tries_of[target["order_id"]].append(order["order_id"])
    return {forgiven for tries in tries_of.values() for forgiven in tries[max(0, len(tries) - most) :]}


def is_try(order: Row, paid_ever: Collection[str]) -> bool:
    return is_dead(order) and order["order_id"] not in paid_ever


def is_genuine(span: Sequence[Row], lines: Rows, paid: Collection[str], cheap: Collection[str]) -> bool:
    """All paid, no SKU in two of the orders, none cheap, and all their lines known."""
    ids = [order["order_id"] for order in span]
    baskets = [basket(lines, order_id) for order_id in ids]
    if None in baskets or not set(ids) <= set(paid) or set(ids) & set(cheap):
        return False
    skus = [sku for items in baskets for sku, _ in items or ()]
    return len(skus) == len(set(skus))


def duplicates(
    orders: Rows, lines: Rows, keys: Mapping[str, str | None], apart: timedelta, active: Collection[str]
) -> dict[str, list[Row]]:
    """Per order that is live or active, the other live ones of its buyer, basket and address near it."""
    return {
        order["order_id"]: [
            other
            for other in orders
            if other["order_id"] != order["order_id"]
            and (not is_dead(order) or order["order_id"] in active)
            and not is_dead(other)
            and buyer(order) is not None
            and buyer(other) == buyer(order)
            and keys[order["order_id"]] is not None
            and keys[other["order_id"]] == keys[order["order_id"]]
            and basket(lines, order["order_id"]) is not None
            and basket(lines, other["order_id"]) == basket(lines, order["order_id"])
            and abs(other["placed_at"] - order["placed_at"]) <= apart
        ]
        for order in orders
    }


def was_changed_after(changed: Row, other: Row) -> bool:
    instant = changed.get("address_changed_at")
    return instant is not None and instant > other["placed_at"]


def price_ratios(orders: Rows, lines: Rows, since: datetime, lines_at_least: int) -> dict[str, Fraction]:
    """Per order, the lowest unit price of its recent lines as an exact share of the SKU's mean.

    Prices are compared with prices of the same currency alone.
    """
    currency = {order["order_id"]: order.get("currency") for order in orders if order["placed_at"] >= since}
    sold = [
        line
        for line in lines
        if line["order_id"] in currency
        and Decimal(line["quantity"]) > 0
        and abs(Fraction(line["quantity"]) * Fraction(line["unit_price"])) < 10**14
    ]
    ratios: dict[str, Fraction] = {}
    for line in sold:
        peers = [
            peer
            for peer in sold
            if peer["sku"] == line["sku"] and currency[peer["order_id"]] == currency[line["order_id"]]
        ]
        pieces = sum((Fraction(peer["quantity"]) for peer in peers), Fraction(0))
        money = sum(
            (Fraction(peer["quantity"]) * Fraction(peer["unit_price"]) for peer in peers), Fraction(0)
        )
        if len(peers) >= lines_at_least and money > 0:
            ratio = max(Fraction(line["unit_price"]), Fraction(0)) / (money / pieces)
            ratios[line["order_id"]] = min(ratio, ratios.get(line["order_id"], ratio))
    return ratios


def address_buyers(orders: Rows, keys: Mapping[str, str | None], since: datetime) -> dict[str, int]:
    """Per order with an address, the buyers of recent orders to it; none where there is no recent order."""
    counted = {}
    for order in orders:
        key = keys[order["order_id"]]
        recent = {
            buyer(other) for other in orders if keys[other["order_id"]] == key and other["placed_at"] >= since
        } - {None}
        if key is not None and recent:
            counted[order["order_id"]] = len(recent)
    return counted


def buyer_returns(orders: Rows, returns: Rows, since: datetime) -> dict[str, int]:
    """Per order with a return, the returns its buyer asked for since then; none where there is none."""
    buyers = {order["order_id"]: buyer(order) for order in orders if buyer(order) is not None}
    counted = {}
    for order_id in {row["order_id"] for row in returns} & set(buyers):
        recent = [
            row
            for row in returns
            if buyers.get(row["order_id"]) == buyers[order_id] and row["requested_at"] >= since
        ]
        if recent:
            counted[order_id] = len(recent)
    return counted
