"""The real daemon as a process of its own, and what its event log tells of a run afterwards.

What belongs here: starting, stopping, reading. What does not: what the instants are made into
(seconds.py).
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dagster as dg

from benchmarks.live.seconds import Mark, Timeline

HERE: Final = Path(__file__).parent
CHECKOUT: Final = HERE.parents[1]
INTERRUPTIBLE: Final = ("env", "--default-signal=INT")
"""Dagster handles SIGTERM as it was started to handle SIGINT, which a shell's background job ignores."""

SECONDS_TO_STOP: Final = 60
SECONDS_BETWEEN_LOOKS: Final = 0.5

_MARK_OF_EVENT: Final = {
    dg.DagsterEventType.RUN_ENQUEUED: "queue",
    dg.DagsterEventType.RUN_STARTING: "process",
    dg.DagsterEventType.RUN_START: "first step",
    dg.DagsterEventType.RUN_SUCCESS: "end",
    dg.DagsterEventType.RUN_FAILURE: "failure",
}
_PROCESS: Final = re.compile(r"\(pid: (\d+)\)")
_ASSESSMENT: Final = "assessment"
_REPORT: Final = "risk_report"
_STAGES: Final = ("read", "orders", "rules_and_score", "write", "cases", "publish", "send", "validate")


@dataclass(frozen=True)
class Daemon:
    """A running daemon: its folder, and the file that tells of imports of Great Expectations."""

    home: Path
    imports: Path

    def wait_for(self, what: str, look: Callable[[], bool], seconds: float) -> None:
        """Look until it is so. Raises TimeoutError, with the end of the daemon's log, if it never is."""
        ends_at = time.monotonic() + seconds
        while not look():
            if time.monotonic() > ends_at:
                raise TimeoutError(f"{what}: not within {seconds} seconds\n{self.last_words()}")
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def last_words(self) -> str:
        """Return the end of the daemon's log."""
        return (self.home / "daemon.log").read_text(errors="replace")[-4000:]

    def imported(self) -> dict[int, float]:
        """Return the processes of the daemon that imported Great Expectations, and when."""
        lines = self.imports.read_text(encoding="ascii").splitlines() if self.imports.exists() else []
        return {int(process): float(at) for process, at in map(str.split, lines)}

    def unfinished_runs(self) -> int:
        """Count the runs that wait or are under way."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            return sum(not run.is_finished for run in instance.get_runs())

    def timelines(self) -> list[Timeline]:
        """Return what happened in every run, the oldest first."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            runs = [run.run_id for run in instance.get_runs()]
            return [_timeline(instance.all_logs(run_id)) for run_id in reversed(runs)]


@contextmanager
def daemon(folder: Path, configuration: Path) -> Iterator[Daemon]:
    """Run the daemon in `folder` until the block ends."""
    home, imports = folder / "dagster_home", folder / "imports.txt"
    home.mkdir()
    shutil.copy(CHECKOUT / "dagster_instance.yaml", home / "dagster.yaml")
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "ORDERHEALTH_CONFIG": str(configuration),
        "ORDERHEALTH_IMPORTS": str(imports),
        "PYTHONPATH": f"{CHECKOUT}:{HERE / 'probe'}",
    }
    migrate = [sys.executable, "-m", "dagster", "instance", "migrate"]
    subprocess.run(migrate, env=environment, check=True, capture_output=True)
    workspace = ["-w", str(CHECKOUT / "workspace.yaml")]
    with (home / "daemon.log").open("wb") as log:
        process = subprocess.Popen(
            [*INTERRUPTIBLE, sys.executable, "-m", "dagster._daemon", "run", *workspace],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Daemon(home, imports)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the daemon to end, which stops its code server; end its own group if that takes too long."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _timeline(entries: Sequence[dg.EventLogEntry]) -> Timeline:
    process: int | None = None
    marks: list[Mark] = []
    verdicts: dict[str, int] = {}
    for entry in entries:
        name = _mark_of(entry)
        if name is not None and not (name == "load" and any(mark.name == name for mark in marks)):
            marks.append(Mark(entry.timestamp, name))
        event = entry.dagster_event
        if event is not None and (told := _PROCESS.search(event.message or "")):
            process = int(told[1])
        if event is not None and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            counted = check.metadata.get("gx_unexpected_count")
            if counted is not None:
                verdicts[check.check_name] = int(str(counted.value))
    return Timeline(process, tuple(marks), verdicts)


def _mark_of(entry: dg.EventLogEntry) -> str | None:
    """Name what begins with an entry of the event log; null where nothing does."""
    event = entry.dagster_event
    if event is None:
        return entry.user_message if entry.user_message in _STAGES else None
    if event.event_type != dg.DagsterEventType.STEP_START:
        return _MARK_OF_EVENT.get(event.event_type)
    return {_ASSESSMENT: "plan", _REPORT: "report"}.get(entry.step_key or "", "load")
