"""The rules and their explanations, in plain Python and record by record: slow, and obviously right.

It knows the feeds alone, and nothing of how they were simulated. `judge` says for every order and rule that
is hit whether the finding is open (None) or which explanation it has; the rule on the whole system has no
order.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from tests.unit.simulate.shop_records import PAID, Record, Shop, is_reachable, names_a_door
from tests.unit.simulate.slow_oracle_buyers import is_risky
from tests.unit.simulate.slow_oracle_goods import judge_goods, judge_money

WEIGHTS = {
    "amount_mismatch": 0.35,
    "duplicate_payment": 0.40,
    "shipped_unpaid": 0.50,
    "stock_hoarding": 0.30,
    "oversold": 0.50,
    "wrong_or_short_shipment": 0.50,
    "refund_in_flight": 0.50,
    "buyer_burst": 0.35,
    "shared_address": 0.30,
    "low_price": 0.40,
    "duplicate_order": 0.25,
    "incomplete_address": 0.30,
    "paid_not_in_erp": 0.60,
    "outbound_overdue": 0.45,
    "tracking_stalled": 0.45,
    "no_pickup": 0.45,
    "false_delivery": 0.70,
    "frequent_returns": 0.20,
    "pickup_gap": 0.10,
    "scripted_low_price": 0.60,
    "carrier_exception": 0.45,
    "shipped_after_cancel": 0.60,
    "erp_not_in_wms": 0.50,
    "ship_by_at_risk": 0.30,
    "ship_by_breached": 0.55,
    "shipped_on_paper": 0.50,
    "risky_buyer": 0.25,
}
TEN_MINUTES = timedelta(minutes=10)
Findings = dict[tuple[str | None, str], str | None]


def judge(shop: Shop) -> Findings:
    """Every finding at the shop's `as_of`: None where it is open, else the explanation."""
    cheap = _cheap_orders(shop)
    risky = {
        buyer_id
        for buyer_id, orders in shop.by_buyer.items()
        if len(orders) > 1 and is_risky(shop, buyer_id, _forgiven_tries(shop, orders))
    }
    findings: Findings = {}
    for order_id in filter(shop.is_active, shop.orders):
        findings |= _burst(shop, order_id, cheap)
        findings |= _duplicate(shop, order_id)
        findings |= _overdue(shop, order_id)
        for rule_id, explanation in (judge_money(shop, order_id) | judge_goods(shop, order_id)).items():
            findings[order_id, rule_id] = explanation
        shares_address = len(shop.buyers_by_address.get(shop.address(order_id) or "", ())) >= 3
        simple = {
            "shared_address": shares_address,
            "low_price": order_id in cheap,
            "scripted_low_price": order_id in cheap
            and (shares_address or _is_in_unforgiven_burst(shop, order_id)),
            "incomplete_address": _is_incomplete(shop, order_id),
            "paid_not_in_erp": _is_lost_by_erp(shop, order_id),
            "tracking_stalled": any(_is_silent(shop, row) for row in _left(shop, order_id)),
            "no_pickup": any(_is_unseen(shop, row) for row in _left(shop, order_id)),
            "false_delivery": _is_denied(shop, order_id),
            "carrier_exception": any(_is_troubled(shop, row) for row in _left(shop, order_id)),
            "shipped_after_cancel": shop.left_after_cancel(order_id),
            "erp_not_in_wms": _is_lost_by_warehouse(shop, order_id),
            "ship_by_at_risk": 0.8 <= _share_of_time_to_ship(shop, order_id) <= 1,
            "ship_by_breached": _share_of_time_to_ship(shop, order_id) > 1,
            "shipped_on_paper": _is_shipped_on_paper(shop, order_id),
            "frequent_returns": _returns_often(shop, order_id),
            "risky_buyer": shop.orders[order_id]["buyer_id"] in risky,
        }
        findings |= {(order_id, rule_id): None for rule_id, hit in simple.items() if hit}
    return findings | _pickup_gap(shop)


def score(shop: Shop, findings: Findings) -> float:
    """The health score with the weights that an installation starts with."""
    active = [order_id for order_id in shop.orders if shop.is_active(order_id)]
    kept: dict[str | None, float] = defaultdict(lambda: 1.0)
    for (order_id, rule_id), explanation in findings.items():
        if explanation is None:
            kept[order_id] *= 1 - WEIGHTS[rule_id]
    return 100 * sum(kept[order_id] for order_id in active) / len(active) * kept[None]


