"""Every rule of an order at its threshold: exactly there, and one microsecond, cent or record beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl
import pytest

from orderhealth_pipeline.orders.order_fact import build_order_fact
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.evaluate import evaluate_rules, hit_conditions
from tests.feeds import AS_OF, SCHEMAS, Row, at, visible_feeds

CATALOGUE: Final = read_catalogue(expectations_folder(), frozenset(SCHEMAS))
MICROSECOND: Final = timedelta(microseconds=1)
WEEKS: Final = timedelta(days=21)
LEAP_DAY: Final = at("2028-02-29 23:59:59.999999")
AFTER_LEAP_DAY: Final = at("2028-03-01 00:00:00")
CLOCKS_GO_FORWARD: Final = at("2026-03-29 01:00:00")
INSTANTS: Final = pytest.mark.parametrize(
    "as_of",
    [AS_OF, LEAP_DAY, AFTER_LEAP_DAY, CLOCKS_GO_FORWARD, at("2027-01-01 00:00:00+08:00")],
    ids=["midday", "leap day", "after the leap day", "clocks go forward in Europe", "new year in China"],
)


def hit(rule_id: str, feeds: Mapping[str, Sequence[Row]], as_of: datetime) -> list[str]:
    """The orders that the rule hits, explained or not."""
    visible = visible_feeds(feeds, as_of)
    fact = build_order_fact(visible, CATALOGUE.requests(), hit_conditions(CATALOGUE))
    findings = evaluate_rules(fact, CATALOGUE, visible).findings
    return findings.filter(rule_id=rule_id)["order_id"].to_list()


def orders(*placed_at: datetime, **columns: Any) -> list[dict[str, Any]]:
    return [{"order_id": f"O{n}", "placed_at": instant, **columns} for n, instant in enumerate(placed_at)]


@INSTANTS
def test_five_orders_are_a_burst_within_ten_minutes_and_not_a_microsecond_longer(as_of: datetime) -> None:
    steps = [timedelta(minutes=minutes) for minutes in (10, 8, 5, 5)]
    four = orders(*(as_of - step for step in steps))
    exactly = [*four, {"order_id": "LAST", "placed_at": as_of}]
    longer = [{**exactly[0], "placed_at": as_of - steps[0] - MICROSECOND}, *exactly[1:]]

    assert hit("buyer_burst", {"storefront_orders": exactly}, as_of) == ["LAST", "O0", "O1", "O2", "O3"]
    assert hit("buyer_burst", {"storefront_orders": longer}, as_of) == []
    assert hit("buyer_burst", {"storefront_orders": four}, as_of) == []


def test_a_long_series_is_hit_only_where_five_orders_are_close() -> None:
    minutes = (40, 30, 20, 12, 11, 10, 9, 8, 0)
    placed = orders(*(AS_OF - timedelta(minutes=each) for each in minutes))

    assert hit("buyer_burst", {"storefront_orders": placed}, AS_OF) == ["O3", "O4", "O5", "O6", "O7"]


@INSTANTS
def test_an_address_is_shared_by_three_buyers_of_the_last_thirty_days(as_of: datetime) -> None:
    edge = as_of - timedelta(days=30)
    address = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路478号"}
    rows = [{**row, "buyer_id": f"BUYER{n}"} for n, row in enumerate(orders(edge, as_of, as_of, **address))]
    older = [{**rows[0], "placed_at": edge - MICROSECOND}, *rows[1:]]

    assert hit("shared_address", {"storefront_orders": rows}, as_of) == ["O0", "O1", "O2"]
    assert hit("shared_address", {"storefront_orders": older}, as_of) == []


def test_an_older_order_to_a_shared_address_is_hit_as_well() -> None:
    rows = [
        {**row, "buyer_id": buyer}
        for row, buyer in zip(
            orders(AS_OF - timedelta(days=31), AS_OF, AS_OF, AS_OF, street="文三路478号"),
            ("OLD", "LI", "WANG", "ZHANG"),
            strict=True,
        )
    ]

    assert hit("shared_address", {"storefront_orders": rows}, AS_OF) == ["O0", "O1", "O2", "O3"]


@INSTANTS
@pytest.mark.parametrize(
    ("price", "others", "is_hit"),
    [
        ("70", "107.50", False),
        ("69.9999", "107.50", True),
        ("69.99", "107.50", True),
        ("70.01", "107.50", False),
    ],
)
def test_a_price_is_low_below_seventy_percent_of_the_mean(
    as_of: datetime, price: str, others: str, is_hit: bool
) -> None:
    edge = as_of - timedelta(days=30)
    rows = orders(as_of, edge, edge, edge, edge)
    lines = [{"order_id": f"O{n}", "unit_price": price if n == 0 else others} for n in range(5)]
    too_old = [*rows[:-1], {**rows[-1], "placed_at": edge - MICROSECOND}]

    recent = {"storefront_orders": rows, "storefront_order_lines": lines}
    assert hit("low_price", recent, as_of) == (["O0"] if is_hit else [])
    assert hit("low_price", {**recent, "storefront_orders": too_old}, as_of) == []


def test_the_mean_price_is_weighted_by_quantity() -> None:
    rows = orders(*[AS_OF] * 5)
    prices = {"O0": (1, 60), "O1": (100, 80), "O2": (1, 200), "O3": (1, 200), "O4": (1, 200)}
    lines: list[dict[str, Any]] = [
        {"order_id": o, "quantity": quantity, "unit_price": price} for o, (quantity, price) in prices.items()
    ]

    # Unweighted the mean would be 148, and 80 below 70 % of it as well.
    assert hit("low_price", {"storefront_orders": rows, "storefront_order_lines": lines}, AS_OF) == []
    lines[0]["unit_price"] = 50
    assert hit("low_price", {"storefront_orders": rows, "storefront_order_lines": lines}, AS_OF) == ["O0"]


@INSTANTS
@pytest.mark.parametrize(("beyond", "found"), [(timedelta(0), ["O0", "O1"]), (MICROSECOND, [])])
def test_the_same_order_twice_counts_within_thirty_minutes(
    as_of: datetime, beyond: timedelta, found: list[str]
) -> None:
    rows = orders(as_of - timedelta(minutes=30) - beyond, as_of, street="文三路478号")
    lines = [{"order_id": row["order_id"]} for row in rows]

    assert (
        hit("duplicate_order", {"storefront_orders": rows, "storefront_order_lines": lines}, as_of) == found
    )


@pytest.mark.parametrize("status", ["cancelled", "closed"])
def test_a_cancelled_order_is_no_duplicate_but_a_completed_one_is(status: str) -> None:
    rows = orders(AS_OF, AS_OF, street="文三路478号")
    lines = [{"order_id": row["order_id"]} for row in rows]
    dead, done = ([rows[0], {**rows[1], "status": word}] for word in (status, "completed"))

    assert hit("duplicate_order", {"storefront_orders": dead, "storefront_order_lines": lines}, AS_OF) == []
    assert hit("duplicate_order", {"storefront_orders": done, "storefront_order_lines": lines}, AS_OF) == [
        "O0"
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [("MILK", 1), ("MILK", 1)],
        [("MILK", 2)],
    ],
    ids=["in two lines", "in one line"],
)
def test_a_basket_is_what_it_holds_however_it_is_written(lines: list[tuple[str, int]]) -> None:
    rows = orders(AS_OF, AS_OF, street="文三路478号")
    first = [
        {"order_id": "O0", "line_no": str(n), "sku": sku, "quantity": quantity}
        for n, (sku, quantity) in enumerate(lines)
    ]
    second = {"order_id": "O1", "sku": "MILK", "quantity": "2.0"}

    feeds: dict[str, list[dict[str, Any]]] = {
        "storefront_orders": rows,
        "storefront_order_lines": [*first, second],
    }
    assert hit("duplicate_order", feeds, AS_OF) == ["O0", "O1"]


@INSTANTS
@pytest.mark.parametrize(("beyond", "found"), [(timedelta(0), []), (MICROSECOND, ["O0"])])
def test_a_payment_may_wait_fifteen_minutes_for_the_erp(
    as_of: datetime, beyond: timedelta, found: list[str]
) -> None:
    paid = [{"order_id": "O0", "paid_at": as_of - timedelta(minutes=15) - beyond}]

    assert hit("paid_not_in_erp", {"storefront_orders": orders(as_of), "payments": paid}, as_of) == found


@pytest.mark.parametrize("status", ["merged", "split", "cancelled"])
def test_any_erp_record_is_a_record(status: str) -> None:
    feeds = {
        "storefront_orders": orders(AS_OF),
        "payments": [{"order_id": "O0", "paid_at": AS_OF - timedelta(days=1)}],
        "erp_orders": [{"order_id": "O0", "status": status}],
    }

    assert hit("paid_not_in_erp", feeds, AS_OF) == []


@INSTANTS
@pytest.mark.parametrize(("beyond", "found"), [(timedelta(0), []), (MICROSECOND, ["O0"])])
def test_a_printed_label_may_wait_four_hours(as_of: datetime, beyond: timedelta, found: list[str]) -> None:
    printed = [{"order_id": "O0", "printed_at": as_of - timedelta(hours=4) - beyond}]

    assert (
        hit("outbound_overdue", {"storefront_orders": orders(as_of), "wms_shipments": printed}, as_of)
        == found
    )


@INSTANTS
@pytest.mark.parametrize(("beyond", "found"), [(timedelta(0), []), (MICROSECOND, ["O0"])])
def test_a_parcel_may_be_silent_for_a_day(as_of: datetime, beyond: timedelta, found: list[str]) -> None:
    silent_since = as_of - timedelta(hours=24) - beyond
    shipment = {"order_id": "O0", "outbound_at": as_of - timedelta(days=3), "waybill_no": "W"}
    feeds = {
        "storefront_orders": orders(as_of - WEEKS),
        "wms_shipments": [shipment],
        "tms_events": [
            {"waybill_no": "W", "event_at": silent_since, "status": "in_transit"},
            {"waybill_no": "W", "event_at": as_of, "status": "registered"},
        ],
    }

    assert hit("tracking_stalled", feeds, as_of) == found
    assert hit("no_pickup", feeds, as_of) == []


@INSTANTS
@pytest.mark.parametrize(("beyond", "found"), [(timedelta(0), []), (MICROSECOND, ["O0"])])
@pytest.mark.parametrize("waybill_no", ["W", None])
def test_a_parcel_may_wait_for_its_courier_for_a_day(
    as_of: datetime, beyond: timedelta, found: list[str], waybill_no: str | None
) -> None:
    left_at = as_of - timedelta(hours=24) - beyond
    feeds = {
        "storefront_orders": orders(as_of - WEEKS),
        "wms_shipments": [{"order_id": "O0", "outbound_at": left_at, "waybill_no": waybill_no}],
        "tms_events": [{"waybill_no": "W", "event_at": as_of, "status": "registered"}],
    }

    assert hit("no_pickup", feeds, as_of) == found
    assert hit("tracking_stalled", feeds, as_of) == []


@pytest.mark.parametrize(("earlier", "found"), [(timedelta(0), []), (MICROSECOND, ["O0"])])
def test_a_scan_before_the_order_was_placed_is_another_parcel_s(earlier: timedelta, found: list[str]) -> None:
    placed_at = AS_OF - timedelta(days=3)
    scan = {"waybill_no": "W", "event_at": placed_at - earlier, "status": "delivered"}
    feeds = {
        "storefront_orders": orders(placed_at),
        "wms_shipments": [{"order_id": "O0", "outbound_at": AS_OF - timedelta(days=2), "waybill_no": "W"}],
        "tms_events": [scan],
    }

    assert hit("no_pickup", feeds, AS_OF) == found


@pytest.mark.parametrize(("opened", "found"), [(timedelta(0), ["O0"]), (-MICROSECOND, [])])
def test_a_denial_counts_from_the_instant_of_the_claim(opened: timedelta, found: list[str]) -> None:
    delivered_at = AS_OF - timedelta(days=1)
    feeds = {
        "storefront_orders": orders(AS_OF - WEEKS),
        "tms_events": [
            {"order_id": "O0", "waybill_no": "W", "event_at": delivered_at, "status": "delivered"}
        ],
        "feedback": [{"order_id": "O0", "opened_at": delivered_at + opened}],
    }

    assert hit("false_delivery", feeds, AS_OF) == found


@INSTANTS
def test_three_returns_of_the_last_thirty_days_are_frequent(as_of: datetime) -> None:
    edge = as_of - timedelta(days=30)
    asked = [{"order_id": "O0", "requested_at": instant} for instant in (edge, as_of, as_of)]
    older = [{**asked[0], "requested_at": edge - MICROSECOND}, *asked[1:]]
    rows = orders(as_of, as_of)

    assert hit("frequent_returns", {"storefront_orders": rows, "returns": asked}, as_of) == ["O0"]
    assert hit("frequent_returns", {"storefront_orders": rows, "returns": older}, as_of) == []


@INSTANTS
@pytest.mark.parametrize(("beyond", "is_active"), [(timedelta(0), True), (MICROSECOND, False)])
def test_an_order_is_closed_more_than_seven_days_after_delivery(
    as_of: datetime, beyond: timedelta, is_active: bool
) -> None:
    delivered_at = as_of - timedelta(days=7) - beyond
    event = {"order_id": "O0", "waybill_no": "W", "event_at": delivered_at, "status": "delivered"}
    feeds = {"storefront_orders": orders(as_of - WEEKS), "tms_events": [event]}
    fact = build_order_fact(visible_feeds(feeds, as_of))

    assert fact.select(pl.col("is_active")).item() is is_active
