"""Shared addresses and returns hold for any orders, at both ends of their windows."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.feeds import AS_OF, Row, feature, visible_feeds
from tests.property import plain_orders as plain

WINDOW = timedelta(days=30)
MICROSECOND = timedelta(microseconds=1)
AGES = st.sampled_from((timedelta(0), timedelta(days=3), WINDOW, WINDOW + MICROSECOND, timedelta(days=60)))
BUYERS = st.sampled_from(("LI", "WANG", "ZHANG", "guest", " ０ ", "匿名", None))
KEYS = {"文三路1号": "one", "文三路1 号": "one", "文三路2号": "two", "文三路***": None, "": None, None: None}


@given(
    st.lists(
        st.tuples(BUYERS, AGES, st.sampled_from(list(KEYS)), st.sampled_from(("paid", "cancelled"))),
        max_size=9,
    )
)
def test_buyers_of_an_address_are_counted_once_each(
    placed: list[tuple[str | None, timedelta, str | None, str]],
) -> None:
    orders: list[Row] = [
        {"order_id": f"O{n}", "buyer_id": buyer, "placed_at": AS_OF - age, "street": street, "status": status}
        for n, (buyer, age, street, status) in enumerate(placed)
    ]
    keys = {order["order_id"]: KEYS[order["street"]] for order in orders}
    expected = plain.address_buyers(orders, keys, AS_OF - WINDOW)

    counted = feature(visible_feeds({"storefront_orders": orders}), "address_buyers", window_days=30)

    assert counted == {order_id: expected.get(order_id) for order_id in keys}


@given(st.lists(BUYERS, max_size=5), st.lists(st.tuples(st.integers(0, 6), AGES), max_size=9))
def test_returns_are_counted_over_all_orders_of_the_buyer(
    buyers: list[str | None], asked: list[tuple[int, timedelta]]
) -> None:
    orders: list[Row] = [{"order_id": f"O{n}", "buyer_id": buyer} for n, buyer in enumerate(buyers)]
    returns: list[Row] = [{"order_id": f"O{n}", "requested_at": AS_OF - age} for n, age in asked]
    expected = plain.buyer_returns(orders, returns, AS_OF - WINDOW)

    counted = feature(
        visible_feeds({"storefront_orders": orders, "returns": returns}), "buyer_returns", window_days=30
    )

    assert counted == {order["order_id"]: expected.get(order["order_id"]) for order in orders}
