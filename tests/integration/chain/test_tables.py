"""Given a run, the store and its published snapshot have the tables and columns that others may read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import duckdb
import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from tests.integration.chain.chain import rows_of
from tests.integration.chain.conftest import DoneRun, Shop

TEXT, INSTANT, COUNT, JSON, YES_OR_NO = "VARCHAR", "TIMESTAMP WITH TIME ZONE", "BIGINT", "JSON", "BOOLEAN"

TABLES: Final[dict[str, dict[str, str]]] = {
    "order_fact": {
        "order_id": TEXT,
        "shop": TEXT,
        "buyer_id": TEXT,
        "stage": TEXT,
        "is_active": YES_OR_NO,
        "placed_at": INSTANT,
        "paid_at": INSTANT,
        "paid_amount": "DECIMAL",
        "erp_synced_at": INSTANT,
        "erp_shipped_at": INSTANT,
        "printed_at": INSTANT,
        "outbound_at": INSTANT,
        "picked_up_at": INSTANT,
        "last_scan_at": INSTANT,
        "delivered_at": INSTANT,
        "amount": "DECIMAL(18,4)",
        "address_key": TEXT,
        "address_complete": YES_OR_NO,
        "phone_valid": YES_OR_NO,
        "status_storefront": TEXT,
        "status_payment": TEXT,
        "status_erp": TEXT,
        "status_wms": TEXT,
        "status_tms": TEXT,
        "warehouse": TEXT,
        "carrier": TEXT,
        "as_of": INSTANT,
    },
    "findings": {
        "order_id": TEXT,
        "rule_id": TEXT,
        "stage": TEXT,
        "severity": TEXT,
        "state": TEXT,
        "explained_by": TEXT,
        "evidence": JSON,
        "first_seen_at": INSTANT,
        "last_seen_at": INSTANT,
        "resolved_at": INSTANT,
    },
    "rule_results": {
        "as_of": INSTANT,
        "rule_id": TEXT,
        "outcome": TEXT,
        "evaluated": COUNT,
        "open": COUNT,
        "explained": COUNT,
        "weight": "DECIMAL",
        "expectation": JSON,
        "gx_unexpected_count": COUNT,
    },
    "health_score": {
        "as_of": INSTANT,
        "score": "DECIMAL(5,2)",
        "confidence": "DECIMAL",
        "active_orders": COUNT,
        "profile": TEXT,
    },
    "profile_changes": {
        "as_of": INSTANT,
        "profile_before": TEXT,
        "profile": TEXT,
        "score_by_earlier_rules": "DECIMAL(5,2)",
    },
    "score_attribution": {"as_of": INSTANT, "dimension": TEXT, "value": TEXT, "points": "DECIMAL"},
    "system_funnel": {"as_of": INSTANT, "step": TEXT, "orders": COUNT, "rate_of_previous": "DOUBLE"},
    "dispatch_queue": {
        "order_id": TEXT,
        "priority": COUNT,
        "intents": TEXT,
        "promised_ship_at": INSTANT,
        "vip_level": TEXT,
        "amount": "DECIMAL(18,4)",
        "reasons": TEXT,
    },
    "customer_care": {"buyer_id": TEXT, "kind": TEXT, "on": "DATE", "order_id": TEXT, "detail": TEXT},
    "process_steps": {
        "dimension": TEXT,
        "value": TEXT,
        "from_step": TEXT,
        "to_step": TEXT,
        "orders": COUNT,
        "median_minutes": "DOUBLE",
        "p90_minutes": "DOUBLE",
        "waiting_now": COUNT,
        "oldest_waiting_since": INSTANT,
        "stands_still_since": INSTANT,
    },
    "process_paths": {"path": TEXT, "orders": COUNT, "share": "DOUBLE", "median_minutes": "DOUBLE"},
    "alerts": {
        "alert_id": TEXT,
        "kind": TEXT,
        "as_of": INSTANT,
        "score": "DECIMAL(5,2)",
        "threshold": "DECIMAL(5,2)",
        "payload": JSON,
    },
    "deliveries": {
        "alert_id": TEXT,
        "channel": TEXT,
        "state": TEXT,
        "attempts": "INTEGER",
        "last_error": TEXT,
        "sent_at": INSTANT,
    },
    "rejected_rows": {
        "feed": TEXT,
        "file": TEXT,
        "line": COUNT,
        "kind": TEXT,
        "column_name": TEXT,
        "reason": TEXT,
        "row": JSON,
        "rejected_at": INSTANT,
        "is_standing": "BOOLEAN",
    },
    "source_freshness": {
        "feed": TEXT,
        "last_event_at": INSTANT,
        "last_loaded_at": INSTANT,
        "rows": COUNT,
        "rejected": COUNT,
        "replaced": COUNT,
        "ahead": COUNT,
        "ahead_until": INSTANT,
        "unowned": COUNT,
        "state": TEXT,
    },
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("file", ["store.duckdb", "store.published.duckdb"])
def test_a_table_has_the_columns_that_others_may_read(done: DoneRun, table: str, file: str) -> None:
    with duckdb.connect(str(done.store.with_name(file)), read_only=True) as con:
        found = {
            name: str(kind) for name, kind, *_ in con.execute(f"select * from {table} limit 0").description
        }
    assert {name: found[name][: len(kind)] for name, kind in TABLES[table].items()} == TABLES[table]


def test_there_is_one_row_per_order_and_per_rule(done: DoneRun) -> None:
    assert rows_of(done.store, "select order_id from order_fact group by 1 having count(*) > 1") == []
    assert (
        rows_of(done.store, "select order_id, rule_id from findings group by all having count(*) > 1") == []
    )
    assert rows_of(done.store, "select count(*) from rule_results") == [(len(done.printed["rules"]),)]
    assert rows_of(done.store, "select count(*), count(distinct feed) from source_freshness") == [
        (len(feed_contracts()), len(feed_contracts()))
    ]


def test_both_evaluators_counted_every_hit(done: DoneRun) -> None:
    of_orders = "select rule_id from rule_results where rule_id <> 'pickup_gap'"
    assert rows_of(done.store, f"{of_orders} and open + explained <> gx_unexpected_count") == []
    assert rows_of(done.store, f"{of_orders} and gx_unexpected_count is null") == []


def test_the_points_of_the_rules_add_up_to_what_the_score_lacks(done: DoneRun) -> None:
    difference = (
        "select 100 - any_value(score) - sum(points) from score_attribution, health_score "
        "where dimension = 'rule'"
    )
    assert abs(rows_of(done.store, difference)[0][0]) < 0.001


def test_the_funnel_has_its_steps_in_order(done: DoneRun) -> None:
    with duckdb.connect(str(done.store), read_only=True) as con:
        steps = [step for (step,) in con.execute("select step from system_funnel").fetchall()]
    assert steps == ["placed", "paid", "in_erp", "printed", "outbound", "picked_up", "delivered"]


def test_the_alert_says_score_causes_and_the_five_orders(done: DoneRun) -> None:
    ((kind, score, payload),) = rows_of(done.store, "select kind, score, payload from alerts")
    message = json.loads(payload)
    assert (kind, float(score)) == ("breach", done.printed["score"])
    assert len(message["causes"]) == 3
    assert [order["rank"] for order in message["orders"]] == [1, 2, 3, 4, 5]


def test_no_phone_number_of_the_feeds_is_published(done: DoneRun, promotion: Shop) -> None:
    with duckdb.connect() as con:
        phones = con.execute(
            "select distinct phone from read_csv($file, all_varchar = true) where phone not like '%*%'",
            {"file": str(promotion.feeds / "storefront_orders.csv")},
        ).fetchall()
    published = _dumped(done.store.with_name("store.published.duckdb"))
    assert len(phones) > 100
    assert [phone for (phone,) in phones if re.search(rf"(?<!\d){re.escape(phone)}(?!\d)", published)] == []


def _dumped(file: Path) -> str:
    return "\n".join(repr(rows_of(file, f"select * from {table}")) for table in [*TABLES, "top_orders"])
