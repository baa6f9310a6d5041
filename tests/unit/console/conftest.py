"""A console over a small shop that was really run, shared by all tests of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation


def at_this_machine(app: Starlette, **options: Any) -> TestClient:
    """Open a console as a browser of the machine that it runs on."""
    return TestClient(app, "http://127.0.0.1:8300", client=("127.0.0.1", 50_000), **options)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Run a small simulated shop twice, and return its settings, for which it is still that evening."""
    folder = tmp_path_factory.mktemp("shop")
    simulation = simulate("promo_eve", 600, 11)
    write_simulation(simulation, folder / "feeds")
    settings = Settings(
        as_of=simulation.as_of, store=folder / "orderhealth.duckdb", feeds=folder / "feeds", locale="en"
    )
    for hours in (3, 0):
        run_pipeline(plan_run(settings), simulation.as_of - timedelta(hours=hours), StageTimes(lambda: 0.0))
    return settings


@pytest.fixture(scope="session")
def console(shop: Settings) -> Iterator[TestClient]:
    """Open the console of the small shop, for somebody at this machine."""
    with at_this_machine(create_app(shop, lambda: datetime.now(UTC))) as client:
        yield client


@pytest.fixture
def empty_console(tmp_path: Path) -> Iterator[TestClient]:
    """Open the console of a shop that was never run."""
    settings = Settings(store=tmp_path / "orderhealth.duckdb", feeds=tmp_path / "feeds", locale="en")
    with at_this_machine(create_app(settings, lambda: datetime.now(UTC))) as client:
        yield client
