"""The page of a back-test: one file, in both languages, with a table and plots."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.report.replay.model import (
    ReplayedRule,
    ReplayedSide,
    ReplayReport,
    alert_lines,
    profile_line,
    side_line,
)
from orderhealth_pipeline.report.replay.page import render_replay
from orderhealth_pipeline.report.words.texts import Texts

START = datetime(2026, 11, 10, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
INSTANTS = tuple(START + timedelta(hours=each) for each in range(3))
EN = Texts("en")


def rule(rule_id: str, *, new: tuple[str, ...] = (), found: int = 2) -> ReplayedRule:
    counts = (0, found // 2, found)
    return ReplayedRule(
        rule_id,
        f"<b>{rule_id}</b>",
        found,
        found + len(new),
        new,
        (),
        0.5,
        1,
        {"now": counts, "then": counts},
    )


@pytest.fixture
def report() -> ReplayReport:
    return ReplayReport(
        locale="en",
        timezone="Asia/Shanghai",
        instants=INSTANTS,
        score_lines=(85.0, 88.0),
        sides={
            "now": ReplayedSide(("everyday", "promotion", "promotion"), (90.0, None, 86.5), ()),
            "then": ReplayedSide(("promotion",) * 3, (84.0, 83.0, 89.0), ((INSTANTS[0], "breach"),)),
        },
        rules=(rule("low_price"), rule("urge", new=tuple("ABCDEFG")), rule("quiet", found=0)),
        has_truth=True,
    )


def test_it_is_one_file_that_asks_nobody_for_anything(report: ReplayReport) -> None:
    page = render_replay(report)
    assert not re.findall(r"<script|<link|<img|@import|url\(\s*[\"']?(?!#)", page)
    assert set(re.findall(r"(?:https?:)?//[\w./]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "//www.w3.org/1999/xlink",
        "http://www.w3.org/1999/xlink",
    }
    assert "<b>low_price" not in page
    assert "&lt;b&gt;low_price&lt;/b&gt;" in page


def test_it_has_a_plot_of_the_scores_and_one_of_every_rule_that_found_something(report: ReplayReport) -> None:
    page = render_replay(report)
    assert page.count('class="chart spark"') == 2
    assert 'id="scores-title"' in page
    assert "1 more rule found nothing under either set." in page
    assert page.index("urge") < page.index("low_price"), "what differs comes first"


def test_it_names_the_first_new_orders_and_counts_the_others(report: ReplayReport) -> None:
    assert "new: A, B, C, D, E and 2 more" in render_replay(report)


def test_precision_is_shown_only_where_there_is_a_truth(report: ReplayReport) -> None:
    assert "precision" in render_replay(report)
    assert "precision" not in render_replay(replace(report, has_truth=False))


def test_every_side_says_its_scores_alerts_and_profiles(report: ReplayReport) -> None:
    assert side_line(report, "now", EN) == "rules in force: score 86.50–90.00, 0 alerts"
    assert side_line(report, "then", EN) == "other rules: score 83.00–89.00, 1 alert"
    assert profile_line(report, "now", EN) == (
        "rule profile: everyday (from 11-10 08:00), promotion (from 11-10 09:00)"
    )
    assert alert_lines(report, "then", EN) == ("2026-11-10 08:00 alert opens",)


def test_it_speaks_chinese(report: ReplayReport) -> None:
    page = render_replay(replace(report, locale="zh"))
    assert '<html lang="zh-CN">' in page
    for word in ("规则回放", "现行规则", "另一套规则", "新增：A、B", "跌破告警线"):
        assert word in page
    assert "rules in force" not in page


def test_without_any_score_there_is_no_plot_of_scores(report: ReplayReport) -> None:
    silent = ReplayedSide(("everyday",) * 3, (None,) * 3, ())
    page = render_replay(replace(report, sides={"now": silent, "then": silent}))
    assert "There is no score in this time." in page


def test_one_instant_is_drawn_too(report: ReplayReport) -> None:
    sides = {
        side: replace(each, profiles=each.profiles[:1], scores=each.scores[:1])
        for side, each in report.sides.items()
    }
    rules = tuple(replace(each, open=dict.fromkeys(each.open, (3,))) for each in report.rules)
    assert "<polyline" in render_replay(replace(report, instants=INSTANTS[:1], sides=sides, rules=rules))
