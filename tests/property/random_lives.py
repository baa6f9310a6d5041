"""Records of two orders that share parcels, waybills and payments, at telling instants.

What belongs here: drawing the records. What does not: what they mean (plain_lives.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.feeds import AS_OF

Rows = list[dict[str, Any]]
MICROSECOND = timedelta(microseconds=1)
_OF_ORDERS = ("statuses", "placed", "told", "promised")
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
instants = st.sampled_from(INSTANTS)
maybe = st.none() | instants


def rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Rows]:
    fixed = {"order_id": st.sampled_from(ORDERS), **columns}
    return st.lists(st.fixed_dictionaries(fixed), max_size=4)


lives = st.fixed_dictionaries(
    {
        "payments": rows(
            status=st.sampled_from(("succeeded", "partially_refunded", "refunded", "pending", "closed", "?")),
            paid_at=maybe | st.just(AS_OF + MICROSECOND),
            updated_at=maybe,
            amount=st.integers(-40, 40) | st.sampled_from((-20, 20)),
            refund_of=st.none() | st.sampled_from(("payment_id0", "payment_id1", "GONE")),
        ),
        "erp_orders": rows(
            status=st.sampled_from(("received", "shipped", "cancelled", "merged", "on_hold")),
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
                        (
                            "registered",
                            "picked_up",
                            "in_transit",
                            "delivered",
                            "exception",
                            "returning",
                            "returned",
                            "lost",
                            "?",
                        )
                    ),
                }
            ),
            max_size=6,
        ),
        "feedback": rows(kind=st.sampled_from(("not_received", "late")), opened_at=instants, closed_at=maybe),
        "statuses": st.tuples(*[st.sampled_from(("paid", "completed", "closed", "cancelled"))] * 2),
        "placed": st.tuples(*[instants] * 2),
        "told": st.tuples(*[maybe] * 2),
        "promised": st.tuples(*[maybe | st.just(AS_OF + timedelta(hours=1))] * 2),
    }
)


def orders_of(life: dict[str, Any]) -> Rows:
    parts = (life[part] for part in _OF_ORDERS)
    columns = zip(ORDERS, *parts, strict=True)
    names = ("order_id", "status", "placed_at", "updated_at", "promised_ship_at")
    return [dict(zip(names, row, strict=True)) for row in columns]


def records_of(life: dict[str, Any]) -> dict[str, Rows]:
    """The feeds, with keys; an ERP record, a shipment or a payment may belong to both orders."""
    feeds = {name: table for name, table in life.items() if name not in _OF_ORDERS}
    for table, key in (
        ("wms_shipments", "shipment_id"),
        ("payments", "payment_id"),
        ("erp_orders", "erp_id"),
    ):
        feeds[table] = [{**row, key: f"{key}{n}"} for n, row in enumerate(life[table])]
    return {**feeds, "storefront_orders": orders_of(life)}
