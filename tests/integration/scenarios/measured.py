"""What the rules find in every scenario, held against its truth.

What belongs here: simulating, running and counting. What does not: what must come out
(test_scenarios.py), and the page that tells it (write_scenario_docs.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.pipeline.what_if.accuracy import accuracy, read_open_findings
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.feeds import FeedSource
from orderhealth_pipeline.simulate import simulate
from orderhealth_pipeline.simulate.scenarios import scenario_names
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.chain.chain import run_chain

ORDERS: Final = 1200
SEED: Final = 7
SCENARIOS: Final = tuple(scenario_names())
EXPECTED_EVERY: Final = {"erp_orders": FeedSource(expected_every=timedelta(minutes=30))}


@dataclass(frozen=True)
class Measured:
    """One scenario: what the run printed, its truth, and precision and recall of every rule."""

    store: Path
    feeds: Path
    as_of: datetime
    printed: dict[str, Any]
    truth: pl.DataFrame
    rules: pl.DataFrame


def measure(scenario: str, folder: Path, orders: int = ORDERS, expectations: Path | None = None) -> Measured:
    """Simulate a scenario in the folder, run everything on it once, and compare.

    Args:
        expectations: rules of one's own instead of those that come with the package.
    """
    simulation = simulate(scenario, orders, SEED)
    feeds, store = folder / "feeds", folder / "store.duckdb"
    write_simulation(simulation, feeds)
    settings = Settings(feeds=EXPECTED_EVERY)
    if expectations is not None:
        settings = settings.model_copy(update={"expectations": expectations})
    printed = run_chain(feeds, store, simulation.as_of, settings)
    found, rules = read_open_findings(store)
    return Measured(
        store, feeds, simulation.as_of, printed, simulation.truth, accuracy(found, simulation.truth, rules)
    )