def _windows(orders: list[Record], order_id: str) -> list[list[Record]]:
    """Every span of at most ten minutes that holds the order and at least five orders."""
    spans = (
        [row for row in orders if first["placed_at"] <= row["placed_at"] <= first["placed_at"] + TEN_MINUTES]
        for first in orders
    )
    return [span for span in spans if len(span) >= 5 and any(row["order_id"] == order_id for row in span)]


def _burst(shop: Shop, order_id: str, cheap: set[str]) -> Findings:
    orders = shop.by_buyer[shop.orders[order_id]["buyer_id"]]
    windows = _windows(orders, order_id)
    if not windows:
        return {}
    forgiven = _forgiven_tries(shop, orders)
    explanation = None
    if not _windows([row for row in orders if row["order_id"] not in forgiven], order_id):
        explanation = "payment_timeout_reorder"
    elif all(_is_genuine(shop, window, cheap) for window in windows):
        explanation = "genuine_basket"
    return {(order_id, "buyer_burst"): explanation}


def _is_in_unforgiven_burst(shop: Shop, order_id: str) -> bool:
    orders = shop.by_buyer[shop.orders[order_id]["buyer_id"]]
    forgiven = _forgiven_tries(shop, orders)
    return bool(_windows([row for row in orders if row["order_id"] not in forgiven], order_id))


def _forgiven_tries(shop: Shop, orders: list[Record]) -> set[str]:
    tries_of: dict[str, list[str]] = defaultdict(list)
    for position, order in enumerate(orders):
        if not _is_try(shop, order["order_id"]):
            continue
        followers = (
            later
            for later in orders[position + 1 :]
            if shop.basket(later["order_id"]) == shop.basket(order["order_id"])
            and not _is_try(shop, later["order_id"])
        )
        follower = next(followers, None)
        if follower and follower["placed_at"] <= order["placed_at"] + timedelta(minutes=60):
            tries_of[follower["order_id"]].append(order["order_id"])
    return {forgiven for tries in tries_of.values() for forgiven in tries[-2:]}


def _is_try(shop: Shop, order_id: str) -> bool:
    return shop.is_cancelled(order_id) and not shop.is_paid(order_id)


def _is_genuine(shop: Shop, window: list[Record], cheap: set[str]) -> bool:
    ids = [row["order_id"] for row in window]
    skus = [sku for order_id in ids for sku, _ in shop.basket(order_id)]
    return len(skus) == len(set(skus)) and not cheap & set(ids) and all(map(shop.is_paid, ids))


def _cheap_orders(shop: Shop) -> set[str]:
    sold: dict[str, list[Record]] = defaultdict(list)
    for order_id, lines in shop.lines.items():
        if shop.orders[order_id]["placed_at"] >= shop.as_of - timedelta(days=30):
            for line in lines:
                sold[line["sku"]].append(line)
    cheap = set()
    for order_id, lines in shop.lines.items():
        for line in lines:
            peers = sold[line["sku"]]
            if len(peers) >= 5:
                money = sum((peer["unit_price"] * peer["quantity"] for peer in peers), Decimal(0))
                units = sum((peer["quantity"] for peer in peers), Decimal(0))
                if line["unit_price"] * units < Decimal("0.70") * money:
                    cheap.add(order_id)
    return cheap


def _duplicate(shop: Shop, order_id: str) -> Findings:
    order = shop.orders[order_id]
    address = shop.address(order_id)
    twins = [
        other
        for other in shop.by_buyer[order["buyer_id"]]
        if other["order_id"] != order_id
        and not shop.is_cancelled(other["order_id"])
        and shop.basket(other["order_id"]) == shop.basket(order_id)
        and address is not None
        and shop.address(other["order_id"]) == address
        and abs(other["placed_at"] - order["placed_at"]) <= timedelta(minutes=30)
    ]
    if not twins:
        return {}
    explained = all(_changed_after(order, twin) or _changed_after(twin, order) for twin in twins)
    return {(order_id, "duplicate_order"): "address_changed" if explained else None}


def _changed_after(changed: Record, other: Record) -> bool:
    return changed["address_changed_at"] is not None and changed["address_changed_at"] > other["placed_at"]


def _is_incomplete(shop: Shop, order_id: str) -> bool:
    order = shop.orders[order_id]
    if any(shipment["outbound_at"] for shipment in shop.shipments[order_id]) or order["address_masked"]:
        return False
    return not names_a_door(order["street"]) or not is_reachable(order["phone"])


