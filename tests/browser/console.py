"""A console over a small simulated shop, served to Chromium for a whole session of tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.console.serve import ConsoleServer, listening_socket
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI application on loopback in the background; gives its address."""
    listening = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(timeout=10)


@dataclass
class Served:
    """A console that answers at `address`; `evaluate` runs the pipeline an hour later than the last time."""

    settings: Settings
    app: Starlette
    address: str
    as_of: datetime

    def evaluate(self) -> float:
        """Run the pipeline, which ends with publishing, and return the second of that."""
        self.as_of += timedelta(hours=1)
        run_pipeline(plan_run(self.settings), self.as_of, StageTimes(lambda: 0.0))
        return time.time()

    @property
    def streams(self) -> int:
        """How many streams of events are open."""
        return int(self.app.state.watch.listeners)


@contextmanager
def served_console(folder: Path) -> Iterator[Served]:
    """Simulate a shop, run it twice, and serve its console."""
    simulation = simulate("promo_eve", 600, 11)
    write_simulation(simulation, folder / "feeds")
    settings = Settings(store=folder / "orderhealth.duckdb", feeds=folder / "feeds", locale="zh")
    for hours in (3, 0):
        run_pipeline(plan_run(settings), simulation.as_of - timedelta(hours=hours), StageTimes(lambda: 0.0))
    app = create_app(settings, lambda: datetime.now(UTC))
    listening = listening_socket("127.0.0.1", 0)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, lifespan="on")
    server = ConsoleServer(config, app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield Served(settings, app, f"http://127.0.0.1:{listening.getsockname()[1]}", simulation.as_of)
    server.should_exit = True
    thread.join(10)
