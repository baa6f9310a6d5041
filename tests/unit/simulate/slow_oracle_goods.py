"""What money and goods do to the rules, in plain Python: the part of the slow oracle that counts and weighs.

What belongs here: payments, stock and what lies in parcels. What does not: people, times and carriers
(slow_oracle.py).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from tests.unit.simulate.shop_records import Record, Shop

Explained = dict[str, str | None]
CENT = Decimal("0.01")
KEPT = {"succeeded", "partially_refunded"}


def judge_money(shop: Shop, order_id: str) -> Explained:
    """The findings of one order about what was paid: None where open, else the explanation."""
    payments = shop.payments[order_id]
    kept = [row["amount"] for row in payments if row["status"] in KEPT]
    amount = shop.orders[order_id]["amount"]
    found: Explained = {}
    if kept and abs(sum(kept) - amount) > CENT:
        pending = any(row["status"] == "pending" for row in payments)
        found["amount_mismatch"] = "balance_pending" if pending and sum(kept) < amount else None
    if any(kept.count(paid) >= 2 and kept.count(paid) * paid > amount + CENT for paid in kept):
        found["duplicate_payment"] = None
    if any(row["outbound_at"] for row in _kept(shop, order_id)) and not shop.is_paid(order_id):
        at_the_door = any(row["method"] == "货到付款" for row in payments)
        found["shipped_unpaid"] = "cash_on_delivery" if at_the_door else None
    return found


def judge_goods(shop: Shop, order_id: str) -> Explained:
    """The findings of one order about its goods."""
    found: Explained = {}
    if _hoards(shop, order_id):
        found["stock_hoarding"] = None
    if order_id in _oversold(shop):
        found["oversold"] = None
    if difference := _packed_otherwise(shop, order_id):
        found["wrong_or_short_shipment"] = None if difference == "short" else "extra_only"
    requests = [row for row in shop.returns[order_id] if row["kind"] == "refund_only"]
    waits = any(row["printed_at"] and not row["outbound_at"] for row in _kept(shop, order_id))
    latest = max(requests, key=lambda row: row["requested_at"], default=None)
    if latest and latest["status"] != "rejected" and waits:
        found["refund_in_flight"] = None
    return found


def _kept(shop: Shop, order_id: str) -> list[Record]:
    return [row for row in shop.shipments[order_id] if row["status"] != "cancelled"]


def _hoards(shop: Shop, order_id: str) -> bool:
    order = shop.orders[order_id]
    unpaid = [row for row in shop.by_buyer[order["buyer_id"]] if _is_unpaid(shop, row)]
    if order not in unpaid:
        return False
    held: Counter[str] = Counter()
    for row in unpaid:
        for line in shop.lines[row["order_id"]]:
            held[line["sku"]] += line["quantity"]
    own = {line["sku"] for line in shop.lines[order_id]}
    available = {
        sku: sum(count["on_hand"] - count["reserved"] for count in shop.counted[sku])
        for sku in own & shop.counted.keys()
    }
    return any(left > 0 and held[sku] >= 5 and held[sku] * 5 >= left for sku, left in available.items())


def _is_unpaid(shop: Shop, order: Record) -> bool:
    recent = order["placed_at"] >= shop.as_of - timedelta(hours=24)
    return recent and order["status"] == "created" and not shop.is_paid(order["order_id"])


def _oversold(shop: Shop) -> set[str]:
    if shop.oversold is not None:
        return shop.oversold
    left_later: Counter[str] = Counter()
    for sku, counts in shop.counted.items():
        for count in counts:
            left_later[sku] -= count["on_hand"]
    needed: Counter[str] = Counter()
    shop.oversold = set()
    for order in sorted(shop.orders.values(), key=lambda row: (row["placed_at"], row["order_id"])):
        order_id = order["order_id"]
        if not shop.is_active(order_id) or any(row["outbound_at"] for row in _kept(shop, order_id)):
            continue
        for line in shop.lines[order_id]:
            needed[line["sku"]] += line["quantity"]
        if any(
            line["sku"] in shop.counted and needed[line["sku"]] + left_later[line["sku"]] > 0
            for line in shop.lines[order_id]
        ):
            shop.oversold.add(order_id)
    return shop.oversold


def _packed_otherwise(shop: Shop, order_id: str) -> str | None:
    shipments = _kept(shop, order_id)
    if not shipments or any(
        not row["outbound_at"] or not shop.inside[row["shipment_id"]] for row in shipments
    ):
        return None
    difference: Counter[str] = Counter()
    for line in shop.lines[order_id]:
        difference[line["sku"]] += line["quantity"]
    for shipment in shipments:
        for line in shop.inside[shipment["shipment_id"]]:
            difference[line["sku"]] -= line["quantity"]
    if any(missing > 0 for missing in difference.values()):
        return "short"
    return "extra" if any(difference.values()) else None
