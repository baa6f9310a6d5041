"""The report of a period as one HTML file that needs nothing else: no script, no network, no font of its own.

What belongs here: filling the template. What does not: words (sections.py), and other forms.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from orderhealth_pipeline.report.period.model import PeriodReport
from orderhealth_pipeline.report.period.sections import period_texts, sections, title
from orderhealth_pipeline.report.render.html import page_environment, style_sheet
from orderhealth_pipeline.report.render.svg import inline_svg
from orderhealth_pipeline.report.render.trend import trend_chart
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts

_LEAST_OF_A_TREND: Final = 2


def render_page(report: PeriodReport, extra_style: str = "") -> str:
    """Write the report as a page that stands alone; every text from outside is escaped.

    `extra_style` comes after the style sheet of all pages.
    """
    texts = period_texts(report.state.locale)
    return (
        page_environment()
        .get_template("period.html.j2")
        .render(
            report=report,
            heading=texts(f"period_{report.kind}"),
            title=title(report, texts),
            span=texts("period_span", since=formats.minute(report.since), as_of=formats.minute(report.as_of)),
            sections=sections(report, texts),
            chart=_trend(report, texts),
            foot=texts("period_note", timezone=report.state.timezone),
            style=Markup(style_sheet() + extra_style),  # noqa: S704 - our own files
        )
    )


def _trend(report: PeriodReport, texts: Texts) -> Markup | None:
    scores = [point.score for point in report.state.trend if point.score is not None]
    if len(scores) < _LEAST_OF_A_TREND:
        return None
    description = texts(
        "trend_described",
        n=len(report.state.trend),
        first=formats.score(scores[0]),
        last=formats.score(scores[-1]),
        lowest=formats.score(min(scores)),
    )
    chart = trend_chart(report.state.trend, report.state.health, texts)
    return inline_svg(chart, name="trend", title=texts("trend"), description=description)
