"""Which orders meet in a group, and that a key with many orders is cut without losing who is near."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from orderhealth_pipeline.orders.division import GROUP, IS_HOME, places_of

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
SPAN = timedelta(minutes=10)


def orders_of(buyers: list[str | None], minutes_apart: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "order_id": [f"O{number:05}" for number in range(len(buyers))],
            "buyer_id": buyers,
            "placed_at": [NOON + timedelta(minutes=minutes_apart * number) for number in range(len(buyers))],
        },
        schema_overrides={"buyer_id": pl.String, "placed_at": pl.Datetime("us", "UTC")},
    )


def largest(places: pl.DataFrame) -> int:
    return max(map(int, places[GROUP].value_counts()["count"]))


def test_orders_with_the_same_key_meet_and_every_order_is_at_home_once() -> None:
    orders = orders_of(["ann", "bob", "cho"] * 20)
    places = places_of(orders, "buyer_id", None, 10)
    assert places.filter(IS_HOME)["order_id"].sort().to_list() == orders["order_id"].to_list()
    met = places.join(orders, on="order_id").group_by("buyer_id").agg(pl.col(GROUP).n_unique())
    assert met[GROUP].to_list() == [1, 1, 1]


def test_orders_without_a_key_are_spread() -> None:
    places = places_of(orders_of([None] * 200), "buyer_id", SPAN, 10)
    assert largest(places) < 40
    assert places.height == 200


def test_a_key_of_many_orders_is_cut_by_time_and_those_near_each_other_meet() -> None:
    orders = orders_of(["ann"] * 2_000)
    places = places_of(orders, "buyer_id", SPAN, 100)
    assert places.filter(IS_HOME)["order_id"].sort().to_list() == orders["order_id"].to_list()
    assert places.select("order_id", GROUP).is_duplicated().sum() == 0
    # A piece has its orders, and those a span before and after.
    assert largest(places) <= 100 + 2 * 10 + 4
    home = places.filter(IS_HOME).join(orders, on="order_id")
    seen = places.join(orders, on="order_id").select(GROUP, other="order_id", other_at="placed_at")
    near = home.join(seen, on=GROUP).filter((pl.col("placed_at") - pl.col("other_at")).abs() <= SPAN)
    assert near.height == sum(
        1 for one in range(2_000) for other in range(max(0, one - 10), min(2_000, one + 11)) if other >= 0
    )


def test_a_key_is_not_cut_where_features_look_at_all_of_it() -> None:
    places = places_of(orders_of(["ann"] * 500), "buyer_id", None, 100)
    assert places[GROUP].n_unique() == 1


def test_no_orders_are_in_no_group() -> None:
    assert places_of(orders_of([]), "buyer_id", SPAN, 100).is_empty()
