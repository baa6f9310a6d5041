"""Merchants run in a bounded number of processes, and one that dies takes nobody with it.

Slow: each test starts processes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from orderhealth_pipeline.fleet.merchants import FleetSettings, Merchant
from orderhealth_pipeline.fleet.outcome import Outcome
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


def test_a_process_that_dies_with_its_run_is_the_failure_of_its_merchant_and_another_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, send = SpawnProcess.start, Connection.send
    started: list[SpawnProcess] = []

    def start_and_remember(process: SpawnProcess) -> None:
        start(process)
        started.append(process)

    def send_and_kill(pipe: Connection[object, object], sent: object) -> None:
        send(pipe, sent)
        if len(started) == 1:
            kill(started[0])

    monkeypatch.setattr(SpawnProcess, "start", start_and_remember)
    monkeypatch.setattr(Connection, "send", send_and_kill)
    assert_only_the_first_died(list(run_side_by_side(runs(tmp_path, ["a", "b"]), 1, lambda: NOW)))


def test_a_process_that_dies_before_it_is_given_its_run_is_the_failure_of_that_merchant_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = SpawnProcess.start
    started: list[SpawnProcess] = []

    def start_and_die_the_first_time(process: SpawnProcess) -> None:
        start(process)
        started.append(process)
        if len(started) == 1:
            kill(process)

    monkeypatch.setattr(SpawnProcess, "start", start_and_die_the_first_time)
    assert_only_the_first_died(list(run_side_by_side(runs(tmp_path, ["a", "b"]), 1, lambda: NOW)))


def kill(process: SpawnProcess) -> None:
    process.kill()
    process.join()


def assert_only_the_first_died(outcomes: list[Outcome]) -> None:
    assert [one.merchant for one in outcomes] == ["a", "b"]
    assert "its process died (-9)" in str(outcomes[0].error)
    assert "unknown key 'nmae'" in str(outcomes[1].error)
