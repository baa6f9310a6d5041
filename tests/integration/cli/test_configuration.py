"""Given an `orderhealth.yml` or changed rules, the run does what they say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orderhealth_pipeline.resources import expectations_folder
from tests.integration.cli.conftest import AS_OF, Call


def run(orderhealth: Call, *options: str | Path) -> dict[str, Any]:
    answer = orderhealth("run", "--as-of", AS_OF, "--json", *options)
    assert answer.code == 0, answer.err
    printed: dict[str, Any] = json.loads(answer.out)
    return printed


def test_feeds_may_come_from_places_of_their_own_and_be_expected_to_be_fresh(
    feeds: Path, tmp_path: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    for part, names in {
        "store": ["storefront_orders.csv"],
        "money": ["payments.csv", "erp_orders.csv"],
    }.items():
        (tmp_path / "shop" / part).mkdir()
        for name in names:
            shutil.copy(feeds / name, tmp_path / "shop" / part)
    monkeypatch.setenv("MONEY", "money")
    (tmp_path / "shop" / "orderhealth.yml").write_text(
        """
store: out/s.duckdb
feeds:
  storefront_orders: {path: store}
  payments: {path: "${MONEY}", expected_every: 1m}
  erp_orders: {path: "${MONEY}", adapter: canonical, expected_every: 30d}
score: {threshold: 99.99, recover: 100}
channels:
  - {type: file, url: told.jsonl}