def _is_lost_by_erp(shop: Shop, order_id: str) -> bool:
    limit = shop.as_of - timedelta(minutes=15)
    paid = any(row["status"] in PAID and row["paid_at"] < limit for row in shop.payments[order_id])
    return paid and not shop.erp[order_id]


def _overdue(shop: Shop, order_id: str) -> Findings:
    overdue = [
        shipment
        for shipment in shop.shipments[order_id]
        if shipment["status"] != "cancelled"
        and shipment["outbound_at"] is None
        and shipment["printed_at"] is not None
        and shipment["printed_at"] < shop.as_of - timedelta(hours=4)
    ]
    if not overdue:
        return {}
    on_hold = all(shipment["status"] == "on_hold" for shipment in overdue)
    return {(order_id, "outbound_overdue"): "on_hold" if on_hold else None}


def _left(shop: Shop, order_id: str) -> list[Record]:
    return [row for row in shop.shipments[order_id] if row["outbound_at"] and row["status"] != "cancelled"]


def _is_silent(shop: Shop, shipment: Record) -> bool:
    scans = shop.scans_of(shipment)
    if not scans or any(scan["status"] in {"delivered", "returned", "lost"} for scan in scans):
        return False
    latest = max([shipment["outbound_at"], *(scan["event_at"] for scan in scans)])
    return bool(latest < shop.as_of - timedelta(hours=24))


def _is_unseen(shop: Shop, shipment: Record) -> bool:
    return not shop.scans_of(shipment) and shipment["outbound_at"] < shop.as_of - timedelta(hours=24)


def _is_troubled(shop: Shop, shipment: Record) -> bool:
    scans = sorted((scan["event_at"], scan["status"]) for scan in shop.scans_of(shipment))
    return bool(scans) and scans[-1][1] in {"exception", "lost"}


def _is_lost_by_warehouse(shop: Shop, order_id: str) -> bool:
    limit = shop.as_of - timedelta(hours=2)
    known = any(
        row["status"] not in {"cancelled", "on_hold"} and row["synced_at"] < limit
        for row in shop.erp[order_id]
    )
    is_shipped = any(row["status"] != "cancelled" for row in shop.shipments[order_id])
    return shop.is_paid(order_id) and known and not is_shipped


def _share_of_time_to_ship(shop: Shop, order_id: str) -> float:
    paid = [row["paid_at"] for row in shop.payments[order_id] if row["status"] in PAID]
    if not paid or shop.scans(order_id):
        return 0
    deadline = shop.orders[order_id]["promised_ship_at"] or min(paid) + timedelta(hours=48)
    share: float = (shop.as_of - min(paid)) / (deadline - min(paid))
    return share


def _is_shipped_on_paper(shop: Shop, order_id: str) -> bool:
    order = shop.orders[order_id]
    is_old = order["updated_at"] < shop.as_of - timedelta(hours=2)
    return order["status"] == "shipped" and is_old and not _left(shop, order_id)


def _is_denied(shop: Shop, order_id: str) -> bool:
    delivered = [scan["event_at"] for scan in shop.scans(order_id) if scan["status"] == "delivered"]
    denials = (row for row in shop.open_tickets(order_id) if row["kind"] == "not_received")
    return bool(delivered) and any(ticket["opened_at"] >= min(delivered) for ticket in denials)


def _returns_often(shop: Shop, order_id: str) -> bool:
    asked = [
        row
        for order in shop.by_buyer[shop.orders[order_id]["buyer_id"]]
        for row in shop.returns[order["order_id"]]
        if row["requested_at"] >= shop.as_of - timedelta(days=30)
    ]
    return bool(shop.returns[order_id]) and len(asked) >= 3


def due_for_a_scan(shop: Shop) -> list[str]:
    """The active orders that the ERP says shipped at least six hours ago."""
    limit = shop.as_of - timedelta(hours=6)
    return [
        order_id
        for order_id in filter(shop.is_active, shop.orders)
        if any(row["status"] == "shipped" and row["shipped_at"] <= limit for row in shop.erp[order_id])
    ]


def _pickup_gap(shop: Shop) -> Findings:
    due = due_for_a_scan(shop)
    scanned = sum(bool(shop.scans(order_id)) for order_id in due)
    return {(None, "pickup_gap"): None} if len(due) >= 20 and scanned < 0.9 * len(due) else {}
