"""Given a change to one order, a tick finds what a full run finds, also where it is about its neighbours."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.integration.chain.chain import outcome_of, rows_of, run_chain

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
EARLIER = NOON - timedelta(hours=1)
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "phone": "13812345678"}


def write(feeds: Path, feed: str, rows: list[dict[str, Any]], part: str = "") -> None:
    """Write a file of a feed."""
    feeds.mkdir(exist_ok=True)
    with (feeds / f"{feed}{part}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def order(order_id: str, buyer_id: str, street: str, minutes: int = 0) -> dict[str, Any]:
    """One paid order, placed so many minutes after EARLIER."""
    placed_at = (EARLIER + timedelta(minutes=minutes)).isoformat()
    known = {"order_id": order_id, "shop": "天猫", "buyer_id": buyer_id, "placed_at": placed_at}
    return {**known, "status": "paid", "amount": "10", "street": street, **ADDRESS}


def test_a_buyers_cheap_order_tells_of_the_others_though_nothing_happens_to_it(tmp_path: Path) -> None:
    """Five orders of one buyer, of different goods and paid, are a genuine basket, were one not too cheap."""
    feeds = tmp_path / "feeds"
    burst = [order(f"B{number}", "ANNA", f"文三路{number}号") for number in range(1, 6)]
    others = [order(f"C{number}", f"U{number}", f"学院路{number}号") for number in range(1, 9)]
    skus = {"B1": "MILK", **{each["order_id"]: each["order_id"] for each in burst[1:]}}
    write(feeds, "storefront_orders", burst + others)
    write(
        feeds,
        "storefront_order_lines",
        [
            {
                "order_id": each["order_id"],
                "line_no": 1,
                "sku": skus.get(each["order_id"], "MILK"),
                "quantity": 1,
                "unit_price": "1" if each["order_id"] == "B1" else "10",
            }
            for each in burst + others
        ],
    )
    write(
        feeds,
        "payments",
        [
            {
                "payment_id": f"P-{each['order_id']}",
                "order_id": each["order_id"],
                "paid_at": EARLIER.isoformat(),
                "amount": "10",
                "status": "succeeded",
            }
            for each in burst + others
        ],
    )
    run_chain(feeds, tmp_path / "ticked.duckdb", NOON)
    # Another buyer orders to the address of B2, which is therefore looked at again; B1 is not.
    write(feeds, "storefront_orders", [order("D1", "BERT", "文三路2号", minutes=62)], part="_2")

    run_chain(feeds, tmp_path / "ticked.duckdb", NOON + timedelta(minutes=2))

    run_chain(feeds, tmp_path / "full.duckdb", NOON + timedelta(minutes=2))
    assert outcome_of(tmp_path / "ticked.duckdb") == outcome_of(tmp_path / "full.duckdb")
    bursts = "select order_id, state from findings where rule_id = 'buyer_burst'"
    assert rows_of(tmp_path / "ticked.duckdb", bursts) == [(f"B{number}", "open") for number in range(1, 6)]


def test_an_order_without_buyer_and_address_has_the_lines_that_it_has(tmp_path: Path) -> None:
    """Nobody shares a key with it, so it is nobody's neighbour: its own lines are read all the same."""
    feeds = tmp_path / "feeds"
    orders = [order(f"C{number}", f"U{number}", f"学院路{number}号") for number in range(1, 6)]
    orders.append({**order("GUEST", "", "文三路***"), "buyer_id": ""})
    write(feeds, "storefront_orders", orders)
    lines = [
        {"order_id": each["order_id"], "line_no": 1, "sku": "MILK", "quantity": 1, "unit_price": "10"}
        for each in orders
    ]
    lines[-1]["unit_price"] = "1"
    write(feeds, "storefront_order_lines", lines)

    printed = run_chain(feeds, tmp_path / "store.duckdb", NOON)

    assert printed["rules"]["low_price"]["evaluated"] == 6
    assert printed["rules"]["low_price"]["open"] == 1


def test_what_lies_in_a_shared_parcel_tells_of_every_order_that_shares_it(tmp_path: Path) -> None:
    """Nothing happens to A: the warehouse says what lies in a parcel of B, which shares another with A."""
    feeds = tmp_path / "feeds"
    write(
        feeds,
        "storefront_orders",
        [order(name, f"U{name}", f"文三路{number}号") for number, name in enumerate("ABC")],
    )
    lines = [
        {"line_no": 1, "sku": "MILK", "quantity": 2, "unit_price": "10", "order_id": each} for each in "ABC"
    ]
    write(feeds, "storefront_order_lines", lines)
    shared = [("S1", "A"), ("S1", "B"), ("S2", "B"), ("S3", "C")]
    shipped = {"status": "shipped", "outbound_at": NOON.isoformat(), "updated_at": NOON.isoformat()}
    shipments = [{"shipment_id": shipment, "order_id": each, **shipped} for shipment, each in shared]
    write(feeds, "wms_shipments", shipments)
    inside = [{"shipment_id": each, "sku": "MILK", "quantity": 2} for each in ("S1", "S3")]
    write(feeds, "wms_shipment_lines", inside)
    run_chain(feeds, tmp_path / "ticked.duckdb", NOON)
    found = "select order_id, state from findings where rule_id = 'wrong_or_short_shipment' order by all"
    assert rows_of(tmp_path / "ticked.duckdb", found) == []
    write(feeds, "wms_shipment_lines", [{"shipment_id": "S2", "sku": "MILK", "quantity": 1}], part="_2")

    printed = run_chain(feeds, tmp_path / "ticked.duckdb", NOON + timedelta(minutes=2))

    run_chain(feeds, tmp_path / "full.duckdb", NOON + timedelta(minutes=2))
    assert outcome_of(tmp_path / "ticked.duckdb") == outcome_of(tmp_path / "full.duckdb")
    assert rows_of(tmp_path / "ticked.duckdb", found) == [("A", "open"), ("B", "open")]
    assert printed["rules"]["wrong_or_short_shipment"]["evaluated"] == 3
