"""The graph that a data team sees."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from orderhealth_pipeline.definitions import build_definitions
from orderhealth_pipeline.defs.configuration import CONFIGURATION_VARIABLE, read_graph_facts
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue

# Dagster 1.13 still asks pydantic for `__fields__`.
pytestmark = pytest.mark.filterwarnings("ignore:The `__fields__` attribute is deprecated")

GROUPS = {"storefront", "payment", "erp", "wms", "tms"}
GROUP_OF_FEED = {feed: contract.system for feed, contract in feed_contracts().items()}
CATALOGUE = read_catalogue(expectations_folder(), frozenset(feed_contracts()))
RULES = {rule.id for rule in CATALOGUE.enabled}


def graph(
    monkeypatch: pytest.MonkeyPatch, folder: Path, configuration: str | None
) -> dg.RepositoryDefinition:
    """Load the graph in a folder with this `orderhealth.yml`, or with none."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv(CONFIGURATION_VARIABLE, raising=False)
    if configuration is not None:
        (folder / "orderhealth.yml").write_text(configuration)
    definitions = build_definitions(read_graph_facts())
    dg.Definitions.validate_loadable(definitions)
    return definitions.get_repository_def()


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dg.RepositoryDefinition:
    return graph(monkeypatch, tmp_path, None)


def test_every_feed_is_an_asset_in_the_group_of_its_system(unconfigured: dg.RepositoryDefinition) -> None:
    assets = unconfigured.asset_graph
    expected = {dg.AssetKey(["feeds", feed]): group for feed, group in GROUP_OF_FEED.items()}
    found = {key: assets.get(key).group_name for key in assets.get_all_asset_keys() if key.path[0] == "feeds"}
    assert found == expected
    assert set(found.values()) == GROUPS


def test_the_chain_runs_from_feeds_to_reports(unconfigured: dg.RepositoryDefinition) -> None:
    assets = unconfigured.asset_graph
    parents = {
        key.to_user_string(): {parent.to_user_string() for parent in assets.get(key).parent_keys}
        for key in assets.get_all_asset_keys()
        if key.path[0] != "feeds"
    }
    evaluated = {"order_fact", "findings", "health_score"}
    feeds = {f"feeds/{feed}" for feed in GROUP_OF_FEED}
    assert parents == {
        "order_fact": feeds,
        "findings": {"order_fact"},
        "health_score": {"findings"},
        "actions": {"findings"},
        "cases": {"findings"},
        "response_times": {"cases"},
        "risk_report": evaluated,
        "daily_report": evaluated,
        "weekly_report": evaluated,
        "order_logistics_comparison": {"order_fact", "findings"},
    }


def test_every_asset_is_described(unconfigured: dg.RepositoryDefinition) -> None:
    assets = unconfigured.asset_graph
    undescribed = [key for key in assets.get_all_asset_keys() if not assets.get(key).description]
    assert undescribed == []


def test_every_rule_is_a_check_of_the_findings(unconfigured: dg.RepositoryDefinition) -> None:
    checks = unconfigured.asset_graph.asset_check_keys
    assert {key.name for key in checks} == RULES
    assert {key.asset_key for key in checks} == {dg.AssetKey("findings")}


def test_everything_that_writes_the_store_is_in_its_pool(unconfigured: dg.RepositoryDefinition) -> None:
    definitions = unconfigured.assets_defs_by_key
    writing = {key: asset.op.pool for key, asset in definitions.items() if key.path[0] == "feeds"}
    writing[dg.AssetKey("findings")] = definitions[dg.AssetKey("findings")].op.pool
    assert set(writing.values()) == {"store"}
    assert len(writing) == len(GROUP_OF_FEED) + 1


def test_jobs_schedules_and_sensors(unconfigured: dg.RepositoryDefinition) -> None:
    jobs = {name for name in unconfigured.job_names if not name.startswith("__")}
    assert jobs == {
        "whole_chain",
        "compare_orders_and_logistics",
        "write_daily_report",
        "write_weekly_report",
        "prune_runs",
    }
    assert {each.name: each.cron_schedule for each in unconfigured.schedule_defs} == {
        "every_15_minutes": "*/15 * * * *",
        "comparison_twice_a_day": ["5 10 * * *", "5 16 * * *"],
        "daily_report": "0 9 * * *",
        "weekly_report": "0 9 * * mon",
        "prune_runs_at_night": "40 3 * * *",
    }
    assert {each.name for each in unconfigured.sensor_defs} == {
        "new_feed_files",
        "health_score_alert",
        "tell_data_team",
    }


def test_without_a_configuration_all_is_off(unconfigured: dg.RepositoryDefinition) -> None:
    statuses = {each.default_status.value for each in unconfigured.schedule_defs}
    statuses |= {each.default_status.value for each in unconfigured.sensor_defs}
    assert statuses == {"STOPPED"}


def test_with_a_configuration_all_is_on_and_in_the_stores_zone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configured = graph(monkeypatch, tmp_path, "timezone: America/Sao_Paulo\n")
    assert {each.execution_timezone for each in configured.schedule_defs} == {"America/Sao_Paulo"}
    statuses = {each.default_status.value for each in configured.schedule_defs}
    statuses |= {each.default_status.value for each in configured.sensor_defs}
    assert statuses == {"RUNNING"}


def test_a_wrong_configuration_does_not_hide_the_graph(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = graph(monkeypatch, tmp_path, "time_zone: Asia/Shanghai\n")
    assert {key.name for key in wrong.asset_graph.asset_check_keys} == RULES
    assert "time_zone" in str(read_graph_facts().problem)


def test_rules_without_a_file_of_the_everyday_profile_draw_the_graph(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(expectations_folder(), tmp_path / "rules")
    (tmp_path / "rules" / "profiles" / "everyday.yml").unlink()
    (tmp_path / "orderhealth.yml").write_text("expectations: rules\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(CONFIGURATION_VARIABLE, raising=False)
    facts = read_graph_facts()
    assert facts.problem is None
    assert {rule.id for rule in facts.rules} == RULES
