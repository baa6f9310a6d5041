"""What lies in parcels, beside a slow reading of the records."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.feeds import AS_OF, feature, visible_feeds

ORDERS = ("A", "B", "C", "D")
SHIPMENTS = ("S1", "S2", "S3")
Rows = list[dict[str, Any]]
lines = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.sampled_from(ORDERS),
            "sku": st.sampled_from(("MILK", "TEA")),
            "quantity": st.integers(0, 2),
        }
    ),
    max_size=8,
)
shipments = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.sampled_from(ORDERS),
            "shipment_id": st.sampled_from(SHIPMENTS),
            "outbound_at": st.sampled_from((AS_OF, AS_OF, AS_OF, None)),
            "status": st.sampled_from((None, "shipped", "shipped", "cancelled")),
        }
    ),
    max_size=6,
    unique_by=lambda row: (row["order_id"], row["shipment_id"]),
)
contents = st.lists(
    st.fixed_dictionaries(
        {
            "shipment_id": st.sampled_from(SHIPMENTS),
            "sku": st.sampled_from(("MILK", "TEA", "GIFT")),
            "quantity": st.integers(0, 3),
        }
    ),
    max_size=6,
    unique_by=lambda row: (row["shipment_id"], row["sku"]),
)


def sharing(live: Rows, order_id: str) -> tuple[set[str], set[str]]:
    """The orders that share shipments with this one, be it by way of others, and all their shipments."""
    orders, parcels = {order_id}, set[str]()
    while True:
        found = {row["shipment_id"] for row in live if row["order_id"] in orders}
        others = {row["order_id"] for row in live if row["shipment_id"] in found}
        if found == parcels and others <= orders:
            return orders, parcels
        orders |= others
        parcels = found


@given(lines, shipments, contents)
def test_pieces_that_left_are_held_against_those_ordered(ordered: Rows, parcels: Rows, inside: Rows) -> None:
    ordered = [{**row, "line_no": str(number)} for number, row in enumerate(ordered)]
    feeds = visible_feeds(
        {
            "storefront_orders": [{"order_id": order_id} for order_id in ORDERS],
            "storefront_order_lines": ordered,
            "wms_shipments": parcels,
            "wms_shipment_lines": inside,
        }
    )
    mispacked, short = feature(feeds, "mispacked_skus"), feature(feeds, "short_skus")
    live = [row for row in parcels if row["status"] != "cancelled"]
    for order_id in ORDERS:
        orders, own = sharing(live, order_id)
        left = [row for row in live if row["order_id"] in orders]
        is_complete = (
            own
            and all(row["outbound_at"] for row in left)
            and own <= {row["shipment_id"] for row in inside}
            and orders <= {row["order_id"] for row in ordered if row["quantity"]}
        )
        lacking: Counter[str] = Counter()
        for row in ordered:
            lacking[row["sku"]] += row["quantity"] * (row["order_id"] in orders)
        for row in inside:
            lacking[row["sku"]] -= row["quantity"] * (row["shipment_id"] in own)
        counted = sum(pieces != 0 for pieces in lacking.values())
        assert mispacked[order_id] == (counted if is_complete else None)
        assert short[order_id] == (sum(pieces > 0 for pieces in lacking.values()) if is_complete else None)
