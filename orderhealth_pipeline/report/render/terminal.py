"""The report on a terminal: score, lost points, funnel and TOP5, for whoever just started a run.

What belongs here: rich tables made of the report. What does not: printing them, or the parts only the page
shows.
"""

from __future__ import annotations

from typing import Final

from rich.console import Group, JustifyMethod, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from orderhealth_pipeline.report.model import FunnelStep, RiskReport
from orderhealth_pipeline.report.model_findings import RuleResult, TopOrder
from orderhealth_pipeline.report.words import about_data, formats, highlights
from orderhealth_pipeline.report.words.input_words import input_lines
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.report.words.verdict import Level

_STYLES: Final[dict[Level, str]] = {
    "healthy": "green",
    "watch": "yellow",
    "breach": "red",
    "unverified": "blue",
    "empty": "blue",
}
_FUNNEL_COLUMNS: Final[tuple[JustifyMethod, ...]] = ("left", "right", "left", "right", "left")
_BAR: Final = 24
_ADDITIONS: Final = 3


def render_terminal(report: RiskReport) -> RenderableType:
    """Lay the report out for a terminal; texts from outside are never read as console markup."""
    texts = Texts(report.locale)
    parts = [
        _score(report, texts),
        *_lacking(report, texts),
        *_figures(report, texts),
        *_additions(report, texts),
        _attribution(report, texts),
        _funnel(report, texts),
        _top(report, texts),
    ]
    stake = highlights.at_stake(report, texts)
    if stake:
        parts.append(Text(stake))
    return Group(*(line for part in parts for line in (part, "")))


def _score(report: RiskReport, texts: Texts) -> Panel:
    style = _STYLES[report.health.level]
    headline = Text.assemble(
        (formats.score(report.health.shown_score), f"bold {style}"),
        "  ",
        (texts(f"level_{report.health.level}"), style),
    )
    lines = [
        highlights.verdict(report, texts),
        highlights.compared(report, texts),
        highlights.unknown_note(report, texts),
    ]
    body = Text("\n").join([headline, *(Text(line) for line in lines if line)])
    subtitle = texts("as_of", as_of=formats.minute(report.as_of))
    return Panel(body, title=Text(texts("title")), subtitle=Text(subtitle), border_style=style, expand=False)


def _lacking(report: RiskReport, texts: Texts) -> list[RenderableType]:
    """What is not in the score comes before all that follows from it."""
    lines = input_lines(report.lacking, texts)
    if not lines:
        return []
    return [Text("\n").join([Text(texts("input"), style="bold yellow"), *(Text(line) for line in lines)])]


def _figures(report: RiskReport, texts: Texts) -> list[RenderableType]:
    lines = about_data.plain_figures(report, texts)
    return [Text("\n").join([Text(texts("figures"), style="bold"), *map(Text, lines)])] if lines else []


def _additions(report: RiskReport, texts: Texts) -> list[RenderableType]:
    """What was never provided is not missed; it is said what it would be good for."""
    lines = about_data.additions(report, texts)[:_ADDITIONS]
    return (
        [Text("\n").join(Text(f"{line.text}{texts('colon')}{line.about}") for line in lines)] if lines else []
    )


def _table(title: str) -> Table:
    return Table(title=Text(title), title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))


def _attribution(report: RiskReport, texts: Texts) -> Table:
    table = _table(texts("moved"))
    table.add_column(texts("rule"))
    table.add_column(texts("open"), justify="right")
    table.add_column(texts("explained"), justify="right")
    table.add_column(texts("changed_now"), justify="right")
    table.add_column(texts("changed_before"), justify="right", style="dim")
    before = {one.value: one.previous_points for one in report.attribution["rule"]}
    for rule in sorted(report.rules, key=lambda rule: (-rule.points, rule.outcome != "unknown")):
        previous = before.get(rule.rule_id)
        is_unknown = rule.outcome == "unknown"
        table.add_row(
            Text(rule.title),
            _open(rule, texts),
            Text(formats.whole(rule.explained)),
            Text(formats.NOTHING if is_unknown else formats.points(rule.points)),
            Text(formats.NOTHING if previous is None else formats.points(previous)),
        )
    return table


def _open(rule: RuleResult, texts: Texts) -> Text:
    if rule.outcome == "unknown":
        return Text(texts("outcome_unknown"), style="blue")
    return Text(texts(f"outcome_{rule.outcome}") if rule.is_system_level else formats.whole(rule.open))


def _funnel(report: RiskReport, texts: Texts) -> Table:
    table = _table(texts("funnel"))
    table.show_header = False
    for justify in _FUNNEL_COLUMNS:
        table.add_column(justify=justify)
    most = max([step.orders for step in report.funnel] + [1])
    for step in report.funnel:
        table.add_row(
            Text(step.label),
            Text(formats.whole(step.orders)),
            Text("█" * round(_BAR * step.orders / most), style="blue"),
            Text(f"({formats.percent(step.rate)})" if step.rate is not None else "", style="dim"),
            _funnel_note(step, texts),
        )
    return table


def _funnel_note(step: FunnelStep, texts: Texts) -> Text:
    if step.overdue:
        return Text(texts("funnel_overdue", n=step.overdue), style="red")
    if step.system_rules:
        return Text(texts("funnel_system"), style="red")
    return Text(texts("funnel_unknown") if step.unknown else "", style="blue")


def _top(report: RiskReport, texts: Texts) -> RenderableType:
    table = _table(texts("top"))
    if not report.top_orders:
        nothing = texts("top_nothing_unknown") if report.unknown_rules else texts("top_nothing")
        table.add_column(Text(nothing), header_style="")
        return table
    table.add_column("#", justify="right")
    table.add_column(texts("order"), no_wrap=True)
    table.add_column(texts("risk_head"), justify="right")
    table.add_column(texts("evidence"), ratio=1, overflow="fold")
    for order in report.top_orders:
        table.add_row(
            str(order.rank),
            Text(order.order_id, style="bold"),
            Text(formats.percent(order.risk)),
            _evidence(order, texts),
        )
    return table


def _evidence(order: TopOrder, texts: Texts) -> Text:
    lines = [Text(" · ".join(highlights.order_facts(order, texts)), style="dim")]
    for finding in order.findings:
        lines.append(Text.assemble((finding.title, "bold"), texts("colon"), finding.sentence))
        if finding.steps:
            step = highlights.owned_step(finding.owner, finding.steps[0], texts)
            lines.append(Text(f"→ {step}", style="dim"))
    if order.others_alike:
        lines.append(Text(texts("others_alike", n=order.others_alike), style="dim"))
    return Text("\n").join(lines)
