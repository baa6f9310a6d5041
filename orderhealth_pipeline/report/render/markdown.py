"""The report as Markdown, for a wiki, a mail or a ticket.

What belongs here: filling the Markdown template and keeping texts from outside from becoming markup. What
does not: words, numbers or what is a cause.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import jinja2

from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.words import about_data, formats, highlights
from orderhealth_pipeline.report.words.texts import Texts

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]#|~])")


def render_markdown(report: RiskReport) -> str:
    """Write the report as GitHub-flavoured Markdown; ends with a line break."""
    texts = Texts(report.locale)
    text = (
        _environment()
        .get_template("report.md.j2")
        .render(
            report=report,
            t=texts,
            f=formats,
            verdict=highlights.verdict(report, texts),
            compared=highlights.compared(report, texts),
            unknown_note=highlights.unknown_note(report, texts),
            actions=highlights.actions(report, texts),
            figures=about_data.plain_figures(report, texts),
            additions=about_data.additions(report, texts),
            breakpoints=highlights.breakpoints(report, texts),
            changes=highlights.changes(report, texts),
            not_read=highlights.not_read(report, texts),
            sums=lambda dimension: highlights.sum_note(report, dimension, texts),
            at_stake=highlights.at_stake(report, texts),
            dearest=lambda dimension: highlights.dearest(report, dimension, texts),
            facts=lambda order: highlights.order_facts(order, texts),
            owned_step=lambda finding: highlights.owned_step(finding.owner, finding.steps[0], texts),
        )
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("orderhealth_pipeline.report.render", "templates"),
        autoescape=False,  # noqa: S701 - the output is Markdown: `finalize` takes the markup out of every value
        finalize=escaped,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def escaped(value: object) -> str:
    """Write a value so that Markdown reads it as text: on one line, its markup escaped, HTML spelled out."""
    line = " ".join(str(value).split())
    return _MARKUP.sub(r"\\\1", line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
