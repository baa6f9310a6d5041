"""The risk of a buyer in plain Python, by the signals that an installation starts with."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.simulate.shop_records import Shop, is_reachable

TEN_MINUTES = timedelta(minutes=10)


def is_risky(shop: Shop, buyer_id: str, forgiven: set[str]) -> bool:
    """The buyer's risk is 60 or more; `forgiven` are tries that count for no burst."""
    orders = shop.by_buyer[buyer_id]
    ids = [order["order_id"] for order in orders]
    others = [other for other in shop.orders.values() if other["buyer_id"] != buyer_id]
    spared = 1.0
    if len(orders) >= 4:
        for weight, measure in (
            (0.25, shop.is_cancelled),
            (0.30, lambda each: not shop.is_paid(each)),
            (0.30, lambda each: shop.returns[each]),
        ):
            if sum(bool(measure(order_id)) for order_id in ids) >= len(orders) / 2:
                spared *= 1 - weight
    placed = [order["placed_at"] for order in orders if order["order_id"] not in forgiven]
    if any(sum(start <= each <= start + TEN_MINUTES for each in placed) >= 5 for start in placed):
        spared *= 0.75
    elsewhere = {shop.address(other["order_id"]) for other in others} - {None}
    if len({shop.address(order_id) for order_id in ids} & elsewhere) >= 2:
        spared *= 0.85
    phones = {order["phone"] for order in orders if is_reachable(order["phone"])}
    if phones & {other["phone"] for other in others}:
        spared *= 0.80
    return round(100 * (1 - spared), 2) >= 60
