from __future__ import annotations

from datetime import timedelta

import pytest

from orderhealth_pipeline.report.model import RiskReport, TrendPoint
from orderhealth_pipeline.report.rules_changed import came_with_rules
from orderhealth_pipeline.report.words.texts import Texts
from tests.unit.report.conftest import ReportOf

STRICTER = "came with the stricter rules (profile promotion)"
MILDER = "came with the milder rules (profile everyday)"

Point = tuple[float | None, str, float | None]


def report_after(report: RiskReport, *points: Point) -> RiskReport:
    """A report whose trend has these scores: each with its profile, and what the rules of before say."""
    trend = tuple(
        TrendPoint(
            as_of=report.as_of - timedelta(hours=len(points) - number - 1),
            score=score,
            confidence=1,
            profile=profile,
            score_by_earlier_rules=earlier,
        )
        for number, (score, profile, earlier) in enumerate(points)
    )
    health = report.health.model_copy(update={"score": points[-1][0], "previous": trend[-2]})
    return report.model_copy(update={"trend": trend, "health": health, "profile": trend[-1].profile})


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (
            [(92.0, "everyday", None), (86.0, "promotion", 90.0)],
            f"Of the 6.00 points lost since 11-10 19:00, 4.00 {STRICTER}.",
        ),
        (
            [(86.0, "promotion", None), (92.0, "everyday", 88.0)],
            f"Of the 6.00 points gained since 11-10 19:00, 4.00 {MILDER}.",
        ),
        (
            [(92.0, "everyday", None), (90.0, "promotion", 94.0)],
            "Since 11-10 19:00 the other rules (profile promotion) made −4.00 points, and the orders +2.00.",
        ),
        (
            [(92.0, "everyday", None), (88.0, "promotion", 92.0), (86.0, "promotion", None)],
            f"Of the 6.00 points lost since 11-10 18:00, 4.00 {STRICTER}.",
        ),
        ([(92.0, "everyday", None), (92.0, "promotion", 92.0)], ""),
        ([(None, "everyday", None), (90.0, "promotion", 92.0)], ""),
        ([(92.0, "everyday", None), (90.0, "promotion", None)], ""),
    ],
)
def test_points_are_shared_out_between_rules_and_orders(
    report_of: ReportOf, points: list[Point], said: str
) -> None:
    assert came_with_rules(report_after(report_of("promotion", "en"), *points), Texts("en")) == said


def test_it_is_said_in_chinese_where_scores_are_compared(report_of: ReportOf) -> None:
    report = report_after(report_of("promotion"), (92.0, "everyday", None), (86.0, "promotion", 90.0))
    assert (
        came_with_rules(report, Texts("zh"))
        == "自 11-10 19:00 以来失去的 6.00 分中，4.00 分来自更严格的规则（档位 promotion）。"
    )
