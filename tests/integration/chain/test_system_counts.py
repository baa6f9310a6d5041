"""Given runs one after the other, records of no order are listed as they grow old; both evaluators agree."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings

ORDERS = (
    "order_id,placed_at,status,amount\nA,2026-11-10 09:00:00,paid,10\nB,2026-11-10 09:00:00,verzonden,10\n"
)
PAYMENTS = (
    "payment_id,order_id,paid_at,amount,status\n"
    "P1,A,2026-11-10 09:01:00,10,succeeded\n"
    "P2,X,2026-11-10 09:01:00,12.5,succeeded\n"
    "P3,Y,2026-11-10 09:50:00,1,succeeded\n"
)
TEN = datetime(2026, 11, 10, 2, tzinfo=UTC)


def test_records_of_no_order_are_listed_once_they_are_old_and_leave_with_their_order(tmp_path: Path) -> None:
    (tmp_path / "storefront_orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    store = tmp_path / "store.duckdb"

    def keys_at(as_of: datetime) -> list[str]:
        plan = plan_run(Settings().model_copy(update={"store": store}), feeds_folder=tmp_path)
        outcome = run_pipeline(plan, as_of, StageTimes(time.perf_counter))
        results = outcome.assessment.evaluation.results
        assert results["unmapped_status"].outcome == "hit"
        with duckdb.connect(store, read_only=True) as con:
            keys = con.execute("select key from reconciliation_breaks order by all").fetchall()
        assert results["orphan_records"].counted == len(keys)
        return [key for (key,) in keys]

    assert keys_at(TEN) == ["P2"]
    assert keys_at(TEN + timedelta(minutes=5)) == ["P2"]
    assert keys_at(TEN + timedelta(minutes=5, seconds=1)) == ["P2", "P3"]
    more = "order_id,placed_at,status,amount\nX,2026-11-10 09:00:00,paid,12.5\n"
    (tmp_path / "storefront_orders_2.csv").write_text(more, encoding="utf-8")
    assert keys_at(TEN + timedelta(minutes=6)) == ["P3"]
