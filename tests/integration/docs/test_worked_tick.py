"""The tick that the architecture page works through, run with the rows of its tables."""

from __future__ import annotations

import csv
import json
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orderhealth_pipeline.pipeline.evaluation.changed_orders import build_changed_orders
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.evaluation import read_mark
from orderhealth_pipeline.store.file.connection import open_store, undone
from tests.integration.docs.pages import CHECKOUT, Page

Table = list[dict[str, str]]

BEFORE = datetime.fromisoformat("2026-11-10T10:00:00+08:00")
TICK = datetime.fromisoformat("2026-11-10T10:06:00+08:00")
FEEDS = ("storefront_orders", "payments", "erp_orders", "payments")


def tables_of_the_page() -> list[Table]:
    """The tables of the section, in order, each row by its column names."""
    text = Page(CHECKOUT / "docs" / "architecture.md").section("One tick, worked")
    tables: list[Table] = []
    for block in re.findall(r"(?:^\|[^\n]*\n)+", text, re.MULTILINE):
        cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in block.splitlines()]
        tables.append([dict(zip(cells[0], row, strict=True)) for row in cells[2:]])
    return tables


def write_feed(file: Path, rows: Table) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {name: f"2026-11-10 {cell}" if name.endswith("_at") else cell for name, cell in row.items()}
            )


@pytest.fixture
def tick(tmp_path: Path) -> tuple[RunPlan, Path]:
    """The plan of a shop that was evaluated at 10:00 with the first three tables."""
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    for feed, rows in zip(FEEDS[:3], tables_of_the_page(), strict=False):
        write_feed(feeds / f"{feed}.csv", rows)
    plan = plan_run(Settings().model_copy(update={"store": tmp_path / "s.duckdb"}), feeds_folder=feeds)
    outcome = run_pipeline(plan, BEFORE, StageTimes(time.perf_counter))
    assert outcome.assessment.findings.is_empty()
    return plan, feeds


def orders_of(con: duckdb.DuckDBPyConnection, query: str) -> str:
    return ", ".join(str(order) for (order,) in con.execute(query).fetchall())


def test_the_tick_knows_step_by_step_what_the_page_says(tick: tuple[RunPlan, Path]) -> None:
    plan, feeds = tick
    *_, late, steps = tables_of_the_page()
    told = {row["table"]: row["rows"] for row in steps}
    with open_store(plan.store) as con:
        assert orders_of(con, f"select order_id from working.due where due_at <= '{TICK}'") == "A3"
        write_feed(feeds / "payments_2.csv", late)
        with undone(con):
            load_feeds(con, plan, TICK)
            mark = read_mark(con)
            assert mark is not None
            said = con.sql("select * from said").pl()
            present = build_changed_orders(con, plan, TICK, StageTimes(time.perf_counter), mark, said)
            assert present is not None
            assert orders_of(con, "select payment_id from changed_payments") == told["changed_payments"]
            assert orders_of(con, "select order_id from touched") == told["touched"]
            assert orders_of(con, "select order_id from affected order by 1") == told["affected"]
    outcome = run_pipeline(plan, TICK, StageTimes(time.perf_counter))
    found: list[dict[str, Any]] = outcome.assessment.findings.sort("order_id").to_dicts()
    assert {each["rule_id"] for each in found} == {"paid_not_in_erp"}
    assert ", ".join(each["order_id"] for each in found) == told["findings"]
    values = {each["order_id"]: json.loads(each["evidence"])["value"] for each in found}
    assert (
        ", ".join(f"{order}: {value:g}" for order, value in values.items())
        == told["minutes_paid_without_erp"]
    )
