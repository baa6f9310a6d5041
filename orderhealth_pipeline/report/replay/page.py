"""A back-test as one HTML file that needs nothing else, in the looks of the report.

What belongs here: filling the template. What does not: words and figures (model.py), drawings (chart.py).
"""

from __future__ import annotations

from markupsafe import Markup

from orderhealth_pipeline.report.render.html import page_environment, style_sheet
from orderhealth_pipeline.report.render.svg import inline_svg
from orderhealth_pipeline.report.replay import model
from orderhealth_pipeline.report.replay.chart import SIDE_COLOURS, scores_chart, spark
from orderhealth_pipeline.report.replay.model import SIDES, ReplayedRule, ReplayReport
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts


def render_replay(report: ReplayReport) -> str:
    """Write a back-test as a page that stands alone; every text from outside is escaped."""
    texts = Texts(report.locale)
    found = [rule for rule in report.rules if rule.found_anything]
    found.sort(key=lambda rule: not (rule.new or rule.gone))
    return (
        page_environment()
        .get_template("replay.html.j2")
        .render(
            report=report,
            rules=found,
            silent=len(report.rules) - len(found),
            sides=SIDES,
            colours=SIDE_COLOURS,
            m=model,
            t=texts,
            f=formats,
            style=Markup(style_sheet()),  # noqa: S704 - our own file
            scores=_scores(report, texts),
            spark=lambda rule: spark(rule, _spark_description(rule, texts)),
        )
    )


def _scores(report: ReplayReport, texts: Texts) -> Markup | None:
    if all(score is None for side in SIDES for score in report.sides[side].scores):
        return None
    description = texts("sentences", first="", second="").join(
        model.side_line(report, side, texts) for side in SIDES
    )
    chart = scores_chart(report, texts)
    return inline_svg(chart, name="scores", title=texts("replay_scores"), description=description)


def _spark_description(rule: ReplayedRule, texts: Texts) -> str:
    most = {side: max(rule.open[side], default=0) for side in SIDES}
    return texts("replay_spark", title=rule.title, now=most["now"], then=most["then"])
