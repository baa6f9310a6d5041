"""What a rule does not see: what it needs makes it unknown, the rest is told, orders are counted singly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from orderhealth_pipeline.orders.order_fact import build_order_fact
from orderhealth_pipeline.rules.evaluate import RuleResult, evaluate_rules, hit_conditions
from tests.feeds import visible_feeds
from tests.unit.rules.test_evaluate import CATALOGUE, GOOD_ADDRESS
from tests.unit.rules.test_expectations import PROMISED

ORDERS = [{"order_id": "A", **GOOD_ADDRESS}, {"order_id": "B", "buyer_id": "MA", **GOOD_ADDRESS}]
LINES = [{"order_id": "A", "sku": "MILK"}, {"order_id": "B", "sku": "MILK"}]


def results(
    feeds: Mapping[str, Sequence[Mapping[str, Any]]],
    never_sent: Mapping[str, Collection[str]] | None = None,
    stale: Collection[str] = (),
) -> Mapping[str, RuleResult]:
    visible = visible_feeds(feeds, never_sent=never_sent, stale=stale)
    fact = build_order_fact(visible, CATALOGUE.requests(), hit_conditions(CATALOGUE))
    return evaluate_rules(fact, CATALOGUE, visible).results


@pytest.mark.parametrize(
    ("feed", "column", "blind"),
    [
        (
            "storefront_orders",
            "buyer_id",
            {
                "buyer_burst",
                "shared_address",
                "duplicate_order",
                "frequent_returns",
                "scripted_low_price",
                "stock_hoarding",
                "risky_buyer",
            },
        ),
        ("storefront_orders", "street", {"shared_address", "duplicate_order"}),
        ("wms_shipments", "printed_at", {"outbound_overdue", "refund_in_flight"}),
        (
            "wms_shipments",
            "outbound_at",
            {
                "outbound_overdue",
                "tracking_stalled",
                "no_pickup",
                "carrier_exception",
                "shipped_after_cancel",
                "shipped_on_paper",
                "refund_in_flight",
                "wrong_or_short_shipment",
                "shipped_unpaid",
                "oversold",
            },
        ),
        ("storefront_orders", "updated_at", {"shipped_after_cancel", "shipped_on_paper"}),
        ("erp_orders", "shipped_at", {"pickup_gap"}),
    ],
)
def test_a_rule_whose_column_no_file_ever_brought_is_unknown_and_names_it(
    feed: str, column: str, blind: set[str]
) -> None:
    found = results({"storefront_orders": ORDERS, "storefront_order_lines": LINES}, {feed: [column]})

    unknown = {rule_id for rule_id, result in found.items() if result.outcome == "unknown"}
    assert unknown & PROMISED.keys() == blind
    for rule_id in blind:
        assert found[rule_id].blindness.columns == {feed: (column,)}
        assert found[rule_id].evaluated == 0


def test_of_alternative_columns_one_is_enough() -> None:
    feeds = {"storefront_orders": ORDERS}
    without_one = results(feeds, {"payments": ["paid_at"]})["paid_not_in_erp"]
    without_both = results(feeds, {"payments": ["paid_at", "updated_at"]})["paid_not_in_erp"]

    assert (without_one.outcome, without_one.evaluated) == ("no_hit", 2)
    assert (without_both.outcome, without_both.evaluated) == ("unknown", 0)
    assert without_both.blindness.columns == {"payments": ("paid_at|updated_at",)}


def test_scans_find_their_order_by_its_id_or_by_the_warehouses_waybills() -> None:
    feeds = {"storefront_orders": ORDERS}
    by_waybill = results(feeds, {"tms_events": ["order_id"]})["false_delivery"]
    not_at_all = results(feeds, {"tms_events": ["order_id"], "wms_shipments": ["waybill_no"]})[
        "false_delivery"
    ]

    assert by_waybill.outcome == "no_hit"
    assert not_at_all.blindness.columns == {"tms_events": ("order_id|wms_shipments.waybill_no",)}


@pytest.mark.parametrize(
    ("absent", "columns", "lacking"),
    [
        ([], {}, {}),
        (["phone"], {}, {"storefront_orders": ("phone",)}),
        (["street"], {}, {"storefront_orders": ("street",)}),
        (["street", "phone"], {"storefront_orders": ("street", "phone")}, {}),
    ],
)
def test_an_address_is_judged_by_what_there_is_of_street_and_phone(
    absent: list[str], columns: dict[str, Any], lacking: dict[str, Any]
) -> None:
    result = results({"storefront_orders": ORDERS}, {"storefront_orders": absent})["incomplete_address"]

    assert (result.blindness.columns, result.blindness.lacking) == (columns, lacking)
    assert result.evaluated == (0 if columns else 2)
    assert result.outcome == ("unknown" if columns else "no_hit")


def test_a_warehouse_that_never_tells_a_status_is_judged_without_it() -> None:
    result = results({"storefront_orders": ORDERS}, {"wms_shipments": ["status"]})["outbound_overdue"]

    assert (result.outcome, result.evaluated) == ("no_hit", 2)
    assert result.blindness.lacking == {"wms_shipments": ("status",)}


def test_evaluated_counts_the_orders_of_which_the_inputs_are_known() -> None:
    orders: list[dict[str, Any]] = [
        *ORDERS,
        {"order_id": "GUEST", **GOOD_ADDRESS, "buyer_id": None},
        {"order_id": "MASKED", **GOOD_ADDRESS, "street": "文三路***"},
        {"order_id": "CLOSED", **GOOD_ADDRESS, "buyer_id": None, "status": "closed"},
    ]
    found = results({"storefront_orders": orders, "storefront_order_lines": LINES})

    expected = {
        "buyer_burst": 3,
        "shared_address": 3,
        "low_price": 2,
        "duplicate_order": 2,
        "incomplete_address": 3,
        "paid_not_in_erp": 4,
        "outbound_overdue": 4,
        "tracking_stalled": 4,
        "no_pickup": 4,
        "false_delivery": 4,
        "frequent_returns": 3,
        "pickup_gap": 4,
        "scripted_low_price": 2,
    }
    assert {rule_id: found[rule_id].evaluated for rule_id in expected} == expected
    assert found["buyer_burst"].blindness.of_order == ("buyer",)
    assert found["paid_not_in_erp"].blindness.of_order == ()


def test_a_rule_that_no_order_says_enough_for_is_unknown() -> None:
    guests = [{**order, "buyer_id": None} for order in ORDERS]
    found = results({"storefront_orders": guests, "storefront_order_lines": LINES})

    unknown = {rule_id for rule_id, result in found.items() if result.outcome == "unknown"}
    assert unknown == {"buyer_burst", "duplicate_order", "frequent_returns", "stock_hoarding", "risky_buyer"}
    assert found["buyer_burst"].blindness.of_order == ("buyer",)


def test_a_feed_that_a_feature_reads_is_needed_also_where_its_rule_does_not_say_so() -> None:
    found = results({"storefront_orders": ORDERS}, stale=["storefront_orders", "tms_events"])

    states = {rule_id: result.blindness.feeds for rule_id, result in found.items()}
    assert states["frequent_returns"] == states["outbound_overdue"] == {}
    assert states["tracking_stalled"] == {"tms_events": "stale"}
