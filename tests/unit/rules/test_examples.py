from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.rules.own_examples.example import Example
from orderhealth_pipeline.rules.own_examples.example_feeds import example_feeds

SCHEMAS = {feed: contract.schema() for feed, contract in feed_contracts().items()}
AS_OF = "2026-11-08 10:00:00"


def feeds(*, as_of: str = AS_OF, zone: str = "Asia/Shanghai", **rows: Any) -> VisibleFeeds:
    return example_feeds(Example(name="shown", as_of=as_of, feeds=rows), SCHEMAS, ZoneInfo(zone))


def test_a_row_that_names_only_its_order_is_an_ordinary_paid_order_of_the_last_hour() -> None:
    order = feeds(storefront_orders=[{"order_id": "A"}])["storefront_orders"].row(0, named=True)
    assert order["buyer_id"] == "B-A"
    assert order["status"] == "paid"
    assert order["placed_at"] == datetime(2026, 11, 8, 1, 0, tzinfo=UTC)
    assert order["amount"] == Decimal(100)
    assert order["street"] == "文三路1号"
    assert order["updated_at"] is None


def test_two_orders_never_share_a_buyer_or_an_address_unless_they_say_so() -> None:
    orders = feeds(storefront_orders=[{"order_id": "A"}, {"order_id": "B"}])["storefront_orders"]
    assert orders["buyer_id"].n_unique() == orders["street"].n_unique() == 2


def test_given_values_are_kept_to_the_cent_and_the_second() -> None:
    frames = feeds(
        storefront_order_lines=[{"order_id": "A", "unit_price": Decimal("69.99"), "quantity": 3}],
        storefront_orders=[{"order_id": "A", "address_masked": True, "promised_ship_at": "2026-11-09"}],
        customers=[{"buyer_id": "LI", "birthday": "2000-02-29"}],
    )
    assert frames["storefront_order_lines"].row(0, named=True)["unit_price"] == Decimal("69.99")
    assert frames["storefront_orders"]["address_masked"].to_list() == [True]
    assert frames["storefront_orders"]["promised_ship_at"].to_list() == [
        datetime(2026, 11, 8, 16, tzinfo=UTC)
    ]
    assert str(frames["customers"]["birthday"][0]) == "2000-02-29"


def test_feeds_that_are_not_mentioned_are_empty_but_fresh() -> None:
    visible = feeds()
    assert set(visible.frames) == set(SCHEMAS)
    assert all(visible[feed].is_empty() and visible.usable(feed) for feed in SCHEMAS)
    assert visible.provides("payments", "paid_at")


def test_a_repeated_row_stands_for_many() -> None:
    events = feeds(tms_events=[{"order_id": "A{n}", "waybill_no": "W{n}", "repeat": 3}])["tms_events"]
    assert events["order_id"].to_list() == ["A1", "A2", "A3"]
    assert events["waybill_no"].to_list() == ["W1", "W2", "W3"]


def test_an_instant_without_an_offset_is_in_the_given_zone() -> None:
    visible = feeds(as_of="2026-11-01 01:30:00", zone="America/New_York")
    assert visible.as_of == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert feeds(as_of="2026-11-01T01:30:00-05:00").as_of == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ({"orders": []}, "the example 'shown': there is no feed 'orders'; there are: storefront_orders, "),
        ({"payments": [{"order": "A"}]}, "payments has no column 'order'; it has: payment_id, order_id, "),
        (
            {"payments": [{"order_id": "A", "amount": "ten"}]},
            "payments, order A: the amount 'ten' cannot be read",
        ),
        (
            {"payments": [{"order_id": "A", "paid_at": "08/11/2026"}]},
            "payments, order A: the paid_at '08/11/2026' cannot be read",
        ),
        (
            {"storefront_orders": [{"order_id": "A", "address_masked": "perhaps"}]},
            "the address_masked 'perhaps' cannot be read",
        ),
        (
            {"payments": [{"order_id": "A", "paid_at": "2026-11-08 10:00:01"}]},
            "the paid_at '2026-11-08 10:00:01' lies after as_of",
        ),
    ],
)
def test_what_does_not_fit_is_named(rows: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        feeds(**rows)
    assert complaint in str(raised.value)


def test_an_unreadable_as_of_is_named() -> None:
    with pytest.raises(ConfigurationError, match="the example 'shown': Invalid isoformat string: 'now'"):
        feeds(as_of="now")


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31T23:59:59-12:00", "", "2026", "24:00"])
def test_an_as_of_of_no_shop_s_time_is_named(as_of: str) -> None:
    with pytest.raises(ConfigurationError, match="the example 'shown': "):
        feeds(as_of=as_of)


@pytest.mark.parametrize(
    "row",
    [
        {"repeat": 10**12},
        {"repeat": -1},
        {"repeat": [1]},
        {"repeat": "many"},
        {"amount": "1e400"},
        {"amount": "nan"},
        {"amount": "-inf"},
        {"amount": Decimal("1e30")},
        {"amount": ["1"]},
        {"placed_at": "0001-01-01"},
        {"placed_at": {"a": 1}},
    ],
)
def test_a_value_beyond_all_measure_is_named(row: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="the example 'shown': "):
        feeds(storefront_orders=[{"order_id": "A", **row}])
