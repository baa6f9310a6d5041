"""Merchants run in a bounded number of processes, and one that dies takes nobody with it.

Slow: each test starts processes.
"""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from orderhealth_pipeline.fleet.merchants import FleetSettings, Merchant
from orderhealth_pipeline.fleet.run_merchant import MerchantRun
from orderhealth_pipeline.fleet.side_by_side import run_side_by_side, workers_that_fit

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)


def runs(root: Path, names: list[str]) -> list[MerchantRun]:
    """Runs that all end at once, because their configuration is wrong."""
    for name in names:
        (root / name).mkdir()
        (root / name / "orderhealth.yml").write_text("nmae: x\n")
    return [MerchantRun(Merchant(name, root / name), FleetSettings()) for name in names]


def test_workers_are_bounded_by_cores_and_by_memory() -> None:
    assert workers_that_fit(8, 64) == 8
    assert workers_that_fit(8, 7) == 2
    assert workers_that_fit(8, 0.5) == 1


def test_every_run_has_an_outcome_with_the_exit_code_that_the_merchants_own_call_would_have(
    tmp_path: Path,
) -> None:
    names = ["a", "b", "c", "d"]
    outcomes = list(run_side_by_side(runs(tmp_path, names), 2, lambda: NOW))
    assert sorted(one.merchant for one in outcomes) == names
    assert {one.exit_code for one in outcomes} == {2}
    assert all("orderhealth.yml:1: unknown key 'nmae'" in str(one.error) for one in outcomes)


def test_a_process_that_dies_is_the_failure_of_its_merchant_and_another_takes_its_place(
    tmp_path: Path,
) -> None:
    killer = Thread(target=kill_the_next_worker, args=(workers(),))
    killer.start()
    outcomes = list(run_side_by_side(runs(tmp_path, ["a", "b"]), 1, lambda: NOW))
    killer.join()
    assert [one.merchant for one in outcomes] == ["a", "b"]
    assert "its process died (-9)" in str(outcomes[0].error)
    assert "unknown key 'nmae'" in str(outcomes[1].error)


def kill_the_next_worker(before: set[int]) -> None:
    stop = time.monotonic() + 20
    while time.monotonic() < stop:
        for worker in workers() - before:
            os.kill(worker, signal.SIGKILL)
            return
        time.sleep(0.01)


def workers() -> set[int]:
    """The processes that wait for runs, of those that this process started."""
    tasks = Path("/proc/self/task").iterdir()
    children = {int(child) for task in tasks for child in (task / "children").read_text().split()}
    return {child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}
