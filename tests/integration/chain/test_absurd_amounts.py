"""Given lines whose amounts nobody ever paid, a run sums up what was sold without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
LARGEST = "99999999999999.9999"
HEADERS = {
    "storefront_orders": "order_id,buyer_id,placed_at,status,amount",
    "storefront_order_lines": "order_id,line_no,sku,quantity,unit_price",
    "payments": "payment_id,order_id,paid_at,amount,status",
}


def run(folder: Path, rows: Mapping[str, Sequence[str]]) -> Path:
    """Run the chain on these rows, twice: a tick sums up on what it finds."""
    feeds, store = folder / "feeds", folder / "store.duckdb"
    feeds.mkdir()
    for feed, lines in rows.items():
        (feeds / f"{feed}.csv").write_text("\n".join([HEADERS[feed], *lines, ""]), encoding="utf-8")
    run_chain(feeds, store, NOON)
    run_chain(feeds, store, NOON + timedelta(minutes=5))
    return store


def test_no_sum_over_many_absurd_lines_overflows(tmp_path: Path) -> None:
    orders = [f"A{number},U{number},2026-11-10T10:00:00+08:00,paid,100" for number in range(400)]
    lines = [f"A{number},1,MILK,100000000,10000000000" for number in range(390)]
    lines += [f"A{number},1,MILK,1,{60 if number == 390 else 100}" for number in range(390, 400)]
    store = run(tmp_path, {"storefront_orders": orders, "storefront_order_lines": lines})

    cheap = (
        "select order_id, evidence->>'cheapest_sku_mean_unit_price' from findings where rule_id = 'low_price'"
    )
    assert rows_of(store, cheap) == [("A390", "96.0000")]


@pytest.mark.parametrize(
    ("quantity", "price"), [("1", "10000000000"), ("100000000", "10000000000"), ("1000", "10000000")]
)
def test_no_sum_over_lines_that_are_just_not_absurd_overflows(
    tmp_path: Path, quantity: str, price: str
) -> None:
    orders = [f"A{number},U{number},2026-11-10T10:00:00+08:00,paid,10000000000" for number in range(200)]
    lines = [f"A{number},1,MILK,{quantity},{price}" for number in range(200)]
    paid = [f"P{number},A1,2026-11-10 10:01:00,10000000000,succeeded" for number in range(10_001)]
    store = run(tmp_path, {"storefront_orders": orders, "storefront_order_lines": lines, "payments": paid})
    assert rows_of(store, "select count(*) from rejected_rows") == [(0,)]
    assert rows_of(store, "select paid_amount::varchar from order_fact where order_id = 'A1'") == [
        ("100010000000000.0000",)
    ]


def test_a_barcode_in_the_place_of_a_price_costs_its_line(tmp_path: Path) -> None:
    orders = ["A1,U1,2026-11-10T10:00:00+08:00,paid,100"]
    lines = ["A1,1,MILK,1,6901234567892", "A1,2,MILK,6901234567892,1", "A1,3,MILK,1,100"]
    store = run(tmp_path, {"storefront_orders": orders, "storefront_order_lines": lines})
    assert rows_of(store, "select line, kind, column_name from rejected_rows order by line") == [
        (2, "absurd_amount", "unit_price"),
        (3, "absurd_amount", "quantity"),
    ]
