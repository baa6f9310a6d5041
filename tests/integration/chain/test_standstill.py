"""Given a shop over days, a warehouse that stands still is named with its step; in a quiet week nobody is.

Slow: forty thousand orders are simulated, loaded and evaluated.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.process.milestones import MILESTONES, STEPS
from orderhealth_pipeline.process.steps import process_steps
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from orderhealth_pipeline.store.file.connection import open_store

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
NOBODY: set[tuple[str, str | None, str, str]] = set()


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, datetime]:
    """The milestones of all orders of a quiet shop, and the instant they are known at."""
    folder: Path = tmp_path_factory.mktemp("quiet")
    simulation = simulate("quiet_week", 40_000, 11)
    write_simulation(simulation, folder / "feeds")
    plan = plan_run(Settings(store=folder / "s.duckdb"), feeds_folder=folder / "feeds")
    with open_store(plan.store) as con:
        load_feeds(con, plan, simulation.as_of)
        evaluate_store(con, plan, simulation.as_of, StageTimes(time.perf_counter), [])
        orders = sql.read(con, "store/file/select_all", table="working.orders")
    return orders.select(MILESTONES), simulation.as_of


def known_at(orders: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """What was known then: no later instant, and whoever was delivered later was on the way."""
    later = pl.lit(as_of)
    was_under_way = pl.col("is_active") | (pl.col("delivered_at") > later)
    return orders.filter(pl.col("placed_at") <= later).with_columns(
        was_under_way.alias("is_active"),
        *(pl.when(pl.col(name) <= later).then(name).alias(name) for name in STEPS.values()),
    )


def named(orders: pl.DataFrame, as_of: datetime) -> set[tuple[str, str | None, str, str]]:
    found = process_steps(known_at(orders, as_of), list(STEPS), as_of)
    return {row[:4] for row in found.drop_nulls("stands_still_since").rows()}


def test_in_a_quiet_week_nobody_is_named(week: tuple[pl.DataFrame, datetime]) -> None:
    orders, as_of = week
    for hours_ago in range(0, 24 * 7, 2):
        assert named(orders, as_of - hours_ago * HOUR) == NOBODY, hours_ago


@pytest.mark.parametrize("hours_ago", [3, 6, 27, 54])
def test_a_warehouse_that_stops_for_two_hours_is_named_with_its_step(
    week: tuple[pl.DataFrame, datetime], hours_ago: int
) -> None:
    orders, newest = week
    as_of = newest - hours_ago * HOUR
    (busiest,) = orders["warehouse"].drop_nulls().mode().to_list()[:1]
    stops = (pl.col("warehouse") == busiest) & (pl.col("outbound_at") > as_of - 2 * HOUR)
    gone = [
        pl.when(~stops.fill_null(value=False)).then(name).alias(name) for name in list(STEPS.values())[4:]
    ]
    assert named(orders.with_columns(gone), as_of) == {("warehouse", busiest, "printed", "outbound")}
    assert named(orders.with_columns(gone), as_of - 30 * timedelta(minutes=1)) == NOBODY
