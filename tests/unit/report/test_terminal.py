"""The terminal shows texts from outside as they are, and unknown rules as unknown."""

from __future__ import annotations

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
