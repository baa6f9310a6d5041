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
from tests.property import plain_lives as plain
from tests.property.random_lives import WEEK, Rows, lives, records_of

FEATURES = (
    FeatureRequest("minutes_paid_without_erp"),
    FeatureRequest("minutes_printed_without_outbound"),
    FeatureRequest("minutes_printed_without_outbound_not_on_hold"),
    FeatureRequest("hours_without_scan"),
    FeatureRequest("hours_without_pickup"),
    FeatureRequest("open_not_received_tickets"),
    FeatureRequest("erp_shipped_has_scan", (("shipped_hours", 6),)),
    FeatureRequest("waybills_in_trouble"),
    FeatureRequest("left_after_cancel"),
    FeatureRequest("minutes_in_erp_without_shipment"),
    FeatureRequest("share_of_time_to_ship", (("promise_hours", 48),)),
)


def fact_of(life: dict[str, Any]) -> dict[str, dict[str, Any]]:
    fact = build_order_fact(visible_feeds(records_of(life)), FEATURES)
    return {row["order_id"]: row for row in fact.iter_rows(named=True)}


def of_order(life: dict[str, Any], feed: str, order_id: str) -> Rows:
    return [row for row in records_of(life)[feed] if row["order_id"] == order_id]


def parcels_of(life: dict[str, Any], order_id: str) -> list[plain.Parcel]:
    (order,) = of_order(life, "storefront_orders", order_id)
    return plain.parcels(order, life["wms_shipments"], life["tms_events"])


def earliest(values: Any) -> datetime | None:
    return min((value for value in values if value is not None), default=None)


@given(lives)
def test_what_is_paid_is_what_succeeded_refunded_or_not(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        payments = of_order(life, "payments", order_id)
        paid = [payment for payment in plain.succeeded(payments, AS_OF) if not plain.is_refund(payment)]
        in_erp = bool(of_order(life, "erp_orders", order_id))
        paid_at = earliest(payment["at"] for payment in paid)
        waited = None if paid_at is None or in_erp else (AS_OF - paid_at) / timedelta(minutes=1)
        assert row["paid_at"] == paid_at
        assert row["paid_amount"] == (sum(payment["amount"] for payment in paid) if payments else None)
        assert row["was_ever_paid"] == bool(paid)
        assert row["is_refunded"] == plain.is_refunded(payments, AS_OF)
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
        silences, unseen = [], []
        for parcel in parcels_of(life, order_id):
            if parcel.outbound_at is not None and not parcel.is_finished:
                if parcel.scans():
                    silences.append(AS_OF - max(parcel.outbound_at, *parcel.scans()))
                else:
                    unseen.append(AS_OF - parcel.outbound_at)
        assert row["hours_without_scan"] == (max(silences) / timedelta(hours=1) if silences else None)
        assert row["hours_without_pickup"] == (max(unseen) / timedelta(hours=1) if unseen else None)


@given(lives)
def test_the_carrier_says_where_the_parcels_are(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        parcels = parcels_of(life, order_id)
        live = [parcel for parcel in parcels if parcel.is_live]
        real = [parcel for parcel in live if parcel.is_real]
        back = [bool(parcel.scans("returned")) for parcel in real]
        delivered = [parcel.delivered_at for parcel in real]
        is_done = all(at is not None or is_back for at, is_back in zip(delivered, back, strict=True))
        scans = [scan for parcel in live for scan in parcel.scans()]
        assert row["picked_up_at"] == min(scans, default=None)
        assert row["last_scan_at"] == max(scans, default=None)
        assert row["delivered_at"] == (max((at for at in delivered if at), default=None) if is_done else None)
        assert row["delivery_claimed_at"] == earliest(parcel.delivered_at for parcel in parcels)
        assert row["is_returned"] == (bool(real) and all(back))


@given(lives)
def test_an_order_ends_as_defined(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        (order,) = of_order(life, "storefront_orders", order_id)
        has_ticket = any(ticket["closed_at"] is None for ticket in of_order(life, "feedback", order_id))
        is_long_delivered = row["delivered_at"] is not None and row["delivered_at"] < AS_OF - WEEK
        is_closed = (
            order["status"] in {"closed", "cancelled"}
            or row["is_refunded"]
            or row["is_returned"]
            or (not has_ticket and (order["status"] == "completed" or is_long_delivered))
        )
        left = plain.left_after_it_ended(order, parcels_of(life, order_id))
        assert row["is_active"] == (not is_closed or left)


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


@given(lives)
def test_a_waybill_is_in_trouble_while_its_last_scan_says_so(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        troubled = {}
        for parcel in parcels_of(life, order_id):
            scans = [(event["event_at"], event["status"]) for event in parcel.events]
            scans = sorted(scan for scan in scans if scan[1] in plain.SCANS)
            if parcel.outbound_at is not None and scans and scans[-1][1] in {"exception", "lost"}:
                troubled[parcel.events[0]["waybill_no"]] = scans[-1]
        assert row["waybills_in_trouble"] == (len(troubled) or None)
        if troubled:
            since, status = troubled[row["troubled_waybill_no"]]
            assert since == row["troubled_since"] == min(at for at, _ in troubled.values())
            assert status == row["troubled_status"]


@given(lives)
def test_what_left_after_it_was_called_off_is_told_while_it_is_under_way(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        (order,) = of_order(life, "storefront_orders", order_id)
        left = plain.left_after_it_ended(order, parcels_of(life, order_id))
        assert bool(row["is_active"] and row["left_after_cancel"]) == left


@given(lives)
def test_a_paid_order_waits_for_the_warehouse_from_its_first_live_record_on(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        shipments = of_order(life, "wms_shipments", order_id)
        since = earliest(
            record["synced_at"]
            for record in of_order(life, "erp_orders", order_id)
            if record["status"] not in {"cancelled", "on_hold"}
        )
        is_waiting = row["was_ever_paid"] and all(one["status"] == "cancelled" for one in shipments)
        waited = (AS_OF - since) / timedelta(minutes=1) if is_waiting and since else None
        assert row["minutes_in_erp_without_shipment"] == waited


@given(lives)
def test_the_time_to_ship_passes_up_to_the_promise_or_for_48_hours(life: dict[str, Any]) -> None:
    for order_id, row in fact_of(life).items():
        (order,) = of_order(life, "storefront_orders", order_id)
        share = row["share_of_time_to_ship__promise_hours_48"]
        if row["paid_at"] is None or row["picked_up_at"] is not None:
            assert share is None
            continue
        deadline = order["promised_ship_at"] or row["paid_at"] + timedelta(hours=48)
        assert row["ship_by_at__promise_hours_48"] == deadline
        assert (deadline < AS_OF) == (share > 1)
        if deadline > row["paid_at"]:
            at_risk_from = row["paid_at"] + (deadline - row["paid_at"]) * 4 / 5
            assert (at_risk_from <= AS_OF) == (share >= 0.8)


@given(lives, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(life: dict[str, Any], random: Any) -> None:
    in_order = visible_feeds(records_of(life))
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
    assert fact.schema["paid_amount"] == pl.Decimal(38, 4)
