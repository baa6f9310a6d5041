"""Given the calls beside `run`, each does what the contract says, also in an empty folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.in_force.tiers import apply_tier, read_tier
from tests.integration.cli.conftest import Call, call_program, files_below

RULES = read_catalogue(expectations_folder(), frozenset(feed_contracts()))


def test_simulate_is_deterministic(tmp_path: Path, orderhealth: Call) -> None:
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        answer = orderhealth(
            "simulate", "--scenario", "calm", "--orders", "500", "--seed", seed, "--out", folder
        )
        assert answer.code == 0
        assert answer.out.startswith(f"orderhealth run --feeds {folder} --as-of 2026-10-14T20:00:00+08:00")
    first, again, other = (files_below(tmp_path / folder) for folder in "abc")
    assert first == again
    assert first["payments.csv"] != other["payments.csv"]
    assert first["truth.csv"].startswith(b"order_id,rule_id,verdict,cause\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scenario", "storm", "--orders", "500"), "no scenario is called 'storm'"),
        (("--scenario", "calm", "--orders", "3"), "not 3"),
        (("--scenario", "calm", "--orders", "0"), "0 is not in the range"),
    ],
)
def test_simulate_names_what_it_cannot_do(
    tmp_path: Path, orderhealth: Call, options: tuple[str, ...], message: str
) -> None:
    answer = orderhealth("simulate", *options, "--seed", "1", "--out", "x")
    assert answer.code in {2, 3}
    assert message in answer.err
    assert files_below(tmp_path) == {}


def test_evaluate_shows_that_every_rule_is_exact(store: Path, feeds: Path, orderhealth: Call) -> None:
    answer = orderhealth("evaluate", "--store", store, "--truth", feeds / "truth.csv")
    assert answer.code == 0
    rows = re.findall(r"^│ (\w+) .*│ +(\S+) +│ +(\S+) +│[^│]*│$", answer.out, re.MULTILINE)
    assert {rule for rule, _, _ in rows} == {rule.id for rule in RULES.enabled}
    assert {(precision, recall) for _, precision, recall in rows} == {("1.0000", "1.0000")}


def test_the_demo_needs_neither_configuration_nor_network(tmp_path: Path) -> None:
    no_network = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    answer = call_program("demo", "--orders", "600", cwd=tmp_path, environment=no_network)
    assert answer.code == 0, answer.err
    assert re.search(r"^│ [67]\d\.\d\d ", answer.out, re.MULTILINE), answer.out
    assert str(tmp_path / "demo" / "risk-report.html") in answer.out
    page = (tmp_path / "demo" / "risk-report.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    again = call_program("run", "--config", "demo/orderhealth.yml", "--json", cwd=tmp_path)
    assert json.loads(again.out)["as_of"] == "2026-11-10T12:00:00+00:00"


def test_the_demo_does_not_touch_a_configuration_that_it_did_not_make(
    tmp_path: Path, orderhealth: Call
) -> None:
    (tmp_path / "orderhealth.yml").write_text("locale: en\n", encoding="utf-8")
    before = files_below(tmp_path)
    answer = orderhealth("demo", "--out", ".", "--orders", "500")
    assert answer.code == 2
    assert "orderhealth.yml: there is a configuration here that no demo made" in answer.err
    assert files_below(tmp_path) == before


def test_the_demo_takes_away_nothing_that_it_did_not_make(tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "demo" / "feeds").mkdir(parents=True)
    (tmp_path / "demo" / "feeds" / "payments.csv").write_text("mine", encoding="utf-8")
    before = files_below(tmp_path)
    answer = orderhealth("demo", "--orders", "500")
    assert answer.code == 2
    assert "demo/feeds: there are feeds here that no demo made" in answer.err
    assert files_below(tmp_path) == before


@pytest.mark.parametrize("tier", ["small", "growing", "mature"])
def test_a_new_project_runs_at_once(
    tmp_path: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    assert orderhealth("init", "shop", "--tier", tier).code == 0
    monkeypatch.chdir(tmp_path / "shop")
    assert orderhealth("rules", "check").code == 0
    answer = orderhealth("run", "--json")
    assert answer.code == 0, answer.err
    printed = json.loads(answer.out)
    kept = apply_tier(RULES.rules, read_tier(expectations_folder(), tier))
    assert set(printed["rules"]) == {rule_id for rule_id, rule in kept.items() if rule.enabled}
    assert printed["score"] > 85
    assert printed["rejected"] == {}
    assert orderhealth("report").code == 0
    assert (tmp_path / "shop" / "reports" / "risk-report.html").is_file()


@pytest.mark.parametrize("taken", ["orderhealth.yml", "expectations/mine.yml", "feeds/payments.csv"])
def test_init_overwrites_nothing(tmp_path: Path, orderhealth: Call, taken: str) -> None:
    (tmp_path / "shop" / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "shop" / taken).write_text("mine", encoding="utf-8")
    before = files_below(tmp_path)
    answer = orderhealth("init", "shop", "--tier", "small")
    assert answer.code == 2
    assert f"there is a project here already ({taken.split('/', maxsplit=1)[0]})" in answer.err
    assert files_below(tmp_path) == before


@pytest.mark.parametrize(("locale", "language"), [("zh", 'lang="zh'), ("en", 'lang="en"')])
def test_the_report_speaks_both_languages(
    store: Path, tmp_path: Path, orderhealth: Call, locale: str, language: str
) -> None:
    answer = orderhealth("report", "--store", store, "--out", "r", "--locale", locale)
    assert answer.code == 0
    page = (tmp_path / "r" / "risk-report.html").read_text(encoding="utf-8")
    assert language in page
    assert (tmp_path / "r" / "risk-report-20261110T120000Z.html").read_text(encoding="utf-8") == page


def test_rules_are_listed_checked_explained_and_documented(tmp_path: Path, orderhealth: Call) -> None:
    listed = orderhealth("rules", "list")
    assert listed.code == 0
    assert "paid_not_in_erp" in listed.out
    assert orderhealth("rules", "check").out == f"{len(RULES.rules)} rules are right.\n"
    explained = orderhealth("rules", "explain", "buyer_burst", "--locale", "en")
    assert "payment_timeout_reorder" in explained.out
    unknown = orderhealth("rules", "explain", "luck")
    assert unknown.code == 2
    assert "there is no rule 'luck'; there are: buyer_burst, " in unknown.err
    assert orderhealth("rules", "docs", "--out", "docs").code == 0
    assert "paid_not_in_erp.md" in {file.name for file in (tmp_path / "docs").iterdir()}


def test_an_example_that_disagrees_after_a_change_is_a_warning(tmp_path: Path, orderhealth: Call) -> None:
    orderhealth("init", "shop", "--tier", "mature")
    rule = tmp_path / "shop" / "expectations" / "payment" / "paid_not_in_erp.yml"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(re.sub(r"more_than: \d+", "more_than: 60000", text, count=1), encoding="utf-8")
    answer = orderhealth("rules", "check", "--expectations", "shop/expectations")
    assert answer.code == 0
    assert "examples disagree with their rule" in answer.err


def test_help_and_version_are_there(orderhealth: Call) -> None:
    answer = orderhealth("--help")
    assert answer.code == 0
    for call in ("demo", "run", "report", "rules", "simulate", "evaluate", "init", "rebuild"):
        assert re.search(rf"^  {call} ", answer.out, re.MULTILINE)
    assert orderhealth("--version").out.startswith("orderhealth, version ")
    assert orderhealth("dance").code == 2


def test_the_catalogue_speaks_the_language_of_the_shop(orderhealth: Call) -> None:
    chinese = orderhealth("rules", "list").out
    for word in ("环节", "何时命中", "仓库主管", "严重", "同一买家在 10 分钟内的最多订单数"):
        assert word in chinese
    assert "span_minutes" not in chinese
    Path("orderhealth.yml").write_text("locale: en\n", encoding="utf-8")
    english = orderhealth("rules", "list").out
    for word in ("Stage", "Hits when", "warehouse supervisor"):
        assert word in english
