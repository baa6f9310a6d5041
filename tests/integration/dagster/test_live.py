"""The real thing: files are dropped; a run, its checks and the message in the chat follow by themselves."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.dagster.live import CHECKOUT, LiveDagster, live_dagster
from tests.integration.respond.chat_platforms import DingTalk, Receiver, serving

# The processes take 10 seconds to start, a sensor looks every 5 seconds, and a run needs some more.
pytestmark = pytest.mark.slow

RUNS = """query ($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs {
  results { runId status jobName tags { key value } } } } }"""
CHECKS = """query { assetNodeOrError(assetKey: {path: ["findings"]}) { ... on AssetNode { assetChecksOrError {
  ... on AssetChecks { checks { name executionForLatestMaterialization { status evaluation { success severity
  metadataEntries { label ... on IntMetadataEntry { intValue } ... on FloatMetadataEntry { floatValue }
  ... on TextMetadataEntry { text } ... on TableMetadataEntry { table { records } } } } } } } } } } }"""
SCORES = """query { assetNodeOrError(assetKey: {path: ["health_score"]}) { ... on AssetNode {
  assetMaterializations { runId metadataEntries { label ... on FloatMetadataEntry { floatValue } } } } } }"""
SENSORS = """query { sensorsOrError(repositorySelector: {repositoryName: "__repository__",
  repositoryLocationName: "orderhealth"}) { ... on Sensors { results { name sensorState { status } } } } }"""


@dataclass(frozen=True)
class Shop:
    """A live installation: its Dagster, its folder of feeds and expectations, its two chat servers."""

    dagster: LiveDagster
    folder: Path
    dingtalk: DingTalk
    receiver: Receiver

    def runs(self, status: str) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = self.dagster.ask(RUNS, filter={"statuses": [status]})["runsOrError"][
            "results"
        ]
        return results

    def evaluations(self) -> dict[str, Any] | None:
        """Return every check's evaluation; null while a run, such as one of the schedule, is at it again."""
        node = self.dagster.ask(CHECKS)["assetNodeOrError"]
        found = {
            check["name"]: check["executionForLatestMaterialization"]["evaluation"]
            for check in node["assetChecksOrError"]["checks"]
        }
        return found if all(found.values()) else None

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [each.json for each in self.receiver.accepted if each.json["kind"] == kind]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "feeds").mkdir()
    shutil.copytree(CHECKOUT / "expectations", folder / "expectations")
    dingtalk, receiver = DingTalk(), Receiver()
    with serving(dingtalk, receiver):
        configuration = folder / "orderhealth.yml"
        configuration.write_text(
            json.dumps(
                {
                    "locale": "en",
                    "expectations": "expectations",
                    "channels": [
                        {"type": "dingtalk", "url": dingtalk.url, "secret": dingtalk.secret},
                        {"type": "webhook", "url": receiver.url, "secret": receiver.secret},
                    ],
                }
            )
        )
        with live_dagster(folder, configuration) as dagster:
            yield Shop(dagster, folder, dingtalk, receiver)


@pytest.fixture(scope="module")
def first_run(shop: Shop) -> dict[str, Any]:
    """Drop the files of a promotion's eve, and wait for the run that they cause."""
    incoming = shop.folder / "incoming"
    write_simulation(simulate("promo_eve", 1500, 7, datetime.now(UTC)), incoming)
    for file in incoming.glob("*.csv"):
        file.rename(shop.folder / "feeds" / file.name)
    runs = shop.dagster.wait_for("a run over the new files", lambda: shop.runs("SUCCESS"), 300)
    return runs[0]


def test_with_a_configuration_the_sensors_are_on(shop: Shop) -> None:
    sensors = shop.dagster.ask(SENSORS)["sensorsOrError"]["results"]
    assert {sensor["name"]: sensor["sensorState"]["status"] for sensor in sensors} == {
        "new_feed_files": "RUNNING",
        "health_score_alert": "RUNNING",
        "tell_data_team": "RUNNING",
    }


def test_new_files_cause_a_run_of_the_whole_chain(first_run: dict[str, Any]) -> None:
    assert first_run["jobName"] == "whole_chain"
    tags = {tag["key"]: tag["value"] for tag in first_run["tags"]}
    assert tags["dagster/sensor_name"] == "new_feed_files"


@pytest.mark.usefixtures("first_run")
def test_every_rule_is_a_check_with_severity_counts_and_a_sample(shop: Shop) -> None:
    evaluations = shop.dagster.wait_for("the end of every check", shop.evaluations, 180)
    rules = read_catalogue(shop.folder / "expectations", frozenset(feed_contracts())).enabled
    assert evaluations.keys() == {rule.id for rule in rules}
    lost = evaluations["paid_not_in_erp"]
    assert (lost["success"], lost["severity"]) == (False, "ERROR")
    metadata = {entry["label"]: entry for entry in lost["metadataEntries"]}
    assert metadata["open"]["intValue"] > 0
    assert metadata["gx_unexpected_count"]["intValue"] >= metadata["open"]["intValue"]
    assert metadata["outcome"]["text"] == "hit"
    assert "the ERP has no record" in metadata["sample"]["table"]["records"][0]


@pytest.mark.usefixtures("first_run")
def test_the_score_is_kept_as_a_number_and_the_report_is_written(shop: Shop) -> None:
    newest = shop.dagster.ask(SCORES)["assetNodeOrError"]["assetMaterializations"][0]
    metadata = {entry["label"]: entry.get("floatValue") for entry in newest["metadataEntries"]}
    assert metadata["score"] is not None
    assert metadata["score"] < 85
    assert (shop.folder / "reports" / "risk-report.html").stat().st_size > 10_000


@pytest.mark.usefixtures("first_run")
def test_the_message_reaches_every_chat_with_the_right_signature(shop: Shop) -> None:
    # The servers accept nothing whose signature is wrong.
    shop.dagster.wait_for("the webhook's message", lambda: shop.told("breach"), 120)
    shop.dagster.wait_for("DingTalk's message", lambda: shop.dingtalk.accepted, 120)
    assert "below 85" in shop.dingtalk.accepted[0].json["markdown"]["text"]
    assert len(shop.told("breach")) == 1


@pytest.mark.usefixtures("first_run")
def test_a_broken_expectation_fails_the_run_and_the_data_team_hears_where(shop: Shop) -> None:
    file = shop.folder / "expectations" / "payment" / "paid_not_in_erp.yml"
    file.write_text(file.read_text().replace("weight: 0.60", "weight: 2"))
    feeds = shop.folder / "feeds"
    shutil.copy(feeds / "payments.csv", feeds / "payments_again.csv")
    shop.dagster.wait_for("a failed run", lambda: shop.runs("FAILURE"), 240)
    told = shop.dagster.wait_for("the message to the data team", lambda: shop.told("run_failed"), 120)
    assert told[0]["job"] == "whole_chain"
    assert "paid_not_in_erp.yml:" in told[0]["reason"]
    assert "'weight'" in told[0]["reason"]
    assert shop.receiver.secret not in json.dumps(told[0])
    time.sleep(6)  # one more tick
    assert len(shop.told("run_failed")) == 1
