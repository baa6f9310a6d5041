"""Hoarding and overselling hold for any stock, orders and departures: compared with plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.feeds import AS_OF, Row, feature, visible_feeds

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(hours=24)
AGES = st.sampled_from((timedelta(0), timedelta(hours=3), DAY, DAY + MICROSECOND))
SKUS = st.sampled_from(("MILK", "MILK", "WIPES", "CREAM"))
PIECES = st.sampled_from((0, 1, 2, 3, 5, Decimal("0.5"), Decimal("2.5")))
WAREHOUSES = st.sampled_from(("HZ", "GZ"))

orders = st.lists(
    st.fixed_dictionaries(
        {
            "buyer_id": st.sampled_from(("LI", "LI", "WANG", "guest", None)),
            "age": AGES,
            "status": st.sampled_from(("created", "created", "paid", "cancelled", "completed")),
            "payment": st.sampled_from((None, None, "succeeded", "refunded", "pending")),
            "left": st.sampled_from((None, None, timedelta(hours=1), timedelta(hours=2))),
            "shipment_status": st.sampled_from(("shipped", None, "cancelled")),
            "warehouse": WAREHOUSES,
            "lines": st.lists(st.tuples(SKUS, PIECES), max_size=3),
        }
    ),
    max_size=6,
)
counts = st.lists(
    st.fixed_dictionaries(
        {
            "warehouse": WAREHOUSES,
            "sku": SKUS,
            "counted_at": st.sampled_from((1, 2, 3)).map(lambda hours: AS_OF - timedelta(hours=hours)),
            "on_hand": st.sampled_from((0, 1, 5, 10, 25, Decimal("12.5"))),
            "reserved": st.sampled_from((None, 0, 5)),
        }
    ),
    max_size=6,
    unique_by=lambda row: (row["warehouse"], row["sku"], row["counted_at"]),
)
Shop = dict[str, list[dict[str, Any]]]


def shop_of(placed: Iterable[Row], counted: list[dict[str, Any]]) -> Shop:
    """The feeds of these orders; each has one shipment, which holds what was ordered."""
    shop: Shop = defaultdict(list)
    shop["wms_stock"] = counted
    for number, order in enumerate(placed):
        order_id, shipment_id = f"O{number}", f"H{number // 2}" if number < 4 else f"H{number}"
        told = {key: order[key] for key in ("buyer_id", "status")}
        shop["storefront_orders"].append({"order_id": order_id, "placed_at": AS_OF - order["age"], **told})
        if order["payment"]:
            shop["payments"].append({"order_id": order_id, "status": order["payment"]})
        shop["wms_shipments"].append(
            {
                "shipment_id": shipment_id,
                "order_id": order_id,
                "warehouse": order["warehouse"],
                "status": order["shipment_status"],
                "outbound_at": None if order["left"] is None else AS_OF - order["left"],
            }
        )
        pieces: dict[str, Decimal] = defaultdict(Decimal)
        for line_no, (sku, quantity) in enumerate(order["lines"]):
            line = {"order_id": order_id, "line_no": str(line_no), "sku": sku, "quantity": quantity}
            shop["storefront_order_lines"].append(line)
            pieces[sku] += quantity
        for sku, quantity in pieces.items():
            line = {"shipment_id": shipment_id, "sku": sku, "quantity": quantity}
            known = [each for each in shop["wms_shipment_lines"] if each["shipment_id"] == shipment_id]
            if sku not in {each["sku"] for each in known}:
                shop["wms_shipment_lines"].append(line)
    return shop


def latest(shop: Shop) -> dict[tuple[str, str], Row]:
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(shop["wms_stock"], key=lambda row: row["counted_at"]):
        found[row["warehouse"], row["sku"]] = row
    return found


def wanted(shop: Shop, order_id: str) -> dict[str, Fraction]:
    pieces: dict[str, Fraction] = defaultdict(Fraction)
    for line in shop["storefront_order_lines"]:
        if line["order_id"] == order_id and line["quantity"] > 0:
            pieces[line["sku"]] += Fraction(line["quantity"])
    return pieces


def live(shop: Shop, order_id: str) -> list[Row]:
    return [
        row for row in shop["wms_shipments"] if row["order_id"] == order_id and row["status"] != "cancelled"
    ]


def is_outbound(shop: Shop, order_id: str) -> bool:
    shipments = live(shop, order_id)
    return bool(shipments) and all(row["outbound_at"] is not None for row in shipments)


def is_active(shop: Shop, order: Row) -> bool:
    statuses = {row["status"] for row in shop["payments"] if row["order_id"] == order["order_id"]}
    return order["status"] not in {"cancelled", "completed"} and "refunded" not in statuses


def is_unpaid(shop: Shop, order: Row) -> bool:
    succeeded = {"succeeded", "partially_refunded", "refunded"}
    return order["status"] == "created" and not any(
        row["order_id"] == order["order_id"] and row["status"] in succeeded for row in shop["payments"]
    )


def short(shop: Shop) -> dict[str, Fraction]:
    stock: dict[str, Fraction] = defaultdict(Fraction)
    for (warehouse, sku), count in latest(shop).items():
        stock[sku] += Fraction(count["on_hand"])
        for shipment_id in {row["shipment_id"] for row in shop["wms_shipments"]}:
            left = [
                row
                for row in shop["wms_shipments"]
                if row["shipment_id"] == shipment_id
                and row["status"] != "cancelled"
                and row["outbound_at"] is not None
            ]
            if left and max(row["outbound_at"] for row in left) > count["counted_at"]:
                stock[sku] -= sum(
                    Fraction(line["quantity"])
                    for line in shop["wms_shipment_lines"]
                    if line["shipment_id"] == shipment_id
                    and line["sku"] == sku
                    and min(row["warehouse"] for row in left) == warehouse
                )
    missing: dict[str, Fraction] = {}
    taken: dict[str, Fraction] = defaultdict(Fraction)
    for order in sorted(shop["storefront_orders"], key=lambda row: (row["placed_at"], row["order_id"])):
        if not is_active(shop, order) or is_outbound(shop, order["order_id"]):
            continue
        for sku, pieces in wanted(shop, order["order_id"]).items():
            taken[sku] += pieces
            if sku in stock and taken[sku] > stock[sku]:
                lacks = taken[sku] - stock[sku]
                missing[order["order_id"]] = max(lacks, missing.get(order["order_id"], lacks))
    return missing


def hoarded(shop: Shop) -> dict[str, Fraction]:
    available: dict[str, Fraction] = defaultdict(Fraction)
    for (_, sku), count in latest(shop).items():
        available[sku] += Fraction(count["on_hand"]) - Fraction(count["reserved"] or 0)
    shares: dict[str, Fraction] = {}
    unpaid = [
        row
        for row in shop["storefront_orders"]
        if is_unpaid(shop, row) and row["buyer_id"] not in {None, "guest"}
    ]
    for order in unpaid:
        held: dict[str, Fraction] = defaultdict(Fraction)
        for other in unpaid:
            if other["buyer_id"] == order["buyer_id"] and other["placed_at"] >= AS_OF - DAY:
                for sku, pieces in wanted(shop, other["order_id"]).items():
                    held[sku] += pieces
        found = [
            pieces / available[sku]
            for sku, pieces in held.items()
            if pieces >= 5 and available.get(sku, Fraction(0)) > 0
        ]
        if found and is_active(shop, order):
            shares[order["order_id"]] = max(found)
    return shares


def has_lines(shop: Shop, order_id: str) -> bool:
    return bool(wanted(shop, order_id))


@given(orders, counts)
def test_orders_of_a_sku_take_what_is_there_in_their_turn(
    placed: list[dict[str, Any]], counted: list[dict[str, Any]]
) -> None:
    shop = shop_of(placed, counted)
    expected = short(shop)

    found = feature(visible_feeds(shop), "pieces_short")

    for order_id, value in found.items():
        assert (None if value is None else Fraction(value)) == expected.get(order_id)


@given(orders, counts)
def test_what_unpaid_orders_hold_is_a_share_of_what_is_available(
    placed: list[dict[str, Any]], counted: list[dict[str, Any]]
) -> None:
    shop = shop_of(placed, counted)
    expected = hoarded(shop)

    found = feature(visible_feeds(shop), "hoarded_share", window_hours=24, pieces_at_least=5)

    for order_id, value in found.items():
        share = expected.get(order_id) if has_lines(shop, order_id) else None
        assert (value is None) == (share is None), order_id
        if value is not None and share is not None:
            assert Fraction(value) == Fraction(int(share * 10**6), 10**6)
