"""order_fact from records of every system: milestones and state of an order, and feeds that are not there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import polars as pl
import pytest

from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.declared.shape_features import SHAPES
from orderhealth_pipeline.frames import FeatureRequest, ParameterValue
from orderhealth_pipeline.orders.feature_functions import (
    FEATURES,
    PRICE_FEATURES,
    PROFILE_FEATURES,
    STOCK_FEATURES,
)
from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.orders.order_fact import build_order_fact
from tests.feeds import AS_OF, SCHEMAS, at, fact_of, feature, visible_feeds

DAY: Final = timedelta(days=1)
PLACED_AT: Final = AS_OF - 10 * DAY
ORDER: Final[list[dict[str, Any]]] = [
    {"order_id": "A", "street": "文三路478号", "phone": "13812345678", "placed_at": PLACED_AT}
]
PARAMETERS: Final[dict[str, ParameterValue]] = {
    "span_minutes": 10,
    "reorder_within_minutes": 60,
    "forgiven_tries": 2,
    "cheap_rule": "low_price",
    "window_days": 30,
    "lines_at_least": 5,
    "apart_minutes": 30,
    "shipped_hours": 6,
    "methods": ("cod",),
    "promise_hours": 48,
    "window_hours": 24,
    "pieces_at_least": 5,
}
REQUESTS: Final = [declared.request(name, PARAMETERS) for name, declared in declared_features().items()]
NO_HITS: Final = {"low_price": lambda fact: fact.select("order_id").clear()}


def event(waybill_no: str, status: str, days_ago: int, order_id: str | None = None) -> dict[str, Any]:
    return {
        "waybill_no": waybill_no,
        "status": status,
        "event_at": AS_OF - days_ago * DAY,
        "order_id": order_id,
    }


def test_every_declared_feature_is_computed_and_no_other() -> None:
    assert (
        FEATURES.keys() | PRICE_FEATURES.keys() | STOCK_FEATURES.keys() | PROFILE_FEATURES.keys()
        == declared_features().keys() | set(SHAPES)
    )


def test_every_piece_of_evidence_that_is_declared_is_there() -> None:
    fact = build_order_fact(visible_feeds({"storefront_orders": ORDER}), REQUESTS, NO_HITS)

    for request, declared in zip(REQUESTS, declared_features().values(), strict=True):
        assert request.column in fact.columns
        for name in declared.evidence:
            assert {name, request.evidence_column(name)} & set(fact.columns), name


@pytest.mark.parametrize("feed", COLUMNS_READ)
def test_a_feed_without_rows_changes_no_type(feed: str) -> None:
    everything: dict[str, list[dict[str, Any]]] = {
        "storefront_orders": ORDER,
        "storefront_order_lines": [{"order_id": "A"}],
        "payments": [{"order_id": "A"}],
        "erp_orders": [{"order_id": "A", "status": "shipped", "shipped_at": AS_OF - DAY}],
        "wms_shipments": [{"order_id": "A", "outbound_at": AS_OF - DAY, "waybill_no": "W"}],
        "tms_events": [event("W", "delivered", 1)],
        "feedback": [{"order_id": "A"}],
        "returns": [{"order_id": "A"}],
    }
    full = build_order_fact(visible_feeds(everything), REQUESTS, NO_HITS)

    without = build_order_fact(visible_feeds({**everything, feed: []}, missing=[feed]), REQUESTS, NO_HITS)

    assert without.schema == full.schema
    assert without.height == (0 if feed == "storefront_orders" else 1)


def test_records_of_orders_that_the_storefront_does_not_know_are_left_out() -> None:
    feeds = {
        "storefront_orders": ORDER,
        "payments": [{"order_id": "GHOST"}],
        "returns": [{"order_id": "GHOST"}],
    }

    assert build_order_fact(visible_feeds(feeds), REQUESTS, NO_HITS)["order_id"].to_list() == ["A"]


@pytest.mark.parametrize(
    ("records", "stage"),
    [
        ({}, "ordering"),
        ({"payments": [{"order_id": "A"}]}, "payment"),
        ({"erp_orders": [{"order_id": "A"}]}, "warehouse"),
        ({"wms_shipments": [{"order_id": "A", "printed_at": AS_OF}]}, "warehouse"),
        ({"wms_shipments": [{"order_id": "A", "printed_at": AS_OF, "outbound_at": AS_OF}]}, "logistics"),
        ({"tms_events": [event("W", "picked_up", 0, "A")]}, "logistics"),
        ({"tms_events": [event("W", "registered", 0, "A")]}, "ordering"),
        ({"tms_events": [event("W", "delivered", 0, "A")]}, "after_sales"),
        ({"tms_events": [event("W", "delivered", 8, "A")]}, "closed"),
    ],
)
def test_an_order_is_in_the_stage_of_the_last_system_that_knows_it(
    records: dict[str, list[dict[str, Any]]], stage: str
) -> None:
    assert fact_of({"storefront_orders": ORDER, **records})["stage"] == stage


def test_a_parcel_that_came_back_does_not_keep_the_delivered_one_open() -> None:
    order = fact_of(
        {
            "storefront_orders": ORDER,
            "wms_shipments": [{"order_id": "A", "waybill_no": waybill_no} for waybill_no in ("W1", "W2")],
            "tms_events": [event("W1", "returned", 9), event("W2", "delivered", 8)],
        }
    )

    assert (order["delivered_at"], order["is_returned"], order["is_active"]) == (
        AS_OF - 8 * DAY,
        False,
        False,
    )


def test_all_parcels_came_back_closes_the_order_whatever_else() -> None:
    order = fact_of(
        {
            "storefront_orders": ORDER,
            "wms_shipments": [{"order_id": "A", "waybill_no": "W1"}],
            "tms_events": [event("W1", "returned", 1)],
            "feedback": [{"order_id": "A", "kind": "other"}],
        }
    )

    assert (order["delivered_at"], order["is_active"]) == (None, False)


def test_a_shipment_still_in_the_warehouse_keeps_the_order_undelivered() -> None:
    order = fact_of(
        {
            "storefront_orders": ORDER,
            "wms_shipments": [{"order_id": "A", "waybill_no": "W1"}, {"order_id": "A", "waybill_no": None}],
            "tms_events": [event("W1", "delivered", 8)],
        }
    )

    assert (order["delivered_at"], order["delivery_claimed_at"]) == (None, AS_OF - 8 * DAY)


def test_a_cancelled_shipment_gives_no_milestone_but_what_the_carrier_claims_of_it_stands() -> None:
    order = fact_of(
        {
            "storefront_orders": ORDER,
            "wms_shipments": [
                {"order_id": "A", "waybill_no": "W1", "printed_at": AS_OF - 3 * DAY, "status": "cancelled"}
            ],
            "tms_events": [event("W1", "delivered", 1, "A")],
        }
    )

    assert [order[name] for name in ("printed_at", "picked_up_at", "delivered_at", "status_tms")] == [
        None
    ] * 4
    assert order["delivery_claimed_at"] == AS_OF - DAY
    assert order["is_active"]


def test_a_waybill_that_two_orders_share_moves_both() -> None:
    feeds: dict[str, list[dict[str, Any]]] = {
        "storefront_orders": [{"order_id": order_id, "placed_at": PLACED_AT} for order_id in "AB"],
        "wms_shipments": [{"order_id": order_id, "waybill_no": "W"} for order_id in "AB"],
        "tms_events": [event("W", "picked_up", 1, "A")],
    }

    assert [fact_of(feeds, order_id=order_id)["picked_up_at"] for order_id in "AB"] == [AS_OF - DAY] * 2


def test_where_the_warehouse_never_sends_waybills_the_carrier_s_links_count() -> None:
    feeds = visible_feeds(
        {
            "storefront_orders": ORDER,
            "wms_shipments": [{"order_id": "A", "outbound_at": AS_OF - 2 * DAY}],
            "tms_events": [event("W", "delivered", 1, "A")],
        },
        never_sent={"wms_shipments": ["waybill_no"]},
    )

    assert build_order_fact(feeds)["delivered_at"].to_list() == [AS_OF - DAY]


@pytest.mark.parametrize(
    ("status", "is_active"), [("picked_up", True), ("delivered", False), ("lost", False)]
)
def test_without_waybills_a_parcel_that_left_after_it_was_cancelled_is_under_way_until_the_carrier_says(
    status: str, is_active: bool
) -> None:
    feeds = visible_feeds(
        {
            "storefront_orders": [{**ORDER[0], "status": "cancelled", "updated_at": AS_OF - 3 * DAY}],
            "wms_shipments": [{"order_id": "A", "outbound_at": AS_OF - 2 * DAY}],
            "tms_events": [event("W", status, 1, "A")],
        },
        never_sent={"wms_shipments": ["waybill_no"]},
    )

    assert build_order_fact(feeds)["is_active"].to_list() == [is_active]


def test_an_unknown_status_is_kept_and_proves_nothing() -> None:
    order = fact_of(
        {
            "storefront_orders": [{"order_id": "A", "status": "PAYMENT_REVIEW", "placed_at": PLACED_AT}],
            "payments": [{"order_id": "A", "status": "PAYERROR"}],
            "tms_events": [event("W", "abort", 1, "A")],
        }
    )

    assert [order[f"status_{system}"] for system in ("storefront", "payment", "tms")] == [
        "PAYMENT_REVIEW",
        "PAYERROR",
        "abort",
    ]
    assert (order["paid_at"], order["last_scan_at"], order["is_active"]) == (None, None, True)


@pytest.mark.parametrize(
    ("columns", "faults"),
    [
        ({}, 0),
        ({"street": "文三路"}, 1),
        ({"street": None, "phone": None}, 2),
        ({"street": "", "phone": ""}, 2),
        ({"phone": "138****5678"}, 0),
        ({"street": "文三路***", "phone": "1"}, None),
        ({"street": "文三路", "address_masked": True}, None),
    ],
)
def test_faults_of_an_address_are_counted_unless_it_is_masked(
    columns: dict[str, Any], faults: int | None
) -> None:
    feeds = visible_feeds({"storefront_orders": [{**ORDER[0], **columns}]})

    assert feature(feeds, "address_faults") == {"A": faults}


@pytest.mark.parametrize("column", ["street", "phone"])
def test_a_column_that_nobody_sends_is_unknown_and_no_fault(column: str) -> None:
    feeds = visible_feeds(
        {"storefront_orders": [{**ORDER[0], column: None}]}, never_sent={"storefront_orders": [column]}
    )

    assert feature(feeds, "address_faults") == {"A": 0}


@pytest.mark.parametrize(("status", "faults"), [("paid", 1), ("shipped", None), ("delivered", None)])
def test_without_a_warehouse_the_storefront_says_what_is_outbound(status: str, faults: int | None) -> None:
    rows = {"storefront_orders": [{**ORDER[0], "street": "文三路", "status": status}]}

    assert feature(visible_feeds(rows, missing=["wms_shipments"]), "address_faults") == {"A": faults}
    assert feature(visible_feeds(rows), "address_faults") == {"A": 1}


def test_instants_are_utc_whatever_zone_they_were_written_in() -> None:
    order = fact_of({"storefront_orders": [{"order_id": "A", "placed_at": "2026-11-11 00:30:00+08:00"}]})

    assert order["placed_at"] == at("2026-11-10 16:30:00")


def test_the_same_feature_with_other_parameters_is_another_column() -> None:
    requests = [FeatureRequest("buyer_orders_in_span", (("span_minutes", minutes),)) for minutes in (10, 20)]
    rows = [
        {"order_id": order_id, "placed_at": AS_OF - n * timedelta(minutes=15)}
        for n, order_id in enumerate("AB")
    ]

    fact = build_order_fact(visible_feeds({"storefront_orders": rows}), requests)

    assert fact.select(pl.col(request.column) for request in requests).rows() == [(None, 2), (None, 2)]


@pytest.mark.parametrize(
    ("microseconds", "counted"),
    [(0, {"TRY": None, "OTHER": None, "NEXT": None}), (1, {"TRY": 2, "OTHER": 2, "NEXT": None})],
)
def test_a_try_is_forgiven_when_the_next_order_follows_within_an_hour(
    microseconds: int, counted: dict[str, int | None]
) -> None:
    tried_at = AS_OF - timedelta(hours=1, microseconds=microseconds)
    feeds = visible_feeds(
        {
            "storefront_orders": [
                {"order_id": "TRY", "status": "closed", "placed_at": tried_at},
                {"order_id": "OTHER", "placed_at": tried_at},
                {"order_id": "NEXT"},
            ],
            "storefront_order_lines": [{"order_id": "TRY"}, {"order_id": "NEXT"}],
        }
    )

    found = feature(
        feeds,
        "buyer_orders_in_span_without_forgiven_tries",
        span_minutes=10,
        reorder_within_minutes=60,
        forgiven_tries=2,
    )

    assert found == counted


def test_the_evidence_of_a_burst_is_where_its_largest_span_begins() -> None:
    minutes = {"A": 30, "B": 20, "C": 12, "D": 11, "E": 10}
    rows = [
        {"order_id": order_id, "placed_at": AS_OF - timedelta(minutes=each)}
        for order_id, each in minutes.items()
    ]
    request = FeatureRequest("buyer_orders_in_span", (("span_minutes", 10),))

    fact = build_order_fact(visible_feeds({"storefront_orders": rows}), [request])

    started = dict(fact.select("order_id", request.evidence_column("span_started_at")).iter_rows())
    assert [round((AS_OF - started[order_id]) / timedelta(minutes=1)) for order_id in "ABCDE"] == [
        30,
        20,
        20,
        20,
        20,
    ]


def test_the_evidence_of_a_duplicate_is_the_nearest_one() -> None:
    minutes = {"A": 29, "B": 20, "C": 15, "D": 0}
    rows = [
        {"order_id": order_id, "placed_at": AS_OF - timedelta(minutes=each), "street": "文三路478号"}
        for order_id, each in minutes.items()
    ]
    request = FeatureRequest("duplicate_orders", (("apart_minutes", 30),))

    fact = build_order_fact(
        visible_feeds(
            {
                "storefront_orders": rows,
                "storefront_order_lines": [{"order_id": order_id} for order_id in minutes],
            }
        ),
        [request],
    )

    assert fact[request.evidence_column("duplicate_of_order_id")].to_list() == ["B", "C", "B", "C"]


def test_the_evidence_of_a_delay_is_the_shipment_that_waits_longest() -> None:
    shipments = [
        {"order_id": "A", "shipment_id": "S1", "printed_at": AS_OF - DAY, "warehouse": "NORTH"},
        {"order_id": "A", "shipment_id": "S2", "printed_at": AS_OF - 2 * DAY, "warehouse": "SOUTH"},
        {"order_id": "A", "shipment_id": "S0", "printed_at": AS_OF - 2 * DAY, "warehouse": None},
    ]
    feeds = visible_feeds({"storefront_orders": ORDER, "wms_shipments": shipments})

    fact = build_order_fact(feeds, [FeatureRequest("minutes_printed_without_outbound")])

    columns = ("overdue_shipment_id", "overdue_warehouse", "minutes_printed_without_outbound")
    assert fact.select(columns).rows() == [("S0", None, 2880.0)]


def test_orders_of_which_two_share_a_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [{"order_id": order, "status": "paid"} for order in ("A", "B", "C")]
    payments = [{"order_id": "B", "amount": 20}, {"order_id": "C", "amount": 30}]
    monkeypatch.setattr(pl.Expr, "hash", lambda column: column.str.len_chars())

    fact = build_order_fact(visible_feeds({"storefront_orders": orders, "payments": payments}))

    assert fact.select("order_id", "paid_amount").rows() == [("A", None), ("B", 20), ("C", 30)]


def test_only_the_columns_that_are_read_are_needed() -> None:
    assert {feed for feed, schema in SCHEMAS.items() if schema} == set(COLUMNS_READ)