""",
        encoding="utf-8",
    )
    options = ("--config", "shop/orderhealth.yml", "--as-of", "2026-11-10T20:10:00+08:00", "--deliver")
    printed = run(orderhealth, *options)
    assert printed["rules"]["paid_not_in_erp"]["outcome"] == "unknown"
    assert printed["alert"] == "breach"
    assert 85 < printed["score"] < 99.99
    assert (tmp_path / "shop" / "told.jsonl").is_file()
    with duckdb.connect(str(tmp_path / "shop" / "out" / "s.duckdb"), read_only=True) as con:
        states = dict(con.execute("select feed, state from source_freshness").fetchall())
    assert (states["payments"], states["erp_orders"], states["tms_events"]) == ("stale", "fresh", "missing")


def test_a_finding_whose_rule_has_become_unknown_is_not_resolved(
    feeds: Path, tmp_path: Path, orderhealth: Call
) -> None:
    shutil.copytree(feeds, tmp_path / "feeds")
    assert run(orderhealth)["rules"]["paid_not_in_erp"]["outcome"] == "hit"
    names = ("storefront_orders", "payments", "erp_orders")
    sources = "".join(f"  {name}: {{path: feeds, expected_every: 1m}}\n" for name in names)
    (tmp_path / "orderhealth.yml").write_text(f"feeds:\n{sources}", encoding="utf-8")
    later = orderhealth("run", "--as-of", "2026-11-10T21:00:00+08:00", "--json")
    assert json.loads(later.out)["rules"]["paid_not_in_erp"]["outcome"] == "unknown"
    with duckdb.connect(str(tmp_path / "orderhealth.duckdb"), read_only=True) as con:
        states = con.execute(
            "select state, max(last_seen_at) = timestamptz '2026-11-10T20:00:00+08:00' from findings "
            "where rule_id = 'paid_not_in_erp' group by state"
        ).fetchall()
    assert states == [("open", True)]


def changed_rules(folder: Path, rule: str, pattern: str, replacement: str) -> Path:
    shutil.copytree(expectations_folder(), folder / "rules")
    file = folder / "rules" / rule
    text = file.read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, count=1)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    return folder / "rules"


@pytest.fixture(scope="module")
def unchanged(shop: Path, store: Path) -> dict[str, Any]:
    assert shop.is_dir()
    with duckdb.connect(str(store), read_only=True) as con:
        score, confidence = con.execute("select score, confidence from health_score").fetchall()[0]
        rules = con.execute("select rule_id, open from rule_results").fetchall()
    return {"score": float(score), "confidence": float(confidence), "open": dict(rules)}


def test_every_run_looks_at_the_configured_instant_unless_an_option_names_another(
    feeds: Path, tmp_path: Path, orderhealth: Call
) -> None:
    configuration = tmp_path / "orderhealth.yml"
    configuration.write_text(f"feeds: {feeds}\nas_of: 2026-11-10T12:00:00Z\n", encoding="utf-8")
    assert json.loads(orderhealth("run", "--json").out)["as_of"] == "2026-11-10T12:00:00+00:00"
    earlier = orderhealth("run", "--json", "--as-of", "2026-11-10T19:00:00+08:00")
    assert json.loads(earlier.out)["as_of"] == "2026-11-10T11:00:00+00:00"
    configuration.write_text(f"feeds: {feeds}\nas_of: 2026-11-10T12:00:00\n", encoding="utf-8")
    refused = orderhealth("run", "--json")
    assert refused.code == 2
    assert "orderhealth.yml:2: 'as_of'" in refused.err


def test_a_threshold_is_one_value(
    feeds: Path, tmp_path: Path, orderhealth: Call, unchanged: dict[str, Any]
) -> None:
    rules = changed_rules(tmp_path, "payment/paid_not_in_erp.yml", r"more_than: \d+", "more_than: 100000")
    printed = run(orderhealth, "--feeds", feeds, "--expectations", rules)
    assert unchanged["open"]["paid_not_in_erp"] > 0
    rule = printed["rules"]["paid_not_in_erp"]
    assert (rule["outcome"], rule["open"], rule["explained"]) == ("no_hit", 0, 0)
    assert printed["score"] > unchanged["score"]


def test_a_weight_is_one_value(
    feeds: Path, tmp_path: Path, orderhealth: Call, unchanged: dict[str, Any]
) -> None:
    rules = changed_rules(tmp_path, "payment/paid_not_in_erp.yml", r"weight: .*", "weight: 0.01")
    printed = run(orderhealth, "--feeds", feeds, "--expectations", rules)
    assert printed["rules"]["paid_not_in_erp"]["open"] == unchanged["open"]["paid_not_in_erp"]
    assert printed["score"] > unchanged["score"]


def test_a_rule_is_switched_off_by_one_value(
    feeds: Path, tmp_path: Path, orderhealth: Call, unchanged: dict[str, Any]
) -> None:
    rules = changed_rules(tmp_path, "payment/paid_not_in_erp.yml", "enabled: true", "enabled: false")
    printed = run(orderhealth, "--feeds", feeds, "--expectations", rules)
    assert "paid_not_in_erp" not in printed["rules"]
    # The addresses of some orders are masked, and weigh more now that there is one rule less.
    assert 0.97 < printed["confidence"] < unchanged["confidence"] < 1
    assert printed["score"] > unchanged["score"]


def test_a_severity_is_one_value(feeds: Path, tmp_path: Path, orderhealth: Call) -> None:
    rules = changed_rules(tmp_path, "payment/paid_not_in_erp.yml", "severity: .*", "severity: low")
    run(orderhealth, "--feeds", feeds, "--expectations", rules, "--store", "s.duckdb")
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as con:
        severities = con.execute(
            "select distinct severity from findings where rule_id = 'paid_not_in_erp'"
        ).fetchall()
    assert severities == [("low",)]


def test_the_promotion_profile_warns_earlier(
    feeds: Path, tmp_path: Path, orderhealth: Call, unchanged: dict[str, Any]
) -> None:
    printed = run(orderhealth, "--feeds", feeds, "--profile", "promotion", "--store", "s.duckdb")
    assert printed["rules"]["outbound_overdue"]["open"] > unchanged["open"]["outbound_overdue"]
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as con:
        assert con.execute("select profile from health_score").fetchall() == [("promotion",)]


def test_a_folder_of_rules_needs_no_profiles(feeds: Path, tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "rules").mkdir()
    shutil.copytree(expectations_folder() / "payment", tmp_path / "rules" / "payment")
    printed = run(orderhealth, "--feeds", feeds, "--expectations", "rules")
    assert set(printed["rules"]) == {file.stem for file in (tmp_path / "rules" / "payment").iterdir()}
