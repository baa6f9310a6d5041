"""The terminal shows texts from outside as they are, and unknown rules as unknown."""

from __future__ import annotations

from orderhealth_pipeline.report.render.html import render_html
from orderhealth_pipeline.report.render.markdown import render_markdown
from orderhealth_pipeline.score.plain_figures import PlainFigures
from tests.unit.report.conftest import ReportOf
from tests.unit.report.test_golden_reports import terminal_text


def test_console_markup_in_a_name_is_only_text(report_of: ReportOf) -> None:
    report = report_of("healthy", "en")
    first = report.rules[0].model_copy(update={"title": "[red]sale[/red] [/]"})
    assert "[red]sale[/red] [/]" in terminal_text(report.model_copy(update={"rules": (first,)}))


def test_an_unknown_rule_costs_no_points_but_says_so(report_of: ReportOf) -> None:
    lines = terminal_text(report_of("unknown")).splitlines()
    (line,) = [line for line in lines if line.startswith("出库后物流不更新")]
    assert line.split() == ["出库后物流不更新", "未知", "0", "—", "—"]


def test_where_little_was_evaluated_figures_stand_in_place_of_a_number(report_of: ReportOf) -> None:
    report = report_of("unknown", "en")
    little = report.model_copy(
        update={
            "health": report.health.model_copy(update={"confidence": 0.2}),
            "figures": PlainFigures(orders=1124, unpaid=1, refunded_share=0.125, paid_late=None),
        }
    )
    assert "100.00" not in terminal_text(little)
    for shown in (terminal_text(little), render_markdown(little), render_html(little)):
        for line in ("1,124 orders in all", "1 not paid", "12.5% of the paid ones refunded in full"):
            assert line in shown
        assert "24 hours after" not in shown
    assert "orders in all" not in terminal_text(report)
