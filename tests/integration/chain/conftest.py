"""What the tests of the chain share: a simulated shop as files, and a store into which it was run once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.chain.chain import run_chain


@dataclass(frozen=True)
class Shop:
    """The feeds of a simulated shop and the instant they were exported."""

    feeds: Path
    as_of: datetime


@dataclass(frozen=True)
class DoneRun:
    """One run over all feeds at once: its store and what it printed."""

    store: Path
    printed: dict[str, Any]


@pytest.fixture(scope="session")
def promotion(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop on the eve of a promotion."""
    return _shop(tmp_path_factory.mktemp("promotion"), "promo_eve", 800, 3)


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop on an ordinary day."""
    return _shop(tmp_path_factory.mktemp("calm"), "calm", 800, 3)


@pytest.fixture(scope="session")
def done(promotion: Shop, tmp_path_factory: pytest.TempPathFactory) -> DoneRun:
    """The promotion, run at once; only to be read."""
    store = tmp_path_factory.mktemp("done") / "store.duckdb"
    return DoneRun(store, run_chain(promotion.feeds, store, promotion.as_of))


def _shop(folder: Path, scenario: str, orders: int, seed: int) -> Shop:
    simulation = simulate(scenario, orders, seed)
    write_simulation(simulation, folder)
    return Shop(folder, simulation.as_of)
