"""What the charts draw, read from the finished drawing."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from orderhealth_pipeline.report.model import Contribution, FunnelStep
from orderhealth_pipeline.report.render.canvas import COLOURS, Canvas
from orderhealth_pipeline.report.render.charts import funnel_chart, gauge_chart, points_chart
from orderhealth_pipeline.report.render.svg import inline_svg
from orderhealth_pipeline.report.render.trend import trend_chart
from orderhealth_pipeline.report.words.texts import Texts
from tests.unit.report.conftest import ReportOf

ZH = Texts("zh")


def drawn(chart: Canvas) -> ET.Element:
    return ET.fromstring(inline_svg(chart, name="test", title="t", description="d"))  # noqa: S314


def texts_of(drawing: ET.Element) -> list[str]:
    return [element.text or "" for element in drawing.iter() if element.tag.endswith("text")]


def lengths(drawing: ET.Element, colour: str) -> list[float]:
    """Return the lengths of the level bars of a colour."""
    return [
        round(float(element.get("x2", "0")) - float(element.get("x1", "0")), 2)
        for element in drawing.iter()
        if element.tag.endswith("line") and element.get("stroke") == COLOURS[colour]
    ]


def step(
    orders: int, *, overdue: int = 0, system: tuple[str, ...] = (), unknown: tuple[str, ...] = ()
) -> FunnelStep:
    return FunnelStep(
        step="outbound",
        label="出库",
        orders=orders,
        rate=0.5,
        previous_run_rate=None,
        overdue=overdue,
        system_rules=system,
        unknown=unknown,
    )


def test_the_gauge_writes_the_score_and_the_alert_line(report_of: ReportOf) -> None:
    assert texts_of(drawn(gauge_chart(report_of("promotion").health, ZH))) == ["82.47", "满分 100", "85"]


def test_the_gauge_of_a_run_with_unknown_rules_says_how_much_was_checked(report_of: ReportOf) -> None:
    assert "只检查了 50.0%" in texts_of(drawn(gauge_chart(report_of("unknown").health, ZH)))


def test_the_gauge_is_empty_without_a_score(report_of: ReportOf) -> None:
    gauge = drawn(gauge_chart(report_of("empty").health, ZH))
    fills = [element.get("fill") for element in gauge.iter() if element.tag.endswith("path")]
    assert COLOURS["unknown"] not in fills
    assert texts_of(gauge)[0] == "—"


def test_the_trend_breaks_where_there_was_no_score_and_writes_the_worst(report_of: ReportOf) -> None:
    report = report_of("promotion")
    trend = drawn(trend_chart(report.trend, report.health, ZH))
    (line,) = [
        element.get("d", "")
        for element in trend.iter()
        if element.get("stroke-width") == "2.5" and element.tag.endswith("path")
    ]
    assert len(re.findall("M", line)) == 2
    assert texts_of(trend).count("82.47") == 2  # the figure and the halo that keeps it readable
    assert {"11-10 08:00", "11-10 20:00", "告警线 85"} <= set(texts_of(trend))


def test_bars_of_lost_points_share_one_scale_and_mark_the_run_before() -> None:
    half = Contribution(value="a", label="甲", points=5, previous_points=10)
    none = Contribution(value="b", label="乙", points=0, previous_points=0)
    chart = drawn(points_chart([half, none], full=10))
    assert lengths(chart, "bar") == [176]
    marks = [element for element in chart.iter() if element.get("stroke") == COLOURS["ink"]]
    assert len(marks) == 1
    assert texts_of(chart) == ["甲", "乙", "−5.00", "0.00"]


def test_a_long_shop_name_leaves_room_for_its_figure() -> None:
    name = "某某某" * 30
    chart = drawn(
        points_chart([Contribution(value=name, label=name, points=1, previous_points=None)], full=1)
    )
    assert len(texts_of(chart)[0]) == 20
    assert texts_of(chart)[0].endswith("…")


def test_red_in_the_funnel_is_as_long_as_the_overdue_orders_are_many() -> None:
    funnel = drawn(funnel_chart([step(1000), step(500, overdue=250)], ZH))
    assert lengths(funnel, "bad") == [88]
    assert "250 单超时" in texts_of(funnel)


def test_a_system_rule_paints_the_whole_gap_red() -> None:
    assert lengths(drawn(funnel_chart([step(1000), step(500, system=("缺口",))], ZH)), "bad") == [176]


def test_more_overdue_orders_than_wait_at_the_step_do_not_overrun_it() -> None:
    assert lengths(drawn(funnel_chart([step(1000), step(900, overdue=950)], ZH)), "bad") == [35.2]


def test_a_step_that_nobody_can_judge_is_grey() -> None:
    funnel = drawn(funnel_chart([step(1000), step(500, unknown=("停滞",))], ZH))
    assert lengths(funnel, "unknown") == [176]
    assert "无法判断" in texts_of(funnel)
