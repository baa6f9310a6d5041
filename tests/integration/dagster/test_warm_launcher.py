"""Runs in processes that are forked with everything imported: they run, are ended, are missed when dead."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.launcher.base import LaunchRunContext, WorkerStatus
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin

from orderhealth_pipeline.definitions import build_definitions
from orderhealth_pipeline.defs.configuration import CONFIGURATION_VARIABLE, read_graph_facts
from orderhealth_pipeline.defs.server.warm_launcher import PROCESSES, WarmRunLauncher, process_of
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.dagster.held_store import held

pytestmark = [
    pytest.mark.slow,  # the process to fork from imports everything once
    # Dagster 1.13 still asks pydantic for `__fields__`.
    pytest.mark.filterwarnings("ignore:The `__fields__` attribute is deprecated"),
]

CODE = ModuleCodePointer("orderhealth_pipeline.definitions", "definitions")
ORIGIN = JobPythonOrigin("whole_chain", RepositoryPythonOrigin("python", CODE))


@dataclass(frozen=True)
class Shop:
    """A folder with feeds, and an instance with the launcher of dagster.yaml."""

    folder: Path
    instance: dg.DagsterInstance

    @property
    def launcher(self) -> WarmRunLauncher:
        launcher = self.instance.run_launcher
        assert isinstance(launcher, WarmRunLauncher)
        return launcher

    def launch(self) -> str:
        job = build_definitions(read_graph_facts()).resolve_job_def("whole_chain")
        run = self.instance.create_run_for_job(job, job_code_origin=ORIGIN)
        self.launcher.launch_run(LaunchRunContext(run, None))
        return run.run_id

    def run(self, run_id: str) -> dg.DagsterRun:
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        return run

    def has(self, run_id: str, event: dg.DagsterEventType) -> bool:
        return len(self.instance.all_logs(run_id, of_type=event)) > 0

    def process(self, run_id: str) -> int | None:
        return process_of(Path(self.instance.root_directory) / PROCESSES / run_id)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv(CONFIGURATION_VARIABLE, str(tmp_path / "orderhealth.yml"))
    (tmp_path / "orderhealth.yml").write_text("locale: en\n")
    write_simulation(simulate("promo_eve", 300, 7), tmp_path / "feeds")
    launcher = {"module": "orderhealth_pipeline.defs.server.warm_launcher", "class": "WarmRunLauncher"}
    with dg.instance_for_test(overrides={"run_launcher": launcher}) as instance:
        yield Shop(tmp_path, instance)


def wait_for(look: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 180
    while not look():
        assert time.monotonic() < ends_at
        time.sleep(0.1)


def test_a_run_ends_well_and_leaves_nothing_behind(shop: Shop) -> None:
    run_id = shop.launch()
    wait_for(lambda: shop.run(run_id).is_finished)
    assert shop.run(run_id).status == dg.DagsterRunStatus.SUCCESS
    wait_for(lambda: shop.process(run_id) is None)
    wait_for(lambda: not any((Path(shop.instance.root_directory) / PROCESSES).iterdir()))


def test_a_run_under_way_is_known_and_a_killed_one_is_missed(shop: Shop) -> None:
    with held(shop.folder / "orderhealth.duckdb"):
        run_id = shop.launch()
        wait_for(lambda: shop.run(run_id).status == dg.DagsterRunStatus.STARTED)
        process = shop.process(run_id)
        assert process is not None
        assert shop.launcher.check_run_worker_health(shop.run(run_id)).status == WorkerStatus.RUNNING
        os.kill(process, signal.SIGKILL)
        wait_for(lambda: shop.process(run_id) is None)
    assert shop.launcher.check_run_worker_health(shop.run(run_id)).status == WorkerStatus.FAILED


def test_a_run_that_waits_for_the_store_can_be_ended(shop: Shop) -> None:
    with held(shop.folder / "orderhealth.duckdb"):
        run_id = shop.launch()
        wait_for(lambda: shop.has(run_id, dg.DagsterEventType.STEP_UP_FOR_RETRY))
        assert shop.launcher.terminate(run_id)
        wait_for(lambda: shop.run(run_id).is_finished)
    assert shop.run(run_id).status == dg.DagsterRunStatus.CANCELED
    assert not shop.launcher.terminate(run_id)


def test_a_run_can_be_ended_within_a_step(shop: Shop) -> None:
    run_id = shop.launch()
    wait_for(lambda: shop.has(run_id, dg.DagsterEventType.STEP_SUCCESS))
    assert shop.launcher.terminate(run_id)
    wait_for(lambda: shop.run(run_id).is_finished)
    assert shop.run(run_id).status == dg.DagsterRunStatus.CANCELED


def test_a_number_that_another_process_got_is_not_taken_for_the_run(tmp_path: Path) -> None:
    left = tmp_path / "run"
    left.write_text(str(os.getpid()))
    assert process_of(left) is None
