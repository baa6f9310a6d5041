"""Milestones, delays and the end of an order hold for any records, in any order of their rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.orders.order_fact import build_order_fact
from tests.feeds import AS_OF, visible_feeds
from tests.property import plain_orders as plain

Rows = list[dict[str, Any]]
MICROSECOND = timedelta(microseconds=1)
WEEK = timedelta(days=7)
ORDERS = ("A", "B")
INSTANTS = tuple(
    AS_OF - age
    for age in (
        timedelta(0),
        timedelta(minutes=15),
        timedelta(hours=4),
        timedelta(hours=6),
        timedelta(hours=6) - MICROSECOND,
        timedelta(hours=24),
        timedelta(hours=24) + MICROSECOND,
        WEEK,
        WEEK + MICROSECOND,
    )
)
FEATURES = (
    FeatureRequest("minutes_paid_without_erp"),
    FeatureRequest("minutes_printed_without_outbound"),
    FeatureRequest("minutes_printed_without_outbound_not_on_hold"),
    FeatureRequest("hours_without_scan"),
    FeatureRequest("open_not_received_tickets"),
    FeatureRequest("erp_shipped_has_scan", (("shipped_hours", 6),)),
)
instants = st.sampled_from(INSTANTS)
maybe = st.none() | instants


def rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Rows]:
    fixed = {"order_id": st.sampled_from(ORDERS), **columns}
    return st.lists(st.fixed_dictionaries(fixed), max_size=4)


lives = st.fixed_dictionaries(
    {
        "payments": rows(
            status=st.sampled_from(("succeeded", "partially_refunded", "refunded", "pending", "closed", "?")),
            paid_at=maybe,
            amount=st.integers(0, 100),
        ),
        "erp_orders": rows(
            status=st.sampled_from(("received", "shipped", "cancelled", "merged")),
            synced_at=instants,
            shipped_at=maybe,
        ),
        "wms_shipments": rows(
            status=st.sampled_from((None, "printed", "shipped", "cancelled", "on_hold", "?")),
            printed_at=maybe,
            outbound_at=maybe,
            waybill_no=st.sampled_from((None, "W1", "W2", "W3")),
            warehouse=st.sampled_from((None, "NORTH", "SOUTH")),
        ),
        "tms_events": st.lists(
            st.fixed_dictionaries(
                {
                    "order_id": st.sampled_from((None, *ORDERS)),
                    "waybill_no": st.sampled_from(("W1", "W2", "W3")),
                    "event_at": instants,
                    "status": st.sampled_from(
                        ("registered", "picked_up", "exception", "delivered", "returned", "lost", "?")
                    ),
                }
            ),
            max_size=6,
        ),
        "feedback": rows(kind=st.sampled_from(("not_received", "late")), opened_at=instants, closed_at=maybe),
        "statuses": st.tuples(*[st.sampled_from(("paid", "completed", "closed", "delivered"))] * 2),
    }
)


def fact_of(life: dict[str, Any]) -> dict[str, dict[str, Any]]:
    feeds = {name: table for name, table in life.items() if name != "statuses"}
    for table, key in (
        ("wms_shipments", "shipment_id"),
        ("payments", "payment_id"),
        ("erp_orders", "erp_id"),
    ):
        feeds[table] = [{**row, key: f"{key}{n}"} for n, row in enumerate(life[table])]
    orders = zip(ORDERS, life["statuses"], strict=True)
    feeds["storefront_orders"] = [{"order_id": order_id, "status": status} for order_id, status in orders]
    fact = build_order_fact(visible_feeds(feeds), FEATURES)
    return {row["order_id"]: row for row in fact.iter_rows(named=True)}


def of_order(life: dict[str, Any], feed: str, order_id: str) -> Rows:
    return [row for row in life[feed] if row["order_id"] == order_id]


def earliest(values: Any) -> datetime | None:
    return min((value for value in values if value is not None), default=None)


@given(lives)
def test_what_is_paid_is_what_succeeded_and_still_stands(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        payments = of_order(life, "payments", order_id)
        standing = [
            payment
            for payment in payments
            if payment["status"] in {"succeeded", "partially_refunded"} and payment["paid_at"] is not None
        ]
        is_refunded = any(payment["status"] == "refunded" for payment in payments)
        in_erp = bool(of_order(life, "erp_orders", order_id))
        paid_at = earliest(payment["paid_at"] for payment in standing)
        waited = None if paid_at is None or in_erp else (AS_OF - paid_at) / timedelta(minutes=1)
        assert row["paid_at"] == paid_at
        assert row["paid_amount"] == (sum(payment["amount"] for payment in standing) if payments else None)
        assert row["was_ever_paid"] == (bool(standing) or is_refunded)
        assert row["is_refunded"] == (is_refunded and not standing)
        assert row["minutes_paid_without_erp"] == waited


@given(lives)
def test_erp_and_warehouse_say_when(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        records = of_order(life, "erp_orders", order_id)
        live = [
            shipment
            for shipment in of_order(life, "wms_shipments", order_id)
            if shipment["status"] != "cancelled"
        ]
        outbound = [shipment["outbound_at"] for shipment in live]
        assert row["erp_synced_at"] == earliest(record["synced_at"] for record in records)
        assert row["erp_shipped_at"] == earliest(
            record["shipped_at"] for record in records if record["status"] != "cancelled"
        )
        assert row["printed_at"] == earliest(shipment["printed_at"] for shipment in live)
        assert row["outbound_at"] == (max(outbound) if outbound and None not in outbound else None)
        assert row["first_outbound_at"] == earliest(outbound)
        if live:
            assert row["warehouse"] == live[0]["warehouse"]


@given(lives)
def test_the_longest_wait_for_outbound_counts(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        waiting = [
            shipment
            for shipment in of_order(life, "wms_shipments", order_id)
            if shipment["status"] != "cancelled" and shipment["printed_at"] and not shipment["outbound_at"]
        ]
        for column, shipments in (
            ("minutes_printed_without_outbound", waiting),
            (
                "minutes_printed_without_outbound_not_on_hold",
                [shipment for shipment in waiting if shipment["status"] != "on_hold"],
            ),
        ):
            since = earliest(shipment["printed_at"] for shipment in shipments)
            assert row[column] == (None if since is None else (AS_OF - since) / timedelta(minutes=1))


@given(lives)
def test_the_longest_silence_of_a_parcel_counts(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        silences = []
        for shipment in of_order(life, "wms_shipments", order_id):
            events = [event for event in life["tms_events"] if event["waybill_no"] == shipment["waybill_no"]]
            is_finished = plain.first(events, "delivered", "returned", "lost") is not None
            if shipment["outbound_at"] is not None and not is_finished:
                scan = plain.last(events, *plain.SCANS)
                silences.append(AS_OF - max(shipment["outbound_at"], scan or shipment["outbound_at"]))
        expected = max(silences) / timedelta(hours=1) if silences else None
        assert row["hours_without_scan"] == expected


@given(lives)
def test_the_carrier_says_where_the_parcels_are(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        parcels = plain.parcels(life["wms_shipments"], life["tms_events"], order_id)
        live = [events for is_cancelled, events in parcels if not is_cancelled]
        back = [plain.first(events, "returned") is not None for events in live]
        delivered = [plain.first(events, "delivered") for events in live]
        is_done = all(at is not None or is_back for at, is_back in zip(delivered, back, strict=True))
        claimed = earliest(plain.first(events, "delivered") for _, events in parcels)
        assert row["picked_up_at"] == earliest(plain.first(events, *plain.SCANS) for events in live)
        assert row["last_scan_at"] == max(
            (scan for events in live if (scan := plain.last(events, *plain.SCANS))), default=None
        )
        assert row["delivered_at"] == (max((at for at in delivered if at), default=None) if is_done else None)
        assert row["delivery_claimed_at"] == claimed
        assert row["is_returned"] == (bool(live) and all(back))


@given(lives)
def test_an_order_ends_as_defined(life: dict[str, Any]) -> None:
    for (order_id, row), status in zip(fact_of(life).items(), life["statuses"], strict=True):
        has_ticket = any(ticket["closed_at"] is None for ticket in of_order(life, "feedback", order_id))
        is_long_delivered = row["delivered_at"] is not None and row["delivered_at"] < AS_OF - WEEK
        is_closed = (
            status == "closed"
            or row["is_refunded"]
            or row["is_returned"]
            or (not has_ticket and (status == "completed" or is_long_delivered))
        )
        assert row["is_active"] == (not is_closed)


@given(lives)
def test_a_denial_counts_from_the_first_claim_on(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        claimed = row["delivery_claimed_at"]
        denials = [
            ticket
            for ticket in of_order(life, "feedback", order_id)
            if ticket["kind"] == "not_received" and ticket["closed_at"] is None
            if claimed is not None and ticket["opened_at"] >= claimed
        ]
        assert (row["open_not_received_tickets"] or 0) == len(denials)


@given(lives)
def test_an_order_shipped_long_enough_has_a_scan_or_not(life: dict[str, Any]) -> None:
    for row in fact_of(life).values():
        is_due = row["erp_shipped_at"] is not None and row["erp_shipped_at"] <= AS_OF - timedelta(hours=6)
        assert row["erp_shipped_has_scan__shipped_hours_6"] == (
            (row["picked_up_at"] is not None) if is_due else None
        )


@given(lives, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(life: dict[str, Any], random: Any) -> None:
    feeds = {name: table for name, table in life.items() if name != "statuses"}
    feeds["storefront_orders"] = [{"order_id": order_id} for order_id in ORDERS]
    in_order = visible_feeds(feeds)
    shuffled = {
        feed: frame.sample(fraction=1, shuffle=True, seed=random.randrange(2**32))
        for feed, frame in in_order.frames.items()
    }
    other = type(in_order)(in_order.as_of, shuffled, in_order.states, in_order.columns)

    assert build_order_fact(other, FEATURES).equals(build_order_fact(in_order, FEATURES))


def test_without_any_record_there_is_no_order() -> None:
    fact = build_order_fact(visible_feeds({}), FEATURES)
    one = build_order_fact(visible_feeds({"storefront_orders": [{"order_id": "A"}]}), FEATURES)
    assert fact.height == 0
    assert fact.schema == one.schema
    assert fact.schema["paid_amount"] == pl.Decimal(18, 4)
