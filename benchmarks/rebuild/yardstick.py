"""The yardstick: order_fact and findings as one hand-written DuckDB statement over a store's feeds.

What belongs here: running `yardstick_statements/select_assessed_orders.sql`. What does not: the statement,
which says what it leaves out, and comparing its results.

    .venv/bin/python -m benchmarks.rebuild.yardstick --store store.duckdb --as-of 2026-11-10T20:00:00+08:00

`--feeds` instead of `--store` first loads them into a store of its own, as the pipeline does. `--result`
keeps the table assessed_orders in a DuckDB file, `--out` the findings as Parquet. Prints one line of JSON:
{"seconds": {stage: …}, "processor_seconds": {stage: …}, "peak_gib": {stage: …}}, the stages being ingest and
statement.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from benchmarks.rebuild.opened_result import opened_result
from benchmarks.shared.peak_memory import forget_peak, peak_gibibytes

STATEMENTS: Final = Path(__file__).with_name("yardstick_statements")


def main() -> None:
    """Run the statement, keep what is asked for and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    source = arguments.add_mutually_exclusive_group(required=True)
    source.add_argument("--store", type=Path)
    source.add_argument("--feeds", type=Path)
    arguments.add_argument("--as-of", type=datetime.fromisoformat, required=True)
    arguments.add_argument("--result", type=Path)
    arguments.add_argument("--out", type=Path)
    asked = arguments.parse_args()
    seconds = {}
    with tempfile.TemporaryDirectory(prefix="orderhealth-yardstick-") as folder:
        store = asked.store
        if store is None:
            store = Path(folder) / "store.duckdb"
            started = time.perf_counter()
            load_feeds(asked.feeds, store, asked.as_of)
            seconds["ingest"] = round(time.perf_counter() - started, 3)
        result = asked.result or Path(folder) / "assessed.duckdb"
        forget_peak()
        started, processor = time.perf_counter(), time.process_time()
        assess_orders(store, result, asked.as_of)
        seconds["statement"] = round(time.perf_counter() - started, 3)
        figures = {
            "seconds": seconds,
            "processor_seconds": {"statement": round(time.process_time() - processor, 3)},
            "peak_gib": {"statement": peak_gibibytes()},
        }
        if asked.out is not None:
            write_findings(result, asked.out)
    print(json.dumps(figures))


def load_feeds(feeds: Path, store: Path, as_of: datetime) -> None:
    """Load the feeds into a store: the yardstick measures what comes after."""
    from orderhealth_pipeline.pipeline.plan import plan_run
    from orderhealth_pipeline.pipeline.run import ingest_only
    from orderhealth_pipeline.settings import Settings

    plan = plan_run(Settings().overridden(store=store), feeds_folder=feeds)
    ingest_only(plan, as_of, plan.contracts)


def assess_orders(store: Path, result: Path, as_of: datetime) -> None:
    """Create the table assessed_orders in the file `result`; it is replaced if it is there."""
    result.unlink(missing_ok=True)
    with opened_result(result, store) as con:
        statement = (STATEMENTS / "select_assessed_orders.sql").read_text(encoding="utf-8")
        con.execute("create table assessed_orders as " + statement, {"as_of": as_of}).fetchall()


def write_findings(result: Path, out: Path) -> None:
    """Write order_id, rule_id, state and explained_by as Parquet, sorted by order and rule."""
    with duckdb.connect(result) as con:
        findings = con.sql((STATEMENTS / "select_findings.sql").read_text(encoding="utf-8"))
        findings.write_parquet(str(out))


if __name__ == "__main__":
    main()
