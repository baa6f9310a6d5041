"""The report as one HTML file that needs nothing else: no script, no network, no font of its own.

What belongs here: drawing the charts and filling the templates. What does not: words, numbers or what is a
cause.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from orderhealth_pipeline.report.model import Dimension, RiskReport
from orderhealth_pipeline.report.render import charts
from orderhealth_pipeline.report.render.svg import inline_svg
from orderhealth_pipeline.report.render.trend import trend_chart
from orderhealth_pipeline.report.words import about_data, formats, highlights, process_words
from orderhealth_pipeline.report.words.texts import Texts

_STYLE_SHEET: Final = Path(__file__).with_name("templates") / "report.css"


def render_html(report: RiskReport, findings_file: str | None = None) -> str:
    """Write the report as a page that stands alone; every text from outside is escaped.

    `findings_file` names the list of all findings that lies beside the page, where there is one.
    """
    return (
        page_environment()
        .get_template("report.html.j2")
        .render(
            **page_values(report),
            findings_file=findings_file,
            style=Markup(style_sheet()),  # noqa: S704 - our own file
        )
    )


def page_values(report: RiskReport) -> dict[str, Any]:
    """Return what the sections of the page show, by the names that they use."""
    texts = Texts(report.locale)
    return {
        "report": report,
        "t": texts,
        "f": formats,
        "charts": _charts(report, texts),
        "verdict": highlights.verdict(report, texts),
        "compared": highlights.compared(report, texts),
        "unknown_note": highlights.unknown_note(report, texts),
        "actions": highlights.actions(report, texts),
        "figures": about_data.plain_figures(report, texts),
        "additions": about_data.additions(report, texts),
        "breakpoints": highlights.breakpoints(report, texts),
        "process_steps": process_words.steps(report, texts),
        "standstills": process_words.standstills(report, texts),
        "changes": highlights.changes(report, texts),
        "not_read": highlights.not_read(report, texts),
        "sums": lambda dimension: highlights.sum_note(report, dimension, texts),
        "at_stake": highlights.at_stake(report, texts),
        "facts": lambda order: highlights.order_facts(order, texts),
        "owned_step": lambda finding: highlights.owned_step(finding.owner, finding.steps[0], texts),
    }


@lru_cache(maxsize=1)
def page_environment() -> jinja2.Environment:
    """Return what fills the templates; texts from outside are escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("orderhealth_pipeline.report.render", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """Return the style sheet of every page."""
    return _STYLE_SHEET.read_text(encoding="utf-8")


def _charts(report: RiskReport, texts: Texts) -> dict[str, Markup | None]:
    return {
        "gauge": _gauge(report, texts),
        "trend": _trend(report, texts),
        "funnel": _funnel(report, texts),
        "rule": _points("rule", report, texts),
        "shop": _points("shop", report, texts),
        "warehouse": _points("warehouse", report, texts),
        "carrier": _points("carrier", report, texts),
    }


def _gauge(report: RiskReport, texts: Texts) -> Markup:
    health = report.health
    description = texts(
        "gauge_described",
        score=formats.score(health.shown_score),
        alert=formats.number(health.alert_below),
        recover=formats.number(health.recover_at),
    )
    chart = charts.gauge_chart(health, texts)
    return inline_svg(chart, name="gauge", title=texts("gauge"), description=description)


def _trend(report: RiskReport, texts: Texts) -> Markup | None:
    scores = [point.score for point in report.trend if point.score is not None]
    if len(report.trend) < 2 or not scores:  # noqa: PLR2004 - a trend is at least two runs
        return None
    description = texts(
        "trend_described",
        n=len(report.trend),
        first=formats.score(scores[0]),
        last=formats.score(scores[-1]),
        lowest=formats.score(min(scores)),
    )
    chart = trend_chart(report.trend, report.health, texts)
    return inline_svg(chart, name="trend", title=texts("trend"), description=description)


def _funnel(report: RiskReport, texts: Texts) -> Markup | None:
    if not any(step.orders for step in report.funnel):
        return None
    items = texts("list_comma").join(f"{step.label} {formats.whole(step.orders)}" for step in report.funnel)
    chart = charts.funnel_chart(report.funnel, texts)
    return inline_svg(
        chart, name="funnel", title=texts("funnel"), description=texts("funnel_described", items=items)
    )


def _points(dimension: Dimension, report: RiskReport, texts: Texts) -> Markup | None:
    dearest = highlights.dearest(report, dimension, texts)
    if not dearest:
        return None
    title = texts(f"moved_{dimension}")
    items = texts("list_comma").join(f"{one.label} {formats.points(one.points)}" for one in dearest)
    return inline_svg(
        charts.points_chart(dearest, full=_full_bar(report)),
        name=f"moved-{dimension}",
        title=title,
        description=texts("moved_described", title=title, items=items),
    )


def _full_bar(report: RiskReport) -> float:
    """Return all dimensions one scale, so that bars of a rule and of a warehouse can be compared."""
    texts = Texts(report.locale)
    every = [one for dimension in report.attribution for one in highlights.dearest(report, dimension, texts)]
    return max([one.points for one in every] + [one.previous_points or 0.0 for one in every])
