"""The simulated shop as a whole: its feeds, its clock and its limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.frames import INSTANT, MONEY
from orderhealth_pipeline.simulate import Simulation, simulate
from tests.unit.simulate.shop_records import Shop, newest_instant
from tests.unit.simulate.slow_oracle import due_for_a_scan

COLUMNS = {
    "storefront_orders": "order_id shop buyer_id placed_at status amount currency receiver phone province "
    "city district street address_masked address_changed_at remark promised_ship_at updated_at",
    "storefront_order_lines": "order_id line_no sku quantity unit_price",
    "payments": "payment_id order_id paid_at amount method status updated_at",
    "erp_orders": "erp_id order_id synced_at status shipped_at updated_at",
    "wms_shipments": "shipment_id order_id warehouse printed_at outbound_at carrier waybill_no status "
    "updated_at",
    "wms_shipment_lines": "shipment_id sku quantity",
    "wms_stock": "warehouse sku counted_at on_hand reserved",
    "tms_events": "waybill_no order_id event_at status location detail",
    "feedback": "ticket_id order_id opened_at kind text closed_at",
    "returns": "return_id order_id requested_at kind amount reason status updated_at",
    "customers": "buyer_id vip_level birthday registered_at",
}
KEYS = {
    "storefront_orders": ["order_id", "updated_at"],
    "storefront_order_lines": ["order_id", "line_no"],
    "payments": ["payment_id", "updated_at"],
    "erp_orders": ["erp_id", "updated_at"],
    "wms_shipments": ["shipment_id", "updated_at"],
    "wms_shipment_lines": ["shipment_id", "sku"],
    "wms_stock": ["warehouse", "sku", "counted_at"],
    "tms_events": ["waybill_no", "event_at", "status"],
    "feedback": ["ticket_id"],
    "returns": ["return_id"],
    "customers": ["buyer_id"],
}


@pytest.fixture(scope="module", params=["calm", "promo_eve"])
def shop(request: pytest.FixtureRequest) -> Simulation:
    return simulate(request.param, 3000, seed=11)


def test_all_eleven_feeds_have_exactly_their_columns(shop: Simulation) -> None:
    assert {feed: " ".join(frame.columns) for feed, frame in shop.feeds.items()} == COLUMNS


def test_instants_are_utc_and_money_is_decimal(shop: Simulation) -> None:
    for frame in shop.feeds.values():
        for name, dtype in frame.schema.items():
            if name.endswith("_at"):
                assert dtype == INSTANT, name
            if name in {"amount", "unit_price", "quantity", "on_hand", "reserved"}:
                assert dtype == MONEY, name


def test_money_has_two_decimals(shop: Simulation) -> None:
    prices = shop.feeds["storefront_order_lines"].get_column("unit_price")
    assert (prices * 100 % 1 == 0).all()


@pytest.mark.parametrize("feed", sorted(KEYS))
def test_a_row_version_appears_once(shop: Simulation, feed: str) -> None:
    assert not shop.feeds[feed].select(KEYS[feed]).is_duplicated().any()


def test_there_are_as_many_orders_as_asked_for(shop: Simulation) -> None:
    assert shop.feeds["storefront_orders"].get_column("order_id").n_unique() == 3000


def test_nothing_happens_after_as_of_and_the_newest_event_is_seconds_old(shop: Simulation) -> None:
    assert shop.as_of - timedelta(seconds=2) <= newest_instant(shop.feeds) <= shop.as_of


def test_every_source_spoke_within_the_last_ten_seconds(shop: Simulation) -> None:
    for feed in (
        "storefront_orders",
        "payments",
        "erp_orders",
        "wms_shipments",
        "tms_events",
        "feedback",
        "returns",
    ):
        newest = newest_instant({feed: shop.feeds[feed]})
        assert newest >= shop.as_of - timedelta(seconds=10), feed


def test_milestones_of_a_shipment_stand_in_order(shop: Simulation) -> None:
    shipments = shop.feeds["wms_shipments"].drop_nulls(["printed_at", "outbound_at"])
    assert (shipments["printed_at"] < shipments["outbound_at"]).all()
    assert (shipments["outbound_at"] <= shipments["updated_at"]).all()


def test_what_was_paid_is_what_the_lines_cost(shop: Simulation) -> None:
    lines = shop.feeds["storefront_order_lines"]
    cost = lines.group_by("order_id").agg((pl.col("quantity") * pl.col("unit_price")).sum().alias("cost"))
    orders = shop.feeds["storefront_orders"].join(cost, on="order_id", validate="m:1")
    assert (orders["amount"] == orders["cost"]).all()
    newest = shop.feeds["payments"].sort("updated_at").unique("payment_id", keep="last")
    paid = (
        newest.filter(pl.col("status") == "succeeded")
        .group_by("order_id")
        .agg(pl.col("amount").sum().alias("paid"))
    )
    both = paid.join(orders.unique("order_id"), on="order_id")
    overpaid = both.filter(pl.col("paid") > pl.col("amount") + Decimal("0.01"))
    told = shop.truth.filter(rule_id="amount_mismatch", verdict="anomaly")
    assert overpaid.join(told, on="order_id", how="anti").is_empty()


def test_orders_with_several_versions_show_how_they_came_along(shop: Simulation) -> None:
    versions = (
        shop.feeds["storefront_orders"]
        .group_by("order_id")
        .agg("status")
        .filter(pl.col("status").list.len() > 1)
    )
    assert (versions["status"].list.first() == "created").all()
    assert versions.height > 100


def test_the_same_seed_gives_the_same_frames_and_another_does_not(shop: Simulation) -> None:
    again = simulate(shop.scenario, 3000, seed=11)
    other = simulate(shop.scenario, 3000, seed=12)
    assert all(again.feeds[feed].equals(frame) for feed, frame in shop.feeds.items())
    assert again.truth.equals(shop.truth)
    assert not other.feeds["storefront_orders"].equals(shop.feeds["storefront_orders"])


def test_an_asked_instant_moves_the_whole_shop_to_it() -> None:
    asked = datetime(2024, 2, 29, 23, 59, 59, 999, tzinfo=UTC)
    moved = simulate("calm", 400, seed=1, as_of=asked)
    assert moved.as_of == asked.replace(microsecond=0)
    assert newest_instant(moved.feeds) == moved.as_of - timedelta(seconds=2)


def test_orders_come_by_day_and_hardly_by_night_and_rise_threefold_before_a_promotion() -> None:
    orders = simulate("promo_eve", 20_000, seed=1)
    placed = orders.feeds["storefront_orders"].unique("order_id").get_column("placed_at")
    hour = placed.dt.convert_time_zone("Asia/Shanghai").dt.hour()
    evening, night = (int(hour.is_in(hours).sum()) for hours in ([20, 21, 22], [2, 3, 4]))
    assert evening > 5 * night
    age = (orders.as_of - placed).dt.total_hours()
    last_day, a_week_before = (int(((age >= hours) & (age < hours + 24)).sum()) for hours in (0, 7 * 24))
    assert 2.5 * a_week_before < last_day < 5 * a_week_before


def test_the_erp_says_shipped_while_carriers_have_scanned_three_quarters() -> None:
    simulation = simulate("promo_eve", 5000, seed=3)
    shop = Shop(simulation.feeds, simulation.as_of)
    due = due_for_a_scan(shop)
    assert sum(bool(shop.scans(order_id)) for order_id in due) / len(due) == pytest.approx(0.76, abs=0.002)
    a_day_ago = simulation.as_of - timedelta(hours=24)
    paid = [
        order_id
        for order_id in shop.orders
        if not shop.is_cancelled(order_id)
        and any(row["paid_at"] and row["paid_at"] < a_day_ago for row in shop.payments[order_id])
    ]
    shipped = sum(any(row["status"] == "shipped" for row in shop.erp[order_id]) for order_id in paid)
    assert shipped / len(paid) == pytest.approx(0.98, abs=0.01)


@pytest.mark.parametrize(
    ("scenario", "orders", "seed", "error", "words"),
    [
        ("stormy", 1000, 1, ConfigurationError, "calm, carrier_meltdown, .*promo_eve"),
        ("calm", 10, 1, UnusableInputError, "300 to 3000000 orders, not 10"),
        ("calm", 4_000_000, 1, UnusableInputError, "not 4000000"),
        ("calm", 1000, -1, ConfigurationError, "-1"),
    ],
)
def test_what_cannot_be_simulated_is_said(
    scenario: str, orders: int, seed: int, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        simulate(scenario, orders, seed)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no time zone"):
        simulate("calm", 1000, 1, as_of=datetime(2026, 1, 1))  # noqa: DTZ001 the mistake is the point
