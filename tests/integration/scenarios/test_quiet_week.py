"""Seven ordinary days, each evening read into one store: the score stays high, and nobody is alerted.

Slow, because seven exports of one shop are simulated and run one after the other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from orderhealth_pipeline.simulate import Simulation
from orderhealth_pipeline.simulate.goods import catalogue_for
from orderhealth_pipeline.simulate.plan import DAY, random_for
from orderhealth_pipeline.simulate.scenarios import load_scenario
from orderhealth_pipeline.simulate.simulation import export_feeds, plan_orders
from orderhealth_pipeline.simulate.situations.block import TruthBook
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.chain.chain import run_chain

pytestmark = pytest.mark.slow

ORDERS = 6000
SEED = 7


def placed_by(feeds: dict[str, pl.DataFrame], as_of: datetime) -> dict[str, pl.DataFrame]:
    """Leave out the orders that nobody had placed yet."""
    orders = feeds["storefront_orders"].filter(pl.col("placed_at") <= as_of)
    lines = feeds["storefront_order_lines"].join(orders, on="order_id", how="semi")
    return feeds | {"storefront_orders": orders, "storefront_order_lines": lines}


def test_a_quiet_week_scores_high_throughout_and_alerts_nobody(tmp_path: Path) -> None:
    scenario = load_scenario("quiet_week")
    end = int(scenario.as_of.timestamp())
    catalogue = catalogue_for(ORDERS, random_for(SEED, "catalogue"))
    plan = plan_orders(scenario, ORDERS, SEED, end, catalogue, TruthBook())
    seen = []
    for days_left in reversed(range(7)):
        as_of = datetime.fromtimestamp(end - days_left * DAY, UTC)
        feeds = export_feeds(replace(plan, as_of=end - days_left * DAY), catalogue, SEED)
        evening = Simulation("quiet_week", ORDERS, SEED, as_of, placed_by(feeds, as_of), pl.DataFrame())
        write_simulation(evening, tmp_path / "feeds")
        printed = run_chain(tmp_path / "feeds", tmp_path / "store.duckdb", as_of)
        seen.append((printed["score"], printed["alert"]))
    assert min(score for score, _ in seen) > 95, seen
    assert {alert for _, alert in seen} == {None}
