"""Reports of a fleet come when each merchant's settings say, once, and a run writes and tells them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from orderhealth_pipeline.defs.fleet import MERCHANT_TAG
from orderhealth_pipeline.defs.fleet_reports import fleet_report_definitions
from orderhealth_pipeline.defs.running import AS_OF_TAG
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation

AS_OF = "2026-11-10T20:00:00+08:00"
# A Monday, an hour before both reports of hua; li has the daily one at 18:30, and the weekly one on Friday.
EIGHT = "2026-11-09T08:00:00+08:00"
LI = 'locale: en\nreport:\n  forms: [xlsx]\n  daily:\n    at: "18:30"\n  weekly:\n    on: fri\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in (("hua", "locale: en\n"), ("li", LI), ("broken", "nmae: x\n"), ("new", "locale: en\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "orderhealth.yml").write_text(text)
    return tmp_path


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as one:
        one.add_dynamic_partitions("merchants", ["hua", "li", "broken", "gone"])
        yield one


def look(root: Path, instance: dg.DagsterInstance, now: str, cursor: str | None) -> dg.SensorResult:
    graph = fleet_report_definitions(root, lambda: datetime.fromisoformat(now))
    sensor = graph.resolve_sensor_def("merchants_reports_due")
    with dg.build_sensor_context(instance=instance, cursor=cursor, definitions=graph) as context:
        found = sensor(context)
    assert isinstance(found, dg.SensorResult)
    return found


def asked(found: dg.SensorResult) -> list[tuple[str | None, str | None]]:
    return [(one.partition_key, one.job_name) for one in found.run_requests or ()]


def test_a_report_is_asked_for_once_when_its_merchant_s_settings_say(
    root: Path, instance: dg.DagsterInstance
) -> None:
    first = look(root, instance, EIGHT, None)
    assert asked(first) == []
    nine = look(root, instance, "2026-11-09T09:00:30+08:00", first.cursor)
    assert asked(nine) == [("hua", "report_merchant_daily"), ("hua", "report_merchant_weekly")]
    assert [one.tags[MERCHANT_TAG] for one in nine.run_requests or ()] == ["hua", "hua"]
    assert asked(look(root, instance, "2026-11-09T09:01:30+08:00", nine.cursor)) == []
    evening = look(root, instance, "2026-11-09T18:30:00+08:00", nine.cursor)
    assert asked(evening) == [("li", "report_merchant_daily")]


def test_what_came_due_while_nobody_looked_comes_once_unless_it_is_too_long_ago(
    root: Path, instance: dg.DagsterInstance
) -> None:
    evening = look(root, instance, "2026-11-09T20:00:00+08:00", EIGHT)
    assert {one.run_key for one in evening.run_requests or ()} == {
        "hua@daily@2026-11-09T01:00:00+00:00",
        "hua@weekly@2026-11-09T01:00:00+00:00",
        "li@daily@2026-11-09T10:30:00+00:00",
    }
    assert asked(look(root, instance, "2026-11-12T08:00:00+08:00", EIGHT)) == []


def test_settings_that_change_count_from_the_next_look(root: Path, instance: dg.DagsterInstance) -> None:
    first = look(root, instance, EIGHT, None)
    (root / "hua" / "orderhealth.yml").write_text('locale: en\nreport:\n  daily:\n    at: "08:15"\n')
    assert asked(look(root, instance, "2026-11-09T08:15:00+08:00", first.cursor)) == [
        ("hua", "report_merchant_daily")
    ]


def test_the_run_of_a_report_evaluates_writes_and_tells(root: Path, instance: dg.DagsterInstance) -> None:
    write_simulation(simulate("promo_eve", 300, 1), root / "li" / "feeds")
    told = root / "li" / "told.jsonl"
    (root / "li" / "orderhealth.yml").write_text(
        LI + f"channels:\n  - name: desk\n    type: file\n    path: {told}\n"
    )
    job = fleet_report_definitions(root).resolve_job_def("report_merchant_daily")
    done = job.execute_in_process(partition_key="li", tags={AS_OF_TAG: AS_OF}, instance=instance)
    (made,) = done.asset_materializations_for_node("merchant_daily_report")
    assert made.metadata["files"].value == ["daily-20261110-2000.xlsx"]
    assert (root / "li" / "reports" / "daily" / "daily-20261110-2000.xlsx").is_file()
    messages = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    assert "report" in {message["kind"] for message in messages}
    assert not (root / "hua" / "reports").exists()
