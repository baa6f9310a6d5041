"""Starts runs by forking a process in which everything they need is already imported.

What belongs here: how dagster.yaml's `run_launcher` starts, ends and watches the process of a run. What does
not: what a run does. Importing Dagster, DuckDB and Polars anew takes longer than evaluating what changed; an
alert waits for it. Great Expectations, which no alert needs, stays out.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, Self

from dagster import DagsterInstance, DagsterRun
from dagster._cli.api import execute_run_command
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClass, ConfigurableClassData, serialize_value

IMPORTED_ONCE: Final = [
    "dagster._cli.api",
    "dagster._daemon.cli",
    "orderhealth_pipeline.definitions",
    "orderhealth_pipeline.defs.server.warm_up",
    "orderhealth_pipeline.report.render.html",
    "orderhealth_pipeline.respond.channels.registry",
]

PROCESSES: Final = "run_processes"
"""A folder of DAGSTER_HOME: one file per run that is under way, locked by its process, which it names."""


class WarmRunLauncher(RunLauncher[DagsterInstance], ConfigurableClass):
    """Forks the runs from a process that has imported everything and does nothing else.

    That process starts with the first run and ends with the daemon.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inst_data = inst_data
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(IMPORTED_ONCE)
        self._started: list[BaseProcess] = []

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """Return what dagster.yaml says of the launcher."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return the keys that dagster.yaml may set: none."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Make the launcher that dagster.yaml asks for."""
        return cls(inst_data=inst_data, **config_value)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start the process of a run."""
        run, origin = context.dagster_run, context.job_code_origin
        if origin is None:
            raise ValueError(f"the run {run.run_id} does not say where its job's code is")
        arguments = ExecuteRunArgs(
            job_origin=origin, run_id=run.run_id, instance_ref=self._instance.get_ref()
        )
        process = self._context.Process(
            target=execute_run,
            args=(serialize_value(arguments), self._file_of(run.run_id), dict(os.environ)),
            name=run.run_id,
        )
        process.start()
        # Asking whether a process lives also lets go of one that has ended.
        self._started = [each for each in self._started if each.is_alive()] + [process]

    def terminate(self, run_id: str) -> bool:
        """Interrupt the process of a run, which then cleans up; false where there is none."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        process = process_of(self._file_of(run_id))
        if process is None:
            return False
        os.kill(process, signal.SIGTERM)
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Say that a process that died is noticed."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Say whether the process of a run lives."""
        file = self._file_of(run.run_id)
        if process_of(file) is not None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        file.unlink(missing_ok=True)
        return CheckRunHealthResult(WorkerStatus.FAILED, "The process of the run has died.")

    def _file_of(self, run_id: str) -> Path:
        return Path(self._instance.root_directory) / PROCESSES / run_id


def execute_run(arguments: str, file: Path, environment: Mapping[str, str]) -> None:
    """Execute a run in this process, as the command `dagster api execute_run` does; `file` tells of it.

    `environment` is that of the launcher: the process that is forked from has the one it was started with.
    """
    os.environ.clear()
    os.environ.update(environment)
    # The process that is forked from ignores interrupts, and Dagster treats SIGTERM as one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with _telling_of_itself(file):
        execute_run_command.main([arguments], standalone_mode=False)


def process_of(file: Path) -> int | None:
    """Return the number of the living process that a file tells of: its lock ends with it."""
    try:
        with file.open("r", encoding="ascii") as told:
            fcntl.flock(told, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int(file.read_text(encoding="ascii"))
    return None


@contextmanager
def _telling_of_itself(file: Path) -> Iterator[None]:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="ascii") as told:
        fcntl.flock(told, fcntl.LOCK_EX)
        told.write(str(os.getpid()))
        told.flush()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
