"""Given that a message was sent, the cases that it is about say when people were told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orderhealth_pipeline.settings import Settings
from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
SENT = NOON + timedelta(minutes=2)
ORDERS = """order_id,shop,buyer_id,placed_at,status,amount,province,street,phone
A1,T,U1,2026-11-10T10:00:00+08:00,paid,99.00,浙江省,文三路,13812345678
"""


def test_a_delivery_tells_of_the_cases_whose_rule_it_names(tmp_path: Path) -> None:
    feeds, store = tmp_path / "feeds", tmp_path / "s.duckdb"
    feeds.mkdir()
    (feeds / "storefront_orders.csv").write_text(ORDERS, encoding="utf-8")
    settings = Settings.model_validate({"channels": [{"name": "log", "type": "file", "path": "log.txt"}]})
    assert run_chain(feeds, store, NOON, settings)["alert"] == "breach"
    with duckdb.connect(str(store)) as con:
        con.execute("update deliveries set state = 'sent', sent_at = ?", [SENT]).fetchall()
    told = "select rule_id, told_at from cases"
    assert rows_of(store, told) == [("incomplete_address", None)]
    run_chain(feeds, store, NOON + timedelta(minutes=1), settings)
    assert rows_of(store, told) == [("incomplete_address", None)]
    run_chain(feeds, store, NOON + timedelta(minutes=5), settings)
    assert rows_of(store, told) == [("incomplete_address", SENT)]
    times = rows_of(store, "select cases, waiting, median_minutes from response_times where step = 'told'")
    assert times == [(1, 0, 2.0)]
