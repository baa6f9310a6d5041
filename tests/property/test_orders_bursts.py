"""Bursts and duplicates hold for any orders, with ties and at thresholds: compared with plain Python."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds import AS_OF, feature, visible_feeds
from tests.property import plain_orders as plain

SPAN = timedelta(minutes=10)
MICROSECOND = timedelta(microseconds=1)
GAPS = (
    timedelta(0),
    timedelta(minutes=2),
    timedelta(minutes=5),
    SPAN - MICROSECOND,
    SPAN,
    SPAN + MICROSECOND,
    timedelta(minutes=30),
    timedelta(minutes=30, microseconds=1),
    timedelta(hours=1),
    timedelta(hours=1, microseconds=1),
)
PAYMENTS = {"paid": "succeeded", "refunded": "refunded", "unpaid": "failed"}
KEYS = {"文三路1号": "one", "文三路 １号": "one", "文三路2号": "two", "文三路***": None, None: None}


@st.composite
def shops(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Orders of two buyers that follow each other at telling distances; few goods, so that baskets meet."""
    orders, lines, payments = [], [], []
    placed_at = AS_OF - timedelta(days=2)
    for number in range(draw(st.integers(0, 9))):
        placed_at += draw(st.sampled_from(GAPS))
        order_id = f"{draw(st.sampled_from('ABC'))}{number}"
        orders.append(
            {
                "order_id": order_id,
                "buyer_id": draw(st.sampled_from(("LI", "LI", "LI", "WANG", "Guest", None))),
                "placed_at": placed_at,
                "status": draw(st.sampled_from(("paid", "paid", "completed", "closed", "cancelled"))),
                "street": draw(st.sampled_from(list(KEYS))),
                "address_changed_at": draw(st.sampled_from((None, placed_at, placed_at + SPAN, AS_OF))),
            }
        )
        skus = draw(st.lists(st.sampled_from(("MILK", "WIPES", f"OWN{number}")), max_size=2))
        lines += [
            {
                "order_id": order_id,
                "line_no": str(n),
                "sku": sku,
                "quantity": Decimal(draw(st.sampled_from((1, 1, 1, 0)))),
            }
            for n, sku in enumerate(skus)
        ]
        paid = draw(st.sampled_from(("paid", "paid", "refunded", "unpaid", None)))
        payments += [{"order_id": order_id, "status": PAYMENTS[paid]}] if paid else []
    return {
        "storefront_orders": draw(st.permutations(orders)),
        "storefront_order_lines": lines,
        "payments": payments,
    }


def orders_with_payment(shop: dict[str, list[dict[str, Any]]], *statuses: str) -> set[str]:
    return {payment["order_id"] for payment in shop["payments"] if payment["status"] in statuses}


