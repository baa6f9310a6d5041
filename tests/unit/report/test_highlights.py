"""The lines that the page, the Markdown and the terminal share."""

from __future__ import annotations

import pytest

from orderhealth_pipeline.report.model import Contribution, RiskReport, TrendPoint
from orderhealth_pipeline.report.words import highlights
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.blindness import Blindness
from tests.unit.report.conftest import ReportOf

ZH = Texts("zh")
EN = Texts("en")


@pytest.fixture(scope="module")
def promotion(report_of: ReportOf) -> RiskReport:
    return report_of("promotion", "en")


def with_previous(report: RiskReport, *, score: float | None, profile: str) -> RiskReport:
    previous = TrendPoint(as_of=report.trend[-2].as_of, score=score, confidence=1, profile=profile)
    return report.model_copy(update={"health": report.health.model_copy(update={"previous": previous})})


def test_a_breach_says_how_far_below_the_line(promotion: RiskReport) -> None:
    verdict = "20,318 active orders; the score is 2.53 points below the alert line of 85."
    assert highlights.verdict(promotion, EN) == verdict


def test_a_breach_with_unknown_rules_may_be_worse_than_it_looks(promotion: RiskReport) -> None:
    health = promotion.health.model_copy(update={"confidence": 0.8, "unknown_rules": 1})
    verdict = highlights.verdict(promotion.model_copy(update={"health": health}), EN)
    assert verdict.endswith("Only 80.0% of the rules' weight was checked: it may be worse than it looks.")


def test_two_profiles_are_not_compared_without_a_word(promotion: RiskReport) -> None:
    compared = highlights.compared(with_previous(promotion, score=90, profile="everyday"), EN)
    assert compared.startswith("−7.53 since the last run (11-10 18:00)")
    assert "the profile everyday" in compared


def test_nothing_is_compared_with_a_run_without_a_score(promotion: RiskReport) -> None:
    assert highlights.compared(with_previous(promotion, score=None, profile="promotion"), EN) == ""


def test_each_main_cause_gets_its_first_step_and_its_owner(promotion: RiskReport) -> None:
    first, second, third = highlights.actions(promotion, EN)
    assert first.text == "integration owner: Check the sync from shop to ERP."
    assert first.about == "Paid, but unknown to the ERP · 488 orders"
    assert second.text == "warehouse supervisor: Look for the parcel."
    assert third.about.endswith("3,355 lacking, most at 杭州仓 (3,000), 中通 137****5678 (3,355)")


def test_a_step_that_names_its_owner_is_not_given_another() -> None:
    assert highlights.owned_step("仓库主管", "仓库主管现场找包裹。", ZH) == "仓库主管现场找包裹。"
    assert highlights.owned_step("risk desk", "The risk desk decides.", EN) == "The risk desk decides."


def test_missing_data_comes_before_everything_else(report_of: ReportOf) -> None:
    (action,) = highlights.actions(report_of("unknown"), ZH)
    assert action.text == "可以补充：物流轨迹"
    assert action.about.startswith("补上后多检查 27.3%（")


def test_data_that_came_once_is_brought_back_before_anything_is_added(report_of: ReportOf) -> None:
    report = report_of("unknown")
    stalled = next(rule for rule in report.rules if rule.rule_id == "tracking_stalled")
    stale = stalled.model_copy(update={"blindness": Blindness(feeds={"tms_events": "stale"})})
    rules = tuple(stale if rule is stalled else rule for rule in report.rules)
    (action,) = highlights.actions(report.model_copy(update={"rules": rules}), ZH)
    assert action.text.startswith("先恢复数据：物流轨迹")
    assert action.about == "1 条规则因此无法判断。"


def test_rules_without_a_result_though_all_feeds_are_fresh_are_to_be_looked_into(report_of: ReportOf) -> None:
    (action,) = highlights.actions(report_of("empty", "en"), EN)
    assert action.text == "Find out why 5 rules have no result"
    assert action.about == "this run did not check the rule"


def test_only_the_greatest_changes_are_listed(promotion: RiskReport) -> None:
    rule = promotion.rules[0]
    many = tuple(rule.model_copy(update={"rule_id": f"rule_{n}", "points": float(n)}) for n in range(1, 11))
    before = tuple(
        Contribution(value=one.rule_id, label=one.title, points=one.points, previous_points=0.5)
        for one in many
    )
    report = promotion.model_copy(update={"rules": many, "attribution": {"rule": before}})
    *listed, others, total = highlights.changes(report, EN)
    assert [change.now for change in listed] == [10, 9, 8, 7, 6, 5]
    assert (others.before, others.now) == (2, 10)
    assert (total.before, total.now) == (5, 55)


def test_a_rate_is_compared_once_a_step(promotion: RiskReport) -> None:
    picked_up = [line for line in highlights.breakpoints(promotion, EN) if line.text.startswith("Picked up")]
    assert [line.before for line in picked_up] == [
        "76.0% of the step before got here, 91.2% in the last run",
        "",
    ]
