"""When the clock starts a run, and when it leaves that to the files."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import dagster as dg
import pytest

from orderhealth_pipeline.defs.configuration import read_graph_facts
from orderhealth_pipeline.defs.running import AS_OF_TAG
from orderhealth_pipeline.defs.watch.schedules import build_schedules

# Dagster 1.13 still asks pydantic for `__fields__`.
pytestmark = pytest.mark.filterwarnings("ignore:The `__fields__` attribute is deprecated")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def add_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, **tags: str) -> None:
    run = dg.DagsterRun("whole_chain", run_id=str(uuid4()), status=status, tags=tags)
    instance.add_run(run)


def is_started(instance: dg.DagsterInstance) -> bool:
    (schedule,) = (each for each in build_schedules(read_graph_facts()) if each.name == "every_15_minutes")
    return bool(schedule.evaluate_tick(dg.build_schedule_context(instance)).run_requests)


def test_the_clock_starts_a_run(instance: dg.DagsterInstance) -> None:
    assert is_started(instance)


@pytest.mark.parametrize("status", ["STARTING", "STARTED", "SUCCESS"])
def test_a_run_that_evaluates_the_present_anyway_is_enough(instance: dg.DagsterInstance, status: str) -> None:
    add_run(instance, dg.DagsterRunStatus(status))
    assert not is_started(instance)


def test_a_failed_run_and_one_for_another_instant_are_not_enough(instance: dg.DagsterInstance) -> None:
    add_run(instance, dg.DagsterRunStatus.FAILURE)
    add_run(instance, dg.DagsterRunStatus.SUCCESS, **{AS_OF_TAG: "2026-11-08T20:00:00+08:00"})
    assert is_started(instance)
