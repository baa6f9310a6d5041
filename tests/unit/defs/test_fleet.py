"""Merchants of a fleet are partitions: a folder becomes one, and each has runs of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from orderhealth_pipeline.defs.fleet import MERCHANT_TAG, fleet_definitions
from orderhealth_pipeline.defs.running import AS_OF_TAG
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation

AS_OF = "2026-11-10T20:00:00+08:00"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("hua", "li"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "orderhealth.yml").write_text("locale: en\n")
    return tmp_path


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as one:
        yield one


def look(root: Path, instance: dg.DagsterInstance) -> dg.SensorResult | dg.SkipReason:
    sensor = fleet_definitions(root).resolve_sensor_def("merchants_of_the_fleet")
    with dg.build_sensor_context(instance=instance) as context:
        found = sensor(context)
    assert isinstance(found, dg.SensorResult | dg.SkipReason)
    return found


def test_a_new_merchant_becomes_a_partition_and_runs_at_once(
    root: Path, instance: dg.DagsterInstance
) -> None:
    found = look(root, instance)
    assert isinstance(found, dg.SensorResult)
    assert [(one.partition_key, one.tags[MERCHANT_TAG]) for one in found.run_requests or ()] == [
        ("hua", "hua"),
        ("li", "li"),
    ]
    assert [list(one.partition_keys) for one in found.dynamic_partitions_requests or ()] == [["hua", "li"]]


def test_one_that_went_is_no_partition_any_more(root: Path, instance: dg.DagsterInstance) -> None:
    instance.add_dynamic_partitions("merchants", ["hua", "li", "gone"])
    found = look(root, instance)
    assert isinstance(found, dg.SensorResult)
    assert not found.run_requests
    assert [type(one).__name__ for one in found.dynamic_partitions_requests or ()] == [
        "DeleteDynamicPartitionsRequest"
    ]
    instance.delete_dynamic_partition("merchants", "gone")
    assert isinstance(look(root, instance), dg.SkipReason)


def test_the_clock_runs_every_merchant_that_is_there(root: Path, instance: dg.DagsterInstance) -> None:
    instance.add_dynamic_partitions("merchants", ["hua", "li", "gone"])
    schedule = fleet_definitions(root).resolve_schedule_def("merchants_every_15_minutes")
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=datetime(2026, 11, 10, 12, tzinfo=UTC)
    )
    requests = schedule(context)
    assert isinstance(requests, list)
    asked = [one for one in requests if isinstance(one, dg.RunRequest)]
    assert [one.partition_key for one in asked] == ["hua", "li"]
    assert len({one.run_key for one in asked}) == 2


def test_a_partition_is_a_run_of_its_merchant_and_a_mistake_is_its_failure(
    root: Path, instance: dg.DagsterInstance
) -> None:
    write_simulation(simulate("promo_eve", 300, 1), root / "hua" / "feeds")
    (root / "li" / "orderhealth.yml").write_text("nmae: x\n")
    instance.add_dynamic_partitions("merchants", ["hua", "li"])
    job = fleet_definitions(root).resolve_job_def("run_merchant")
    tags = {AS_OF_TAG: AS_OF}
    done = job.execute_in_process(partition_key="hua", tags=tags, instance=instance)
    (made,) = done.asset_materializations_for_node("merchant_health")
    assert float(str(made.metadata["score"].value)) > 0
    failed = job.execute_in_process(partition_key="li", tags=tags, instance=instance, raise_on_error=False)
    assert not failed.success
    (event,) = [one for one in failed.all_events if one.event_type == dg.DagsterEventType.STEP_FAILURE]
    assert "orderhealth.yml:1: unknown key 'nmae'" in str(event.event_specific_data)
