"""Given lines whose amounts nobody ever paid, a run sums up what was sold without them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
LARGEST = "99999999999999.9999"


def test_no_sum_over_many_absurd_lines_overflows(tmp_path: Path) -> None:
    orders = [f"A{number},U{number},2026-11-10T10:00:00+08:00,paid,100" for number in range(400)]
    lines = [f"A{number},1,MILK,{LARGEST},{LARGEST}" for number in range(390)]
    lines += [f"A{number},1,MILK,1,{60 if number == 390 else 100}" for number in range(390, 400)]
    headers = {
        "storefront_orders": "order_id,buyer_id,placed_at,status,amount",
        "storefront_order_lines": "order_id,line_no,sku,quantity,unit_price",
    }
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    for feed, rows in (("storefront_orders", orders), ("storefront_order_lines", lines)):
        (feeds / f"{feed}.csv").write_text("\n".join([headers[feed], *rows, ""]), encoding="utf-8")
    store = tmp_path / "store.duckdb"

    run_chain(feeds, store, NOON)

    cheap = (
        "select order_id, evidence->>'cheapest_sku_mean_unit_price' from findings where rule_id = 'low_price'"
    )
    assert rows_of(store, cheap) == [("A390", "96.0000")]
