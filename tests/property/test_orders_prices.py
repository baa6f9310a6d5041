"""Prices hold for any lines, from nothing to the largest amount of a feed: compared with fractions."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.orders.money.prices import (
    lowest_price_ratio,
    placed_lines,
    prices_between,
    sold_lines,
    window_start,
)
from orderhealth_pipeline.orders.order_fact import build_order_fact
from tests.feeds import AS_OF, Row, feature, visible_feeds
from tests.property import plain_orders as plain

WINDOW = timedelta(days=30)
MICROSECOND = timedelta(microseconds=1)
LARGEST = Decimal("99999999999999.9999")
LARGEST_RATIO = Fraction(999_999_999_999_999_999, 10**6)
AGES = (timedelta(0), timedelta(days=1), WINDOW, WINDOW + MICROSECOND)

prices = st.one_of(
    st.sampled_from((Decimal(70), Decimal(100), Decimal("69.99"), Decimal("70.01"), Decimal(0))),
    st.decimals(0, LARGEST, places=4),
    st.decimals(-LARGEST, 1000, places=2),
)
quantities = st.one_of(
    st.sampled_from((Decimal(1), Decimal(2), Decimal(0), Decimal("0.0001"), LARGEST)),
    st.decimals(-1, 1000, places=4),
)
lines_of_orders = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(("MILK", "WIPES")), quantities, prices), max_size=12
)


@given(
    lines_of_orders,
    st.lists(st.sampled_from(AGES), min_size=6, max_size=6),
    st.integers(1, 5),
    st.lists(st.sampled_from((None, "CNY", "CNY", "USD")), min_size=6, max_size=6),
)
@example(
    [("A", "MILK", Decimal(1), Decimal(70))] + [("B", "MILK", Decimal(1), Decimal("107.5"))] * 4,
    list(AGES[:1] * 6),
    5,
    ["CNY"] * 6,
)
@example([("A", "MILK", LARGEST, LARGEST)] * 12, list(AGES[:1] * 6), 5, ["CNY"] * 6)
@example(
    [("A", "MILK", Decimal("0.0001"), LARGEST)] + [("B", "MILK", LARGEST, Decimal(0))] * 9,
    list(AGES[:1] * 6),
    5,
    ["CNY"] * 6,
)
@example(
    [("A", "MILK", Decimal("0.0001"), Decimal("0.0001"))] * 3
    + [("B", "MILK", LARGEST, LARGEST), ("C", "MILK", LARGEST, -LARGEST)],
    list(AGES[:1] * 6),
    5,
    ["CNY"] * 6,
)
def test_the_ratio_is_exact_and_cut_to_six_decimals(
    given_lines: list[tuple[str, str, Decimal, Decimal]],
    ages: list[timedelta],
    at_least: int,
    currencies: list[str | None],
) -> None:
    orders: list[Row] = [
        {"order_id": order_id, "placed_at": AS_OF - age, "currency": currency}
        for order_id, age, currency in zip("ABCDEF", ages, currencies, strict=True)
    ]
    lines: list[Row] = [
        {"order_id": order_id, "sku": sku, "quantity": quantity, "unit_price": price}
        for order_id, sku, quantity, price in given_lines
    ]
    expected = plain.price_ratios(orders, lines, AS_OF - WINDOW, at_least)

    ratios = feature(
        visible_feeds({"storefront_orders": orders, "storefront_order_lines": lines}),
        "lowest_price_ratio",
        window_days=30,
        lines_at_least=at_least,
    )

    assert ratios == {
        order_id: cut(expected[order_id]) if order_id in expected else None for order_id in "ABCDEF"
    }


def cut(ratio: Fraction) -> Decimal:
    return Decimal(floor(min(ratio, LARGEST_RATIO) * 10**6)).scaleb(-6)


@given(st.lists(st.decimals(0, 1000, places=2), min_size=5, max_size=8), st.permutations(range(8)))
def test_the_evidence_names_the_cheapest_line_and_its_mean(
    unit_prices: list[Decimal], order: list[int]
) -> None:
    lines = [
        {"order_id": "A", "sku": "MILK", "line_no": str(n), "unit_price": price}
        for n, price in enumerate(unit_prices)
    ]
    shuffled = [lines[n] for n in order if n < len(lines)]
    request = FeatureRequest("lowest_price_ratio", (("window_days", 30), ("lines_at_least", 5)))

    fact = build_order_fact(
        visible_feeds({"storefront_orders": [{"order_id": "A"}], "storefront_order_lines": shuffled}),
        [request],
    )

    mean = sum(map(Fraction, unit_prices), Fraction(0)) / len(unit_prices)
    found = [
        fact[request.evidence_column(name)].item()
        for name in ("cheapest_unit_price", "cheapest_sku_mean_unit_price")
    ]
    assert found == (
        [min(unit_prices), Decimal(floor(mean * 100 + Fraction(1, 2))) / 100] if mean else [None, None]
    )


@given(
    lines_of_orders,
    st.sampled_from((-math.inf, -0.5, 0.0, 0.7, 1.0)),
    st.sampled_from((0.0, 0.7, 1.0, 1.3, math.inf)),
)
def test_every_price_whose_ratio_lies_between_two_lies_between_the_prices_of_these(
    given_lines: list[tuple[str, str, Decimal, Decimal]], lowest: float, highest: float
) -> None:
    lines: list[Row] = [
        {"order_id": f"{order_id}{number}", "sku": sku, "quantity": quantity, "unit_price": price}
        for number, (order_id, sku, quantity, price) in enumerate(given_lines)
    ]
    orders: list[Row] = [{"order_id": line["order_id"], "placed_at": AS_OF} for line in lines]
    feeds = visible_feeds({"storefront_orders": orders, "storefront_order_lines": lines})
    placed = placed_lines(feeds, build_order_fact(feeds)).collect()
    parameters = {"window_days": 30, "lines_at_least": 1}
    sold = sold_lines(placed, window_start(AS_OF, parameters))

    between = placed.join(prices_between(sold, parameters, lowest, highest), on=["sku", "currency"])

    unit_price = pl.col("unit_price").cast(pl.Float64)
    found = between.filter(unit_price.is_between("lowest_price", "highest_price"))
    ratios = lowest_price_ratio(placed, sold, parameters).collect()
    wanted = ratios.filter(pl.col("value").cast(pl.Float64).is_between(lowest, highest))
    assert set(wanted["order_id"]) <= set(found["order_id"])
