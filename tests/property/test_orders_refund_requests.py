"""A refund that is wanted before the goods have left, beside a slow reading of the records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.feeds import AS_OF, feature, visible_feeds

ORDERS = ("A", "B")
SETTLED = {"closed", "Refused", " 已 撤 销", "ＣＬＯＳＥＤ"}
asked_at = st.sampled_from([AS_OF - timedelta(hours=hours) for hours in (0, 1, 2)])
requests = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(ORDERS),
        "requested_at": asked_at,
        "kind": st.sampled_from(("refund_only", "refund_only", "exchange", "?")),
        "status": st.sampled_from((None, "requested", "completed", "?", *sorted(SETTLED))),
    }
)
shipments = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(ORDERS),
        "printed_at": st.none() | asked_at,
        "outbound_at": st.none() | asked_at,
        "status": st.sampled_from((None, "printed", "cancelled", "on_hold")),
    }
)


@given(st.lists(requests, max_size=6), st.lists(shipments, max_size=4))
def test_the_latest_request_stands_while_a_label_waits(
    asked: list[dict[str, Any]], parcels: list[dict[str, Any]]
) -> None:
    asked = [{**row, "return_id": f"R{number}"} for number, row in enumerate(asked)]
    parcels = [{**row, "shipment_id": f"S{number}"} for number, row in enumerate(parcels)]
    orders = [{"order_id": order_id} for order_id in ORDERS]
    feeds = visible_feeds({"storefront_orders": orders, "returns": asked, "wms_shipments": parcels})
    found = feature(feeds, "refund_wanted_before_leaving")
    for order_id in ORDERS:
        own = [row for row in asked if row["order_id"] == order_id and row["kind"] == "refund_only"]
        own.sort(key=lambda row: (row["requested_at"], row["return_id"]))
        is_waiting = any(
            row["order_id"] == order_id
            and row["status"] != "cancelled"
            and row["printed_at"]
            and not row["outbound_at"]
            for row in parcels
        )
        assert found[order_id] == ((own[-1]["status"] not in SETTLED and is_waiting) if own else None)
