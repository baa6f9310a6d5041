"""Decisions of the alert policy over the ticks of a small shop: what is told, and why somebody is not."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from orderhealth_pipeline.resources import expectations_folder
from tests.integration.cli.conftest import Call

CONFIGURATION: Final = """
timezone: UTC
locale: en
expectations: expectations
feeds:
  storefront_orders: {path: feeds}
  payments: {path: feeds}
  erp_orders: {path: feeds, expected_every: 6h}
channels:
  - {type: file, name: office, url: office.jsonl}
  - {type: file, name: erp, url: erp.jsonl}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three paid orders of which the ERP has one; the integration owner is told on a channel of their own."""
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    placed = "".join(f"{order},2026-11-10T08:00:00Z,paid,10\n" for order in "ABC")
    (feeds / "storefront_orders.csv").write_text(f"order_id,placed_at,status,amount\n{placed}", "utf-8")
    paid = "".join(f"P{order},{order},2026-11-10T08:00:00Z,10,succeeded\n" for order in "ABC")
    (feeds / "payments.csv").write_text(f"payment_id,order_id,paid_at,amount,status\n{paid}", "utf-8")
    (feeds / "erp_orders.csv").write_text(
        "erp_id,order_id,synced_at,status\nE1,A,2026-11-10T08:05:00Z,received\n", "utf-8"
    )
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION, "utf-8")
    copy_expectations(tmp_path / "expectations")
    return tmp_path


def copy_expectations(folder: Path) -> None:
    shutil.copytree(expectations_folder(), folder)
    owners = (folder / "owners.yml").read_text("utf-8")
    named = "  integration_owner:\n"
    (folder / "owners.yml").write_text(owners.replace(named, f"{named}    channels: [erp]\n"), "utf-8")


def decisions(shop: Path, as_of: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(shop / "orderhealth.published.duckdb"), read_only=True) as con:
        return con.execute(
            "select subject, channel, decision, reason, len(cases) from alert_decisions "
            "where as_of = ?::timestamptz and not subject = 'cases:order_service' order by all",
            [as_of],
        ).fetchall()


def test_what_is_told_and_what_is_not_stands_with_its_reason(shop: Path, orderhealth: Call) -> None:
    ticks = ("2026-11-10T09:00:00Z", "2026-11-10T09:05:00Z", "2026-11-10T13:10:00Z", "2026-11-10T15:00:00Z")
    for tick in ticks:
        assert orderhealth("run", "--deliver", "--as-of", tick).code == 0
    role = "cases:integration_owner"
    first, second, third, fourth = (decisions(shop, tick) for tick in ticks)
    assert (role, "erp", "sent", "new_cases", 2) in first or (role, "erp", "sent", "new_cases", 1) in first
    assert (role, "erp", "unchanged", "told", first[0][4]) in second
    assert ("score", "office", "sent", "breach", 0) in first
    assert ("score", "office", "unchanged", "told", 0) in second
    assert ("score", "office", "reminder", "reminder", 0) in third
    # The ERP is silent. The message that nobody can confirm the end names the blind rules, so that no other
    # message does, and their cases are nobody's storm.
    assert ("source:erp_orders", "office", "sent", "stale", 0) in fourth
    assert next(row for row in fourth if row[0] == role)[2:4] == ("inhibited", "source erp_orders")
    told = [json.loads(line) for line in (shop / "office.jsonl").read_text("utf-8").splitlines()]
    assert [message["kind"] for message in told] == ["breach", "reminder", "unconfirmed"]


def test_why_and_replay_tell_what_was_decided(shop: Path, orderhealth: Call) -> None:
    for minute in ("00", "05", "10"):
        orderhealth("run", "--deliver", "--as-of", f"2026-11-10T09:{minute}:00Z")
    chain = json.loads(orderhealth("why", "B", "--json").out)
    of_rule = next(finding for finding in chain["findings"] if finding["rule_id"] == "paid_not_in_erp")
    told = [each for each in of_rule["decisions"] if each["channel"] == "erp"]
    assert [each["decision"] for each in told] == ["sent", "unchanged"]
    assert told[0]["state"] == "sent"
    assert "sent, because there are new cases" in orderhealth("why", "B").out
    in_chinese = orderhealth("why", "B", "--locale", "zh").out
    assert "已发送，因为有新的事件" in in_chinese
    assert "负责角色 系统对接负责人" in in_chinese
    orderhealth(
        "verdict", "B", "paid_not_in_erp", "false_alarm", "--why", "x", "--at", "2026-11-10T09:11:00Z"
    )
    until = ("--until", "2026-11-11T00:00:00Z", "--at", "2026-11-10T09:11:00Z", "--why", "x")
    assert orderhealth("snooze", "paid_not_in_erp", "--order", "B", *until).code == 0
    assert orderhealth("run", "--as-of", "2026-11-10T09:12:00Z").code == 0
    explained = orderhealth("why", "B", "--locale", "zh").out
    assert "有合理解释，不预警" in explained
    assert "false_alarm" not in explained
    assert "snoozed" not in explained
    assert orderhealth("why", "nobody").code == 2

    (shop / "same.yml").write_text("alerting: {}", "utf-8")
    (shop / "poor.yml").write_text("alerting: {reminder_every: 5m}", "utf-8")
    span = ("policy", "replay", "--from", "2026-11-10", "--to", "2026-11-11", "--json", "--policy")
    same, poor = (json.loads(orderhealth(*span, file).out) for file in ("same.yml", "poor.yml"))
    assert same["sent"]["now"] == same["sent"]["then"] != []
    assert poor["messages"]["then"]["office"] == same["messages"]["now"]["office"] + 2


def test_the_doctor_is_well_after_a_run_and_says_the_way_out_where_it_is_not(
    shop: Path, orderhealth: Call
) -> None:
    assert orderhealth("doctor").code == 1
    orderhealth("run", "--deliver", "--as-of", "2026-11-10T09:00:00Z")
    assert orderhealth("doctor").code == 0, orderhealth("doctor").out
    assert re.search(r"上次运行在 \d+ 分钟前", orderhealth("doctor", "--locale", "zh").out)
    late = orderhealth("doctor", "--at", "2099-01-01", "--json")
    assert late.code == 1
    wrong = {check["check"] for check in json.loads(late.out)["checks"] if not check["ok"]}
    assert wrong == {"daemon", "channels"}
    (shop / "expectations" / "owners.yml").touch()
    assert "orderhealth rules check" in orderhealth("doctor").out


def test_the_doctor_names_a_dagster_whose_daemons_are_dead(
    shop: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    orderhealth("run", "--as-of", "2026-11-10T09:00:00Z")
    (shop / "home" / "history").mkdir(parents=True)
    with sqlite3.connect(shop / "home" / "history" / "runs.db") as runs:
        runs.execute("create table daemon_heartbeats (daemon_type text, timestamp text)")
        now = datetime.now(UTC).replace(tzinfo=None)
        runs.execute("insert into daemon_heartbeats values ('SCHEDULER', ?)", [str(now)])
        runs.execute("insert into daemon_heartbeats values ('SENSOR', ?)", [str(now - timedelta(minutes=20))])
    runs.close()
    monkeypatch.setenv("DAGSTER_HOME", str(shop / "home"))
    answer = orderhealth("doctor", "--json")
    dagster = next(check for check in json.loads(answer.out)["checks"] if check["check"] == "dagster")
    assert (answer.code, dagster["ok"], dagster["found"]) == (1, False, "dead")
    assert "dagster-daemon run" in dagster["way_out"]


def test_a_run_again_at_the_same_instant_decides_the_same(shop: Path, orderhealth: Call) -> None:
    tick = "2026-11-10T09:00:00Z"
    orderhealth("run", "--as-of", tick)
    before = decisions(shop, tick)
    orderhealth("run", "--as-of", tick)
    assert decisions(shop, tick) == before


def test_the_doctor_names_a_source_that_cannot_be_pulled(
    orderhealth: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "locale: en\nsources:\n  share: {type: files, url: /no/such/folder}\n"
    (tmp_path / "orderhealth.yml").write_text(text, encoding="utf-8")
    orderhealth("pull")
    said = orderhealth("doctor").out
    assert "share cannot be pulled" in said
    assert "orderhealth source check" in said
