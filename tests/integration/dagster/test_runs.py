"""Runs and ticks in this process, on an instance of their own and real feed files."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dagster as dg
import duckdb
import pytest

from orderhealth_pipeline.definitions import build_definitions
from orderhealth_pipeline.defs.configuration import (
    CONFIGURATION_VARIABLE,
    current_settings,
    read_graph_facts,
)
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.running import AS_OF_TAG, RECORD_TAG
from orderhealth_pipeline.defs.server.maintenance import delete_runs_before, prune_runs
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.dagster.held_store import held
from tests.integration.respond.chat_platforms import Answer, Slack, serving
from tests.real_data import REAL_DATA

# Dagster 1.13 still asks pydantic for `__fields__`.
pytestmark = pytest.mark.filterwarnings("ignore:The `__fields__` attribute is deprecated")

AS_OF = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Shop:
    """A folder with feeds and an `orderhealth.yml`, and the Dagster instance of the test."""

    folder: Path
    instance: dg.DagsterInstance

    @property
    def store(self) -> Path:
        return self.folder / "orderhealth.duckdb"

    def configure(self, **changes: Any) -> None:
        channels = [{"type": "file", "path": "messages.jsonl"}]
        content = {"locale": "en", "channels": channels, **changes}
        (self.folder / "orderhealth.yml").write_text(json.dumps(content, default=str))

    def run(
        self,
        job: str = "whole_chain",
        as_of: datetime | None = AS_OF,
        tags: Mapping[str, str] = MappingProxyType({}),
    ) -> dg.ExecuteInProcessResult:
        definitions = build_definitions(read_graph_facts())
        tags = {**tags} if as_of is None else {**tags, AS_OF_TAG: as_of.isoformat()}
        return definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance, tags=tags, raise_on_error=False
        )

    def tick(self, sensor: str, cursor: str | None = None) -> dg.SensorResult:
        repository = build_definitions(read_graph_facts()).get_repository_def()
        context = dg.build_sensor_context(
            self.instance, cursor, repository_def=repository, resources={"pipeline": Pipeline()}
        )
        result = repository.get_sensor_def(sensor)(context)
        assert isinstance(result, dg.SensorResult)
        return result

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.store, read_only=True) as con:
            return con.execute(query).fetchall()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv(CONFIGURATION_VARIABLE, str(tmp_path / "orderhealth.yml"))
    write_simulation(simulate("promo_eve", 1500, 7, AS_OF), tmp_path / "feeds")
    with dg.instance_for_test() as instance:
        shop = Shop(tmp_path, instance)
        shop.configure()
        yield shop


def metadata_of(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    (materialization,) = (
        event.step_materialization_data.materialization
        for event in result.get_asset_materialization_events()
        if event.asset_key is not None and event.asset_key.to_user_string() == asset
    )
    return {label: entry.value for label, entry in materialization.metadata.items()}


def checks_of(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    return {check.check_name: check for check in result.get_asset_check_evaluations()}


def test_a_run_brings_everything_up_to_date_at_one_instant(shop: Shop) -> None:
    result = shop.run()
    assert result.success
    assert metadata_of(result, "feeds/payments")["rows_new"] > 1000
    assert metadata_of(result, "health_score")["score"] < 85
    assert metadata_of(result, "health_score")["alert"] == "breach"
    cases = metadata_of(result, "cases")
    ((live, overdue),) = shop.ask(
        "select count(*), count(overdue_since) from cases where resolved_at is null"
    )
    assert (cases["live"], cases["overdue"]) == (live, overdue)
    assert sum(row.data["cases"] for row in cases["by_owner"].records) == live > 0
    assert metadata_of(result, "response_times")["waiting"] == live
    assert metadata_of(result, "risk_report")["path"] == str(shop.folder / "reports" / "risk-report.html")
    assert shop.ask("select distinct as_of from rule_results") == [(AS_OF,)]
    assert shop.ask("select distinct loaded_at from feeds.loads") == [(AS_OF,)]


def test_without_a_tag_all_steps_share_the_second_the_run_started_in(shop: Shop) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    assert shop.run(as_of=None).success
    ((as_of,),) = shop.ask("select distinct as_of from rule_results")
    assert before <= as_of <= datetime.now(UTC)
    assert shop.ask("select distinct loaded_at from feeds.loads") == [(as_of,)]


def test_every_check_counts_what_the_store_counts(shop: Shop) -> None:
    checks = checks_of(shop.run())
    stored = shop.ask("select rule_id, open, explained, gx_unexpected_count from rule_results")
    shown = {
        name: tuple(check.metadata[label].value for label in ("open", "explained", "gx_unexpected_count"))
        for name, check in checks.items()
    }
    assert shown == {rule_id: tuple(counts) for rule_id, *counts in stored}
    assert all(check.passed == (check.metadata["open"].value == 0) for check in checks.values())


def test_the_same_files_again_are_known(shop: Shop) -> None:
    shop.run()
    again = metadata_of(shop.run(as_of=AS_OF + timedelta(minutes=15)), "feeds/payments")
    assert (again["rows_new"], again["files_unchanged"]) == (0, 1)


def test_a_rule_whose_feed_is_missing_is_unknown_and_never_passes(shop: Shop) -> None:
    (shop.folder / "feeds" / "payments.csv").unlink()
    check = checks_of(shop.run())["paid_not_in_erp"]
    assert not check.passed
    assert check.severity == dg.AssetCheckSeverity.WARN
    assert check.metadata["missing_feeds"].value == "payments"
    assert "Unknown is not healthy" in check.description


def test_a_rule_disabled_after_loading_is_said_to_be_so(shop: Shop) -> None:
    facts = read_graph_facts()
    definitions = build_definitions(facts)
    shutil.copytree(facts.settings.expectations, shop.folder / "own")
    rule = shop.folder / "own" / "payment" / "paid_not_in_erp.yml"
    rule.write_text(rule.read_text().replace("enabled: true", "enabled: false"))
    shop.configure(expectations="own")
    result = definitions.resolve_job_def("whole_chain").execute_in_process(
        instance=shop.instance, tags={AS_OF_TAG: AS_OF.isoformat()}
    )
    check = checks_of(result)["paid_not_in_erp"]
    assert not check.passed
    assert "reload" in check.description


def test_a_wrong_configuration_fails_with_its_place_and_is_not_tried_again(shop: Shop) -> None:
    shop.configure(time_zone="Asia/Shanghai")
    result = shop.run()
    assert not result.success
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    said = [each.user_failure_data.description or "" for each in failures if each.user_failure_data]
    (reason,) = said
    assert "orderhealth.yml" in reason
    assert "time_zone" in reason
    assert not [event for event in result.all_events if event.is_step_up_for_retry]
    assert not shop.store.exists()


def test_a_tick_does_not_wait_for_a_busy_store(shop: Shop) -> None:
    shop.run()
    with held(shop.store):
        tick = shop.tick("health_score_alert")
    assert "busy" in str(tick.skip_reason)
    assert tick.cursor is None


def test_a_step_tries_again_until_a_busy_store_is_free(shop: Shop) -> None:
    payments = build_definitions(read_graph_facts()).resolve_assets_def(dg.AssetKey(["feeds", "payments"]))
    with held(shop.store) as other:
        release = threading.Thread(target=release_after_a_failed_try, args=(shop.instance, other))
        release.start()
        result = dg.materialize([payments], instance=shop.instance)
        release.join()
    assert result.success
    assert [event for event in result.all_events if event.is_step_up_for_retry]


def release_after_a_failed_try(instance: dg.DagsterInstance, other: subprocess.Popen[str]) -> None:
    """Let the other process go once a step is up for retry, however slow the machine is."""
    assert other.stdin is not None
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at and not any(
        instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_UP_FOR_RETRY)
        for run in instance.get_runs()
    ):
        time.sleep(0.05)
    other.stdin.close()


def test_the_comparison_reads_logistics_and_shows_the_funnel(shop: Shop) -> None:
    result = shop.run("compare_orders_and_logistics")
    assert result.success
    shown = metadata_of(result, "order_logistics_comparison")
    assert shown["orders_placed"] >= shown["orders_in_erp"] >= shown["orders_delivered"]
    loaded = {feed for (feed,) in shop.ask("select feed from feeds.loads")}
    assert loaded == {
        "storefront_orders",
        "erp_orders",
        "wms_shipments",
        "wms_shipment_lines",
        "wms_stock",
        "tms_events",
    }


def test_the_daily_report_is_kept_in_a_folder_of_its_own(shop: Shop) -> None:
    assert shop.run("write_daily_report").success
    names = {file.name for file in (shop.folder / "reports" / "daily").iterdir()}
    assert names == {"daily-20261110-2000.html", "daily-20261110-2000.xlsx"}
    told = [json.loads(line) for line in (shop.folder / "messages.jsonl").read_text("utf-8").splitlines()]
    assert [message["subject"] for message in told if message["kind"] == "report"] == ["daily"]


def test_the_weekly_report_is_written_and_told(shop: Shop) -> None:
    assert shop.run("write_weekly_report").success
    names = {file.name for file in (shop.folder / "reports" / "weekly").iterdir()}
    assert names == {"weekly-20261110-2000.html", "weekly-20261110-2000.xlsx"}


def test_a_low_score_is_delivered_once(shop: Shop) -> None:
    assert "no store" in str(shop.tick("health_score_alert").skip_reason)
    shop.run()
    (message,) = (shop.folder / "messages.jsonl").read_text().splitlines()
    assert json.loads(message)["kind"] == "breach"
    first = shop.tick("health_score_alert")
    assert "Nothing to send" in str(first.skip_reason)
    second = shop.tick("health_score_alert", first.cursor)
    assert "No new score" in str(second.skip_reason)


def test_the_store_is_free_for_others_while_a_message_is_under_way(shop: Shop) -> None:
    opened: list[int] = []

    def open_the_store(_: BaseHTTPRequestHandler) -> Answer:
        program = f"import duckdb; duckdb.connect({str(shop.store)!r}).execute('from alerts').fetchall()"
        opened.append(subprocess.run([sys.executable, "-c", program], check=False).returncode)
        return Answer(200, b"ok")

    slack = Slack()
    slack.always = open_the_store
    with serving(slack):
        shop.configure(channels=[{"type": "slack", "url": slack.url}])
        result = shop.run()
    assert result.success
    assert opened == [0]
    assert shop.ask("select state from deliveries") == [("sent",)]
    assert shop.ask("select count(*) from rule_results where gx_unexpected_count is not null") != [(0,)]


def test_a_run_for_the_past_shows_it_and_records_nothing_unless_told_to(shop: Shop) -> None:
    shop.run()
    earlier = AS_OF - timedelta(hours=6)
    before = shop.ask("from health_score")
    result = shop.run(as_of=earlier)
    assert result.success
    shown = metadata_of(result, "health_score")
    assert (shown["recorded"], shown["alert"]) == (False, "none")
    assert shop.ask("from health_score") == before
    recorded = shop.run(as_of=earlier, tags={RECORD_TAG: ""})
    assert metadata_of(recorded, "health_score")["recorded"] is True
    assert sorted(shop.ask("select as_of from health_score")) == [(earlier,), (AS_OF,)]


def test_what_a_run_of_the_command_line_recorded_is_delivered_by_the_sensor(shop: Shop) -> None:
    plan = plan_run(current_settings())
    run_pipeline(plan, AS_OF, StageTimes(time.perf_counter))
    assert "sent" in str(shop.tick("health_score_alert").skip_reason)
    assert (shop.folder / "messages.jsonl").read_text().count("\n") == 1


def test_new_files_call_for_one_run(shop: Shop) -> None:
    first = shop.tick("new_feed_files")
    second = shop.tick("new_feed_files", first.cursor)
    assert len(first.run_requests or []) == 1
    assert "No new file" in str(second.skip_reason)


def test_old_runs_are_deleted(shop: Shop) -> None:
    kept = shop.run()
    assert delete_runs_before(shop.instance, datetime.now(UTC) - timedelta(days=1)) == 0
    assert shop.instance.has_run(kept.run_id)
    assert delete_runs_before(shop.instance, datetime.now(UTC) + timedelta(seconds=1)) == 1
    assert not shop.instance.has_run(kept.run_id)


def test_a_deleted_run_leaves_nothing_on_disk(shop: Shop) -> None:
    deleted = shop.run().run_id
    history = Path(shop.instance.root_directory) / "history"
    assert list(history.rglob(f"{deleted}*"))

    delete_runs_before(shop.instance, datetime.now(UTC) + timedelta(seconds=1))

    assert list(Path(shop.instance.root_directory).rglob(f"*{deleted}*")) == []
    for database, table in (
        ("runs.db", "run_tags"),
        ("runs/index.db", "asset_check_executions"),
        ("runs/index.db", "event_logs"),
        ("runs/index.db", "asset_event_tags"),
    ):
        with closing(sqlite3.connect(history / database)) as con:
            assert con.execute(f"select count(*) from {table}").fetchall() == [(0,)], table


def test_the_database_of_a_run_that_was_deleted_otherwise_is_deleted_too(shop: Shop) -> None:
    kept, deleted = shop.run(), shop.run(as_of=AS_OF + timedelta(minutes=5))
    shop.instance.delete_run(deleted.run_id)
    assert delete_runs_before(shop.instance, datetime.now(UTC) - timedelta(days=1)) == 0
    assert list(Path(shop.instance.root_directory).rglob(f"*{deleted.run_id}*.db")) == []
    assert shop.instance.all_logs(kept.run_id) != []


def test_the_nightly_job_keeps_recent_runs(shop: Shop) -> None:
    recent = shop.run()
    assert shop.run("prune_runs").success
    assert shop.instance.has_run(recent.run_id)


def test_the_nightly_job_may_keep_fewer_days(shop: Shop) -> None:
    old = shop.run()
    kept = {"ops": {"delete_old_runs": {"config": {"kept_days": 0.0}}}}
    assert prune_runs.execute_in_process(instance=shop.instance, run_config=kept).success
    assert not shop.instance.has_run(old.run_id)


@pytest.mark.real_data
def test_feeds_may_come_through_an_adapter(shop: Shop) -> None:
    shop.configure(feeds={"payments": {"path": str(REAL_DATA / "olist"), "adapter": "olist"}})
    definitions = build_definitions(read_graph_facts())
    payments = definitions.resolve_assets_def(dg.AssetKey(["feeds", "payments"]))
    result = dg.materialize([payments], instance=shop.instance)
    assert result.success
    assert metadata_of(result, "feeds/payments")["rows_new"] > 30_000