def several(shop: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The orders of buyers with more than one."""
    buyers = [plain.buyer(order) for order in shop["storefront_orders"]]
    return [order for order in shop["storefront_orders"] if buyers.count(plain.buyer(order)) > 1]


def where_known(shop: dict[str, list[dict[str, Any]]], values: dict[str, int]) -> dict[str, int | None]:
    return {order["order_id"]: values.get(order["order_id"]) for order in shop["storefront_orders"]}


def together(values: dict[str, int]) -> dict[str, int]:
    """The orders that are not alone in their spans."""
    return {order_id: value for order_id, value in values.items() if value > 1}


@given(shops())
def test_every_order_has_the_largest_span_that_it_lies_in(shop: dict[str, list[dict[str, Any]]]) -> None:
    expected = plain.largest_span(plain.spans(several(shop), SPAN))

    counted = feature(visible_feeds(shop), "buyer_orders_in_span", span_minutes=10)

    assert counted == where_known(shop, together(expected))


@given(shops(), st.integers(0, 3))
def test_forgiven_tries_count_for_no_burst(shop: dict[str, list[dict[str, Any]]], most: int) -> None:
    forgiven = forgiven_in(shop, most)
    kept = [order for order in several(shop) if order["order_id"] not in forgiven]

    counted = feature(
        visible_feeds(shop),
        "buyer_orders_in_span_without_forgiven_tries",
        span_minutes=10,
        reorder_within_minutes=60,
        forgiven_tries=most,
    )

    assert counted == where_known(shop, together(plain.largest_span(plain.spans(kept, SPAN))))


@given(shops(), st.sets(st.integers(0, 8), max_size=2))
def test_a_genuine_basket_counts_for_no_suspicion(
    shop: dict[str, list[dict[str, Any]]], cheap_numbers: set[int]
) -> None:
    ids = [order["order_id"] for order in shop["storefront_orders"]]
    cheap = {order_id for order_id in ids if int(order_id[1:]) in cheap_numbers}
    forgiven = forgiven_in(shop, 2)
    kept = [order for order in several(shop) if order["order_id"] not in forgiven]
    paid = orders_with_payment(shop, "succeeded", "refunded")
    suspicious = [
        span
        for span in plain.spans(kept, SPAN)
        if not plain.is_genuine(span, shop["storefront_order_lines"], paid, cheap)
    ]

    counted = feature(
        visible_feeds(shop),
        "buyer_orders_in_suspicious_span",
        {"low_price": lambda _: pl.DataFrame({"order_id": sorted(cheap)}, schema={"order_id": pl.String})},
        span_minutes=10,
        reorder_within_minutes=60,
        forgiven_tries=2,
        cheap_rule="low_price",
    )

    assert counted == where_known(shop, together(plain.largest_span(suspicious)))


none: st.SearchStrategy[list[dict[str, Any]]] = st.just([])


@st.composite
def repeated_orders(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Orders of one buyer for the same goods, often to one address, which may have been changed since."""
    orders = []
    placed_at = AS_OF - timedelta(days=1)
    for number in range(draw(st.integers(0, 6))):
        placed_at += draw(st.sampled_from((timedelta(0), SPAN, 2 * SPAN, 2 * SPAN + MICROSECOND)))
        changed_at = placed_at + draw(st.sampled_from((timedelta(0), SPAN, 2 * SPAN, 3 * SPAN)))
        orders.append(
            {
                "order_id": f"{draw(st.sampled_from('ABC'))}{number}",
                "placed_at": placed_at,
                "status": draw(st.sampled_from(("paid", "paid", "completed", "closed"))),
                "street": draw(st.sampled_from(("文三路1号", "文三路 １号", "文三路2号"))),
                "address_changed_at": draw(st.sampled_from((None, changed_at))),
                "updated_at": placed_at,
            }
        )
    left = draw(
        st.lists(st.sampled_from(orders), unique_by=lambda order: order["order_id"]) if orders else none
    )
    return {
        "storefront_orders": [{"buyer_id": "LI", **order} for order in draw(st.permutations(orders))],
        "storefront_order_lines": [
            {"order_id": order["order_id"], "sku": "MILK", "quantity": Decimal(1)} for order in orders
        ],
        "payments": [],
        # Parcels that left: where the order was closed by then it is active all the same.
        "wms_shipments": [{"order_id": order["order_id"], "outbound_at": AS_OF} for order in left],
    }


@given(shops() | repeated_orders())
def test_duplicates_are_counted_pair_by_pair(shop: dict[str, list[dict[str, Any]]]) -> None:
    twins = twins_in(shop)

    counted = feature(visible_feeds(shop), "duplicate_orders", apart_minutes=30)

    assert counted == {order_id: len(others) or None for order_id, others in twins.items()}


@given(repeated_orders())
def test_pairs_with_a_changed_address_are_left_out(shop: dict[str, list[dict[str, Any]]]) -> None:
    orders = {order["order_id"]: order for order in shop["storefront_orders"]}
    twins = twins_in(shop)
    expected = {
        order_id: sum(
            not plain.was_changed_after(orders[order_id], other)
            and not plain.was_changed_after(other, orders[order_id])
            for other in others
        )
        for order_id, others in twins.items()
        if others
    }

    counted = feature(visible_feeds(shop), "duplicate_orders_with_address_unchanged", apart_minutes=30)

    assert counted == where_known(shop, expected)


def forgiven_in(shop: dict[str, list[dict[str, Any]]], most: int) -> Collection[str]:
    return plain.forgiven_tries(
        several(shop),
        shop["storefront_order_lines"],
        orders_with_payment(shop, "succeeded", "refunded"),
        timedelta(hours=1),
        most,
    )


def twins_in(shop: dict[str, list[dict[str, Any]]]) -> dict[str, list[plain.Row]]:
    keys = {order["order_id"]: KEYS[order["street"]] for order in shop["storefront_orders"]}
    left = {shipment["order_id"] for shipment in shop.get("wms_shipments", ())}
    return plain.duplicates(
        shop["storefront_orders"], shop["storefront_order_lines"], keys, timedelta(minutes=30), left
    )
