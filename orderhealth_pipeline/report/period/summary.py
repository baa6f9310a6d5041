"""What a message tells of a report: a few lines for a chat, all sections for a mail, and its files.

What belongs here: the shape, which is part of a message's payload, and choosing the lines. What does not: the
sections (sections.py), and what a platform makes of them (respond/).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from orderhealth_pipeline.report.period.model import PeriodKind, PeriodReport
from orderhealth_pipeline.report.period.money_sections import money_lines
from orderhealth_pipeline.report.period.section import Section
from orderhealth_pipeline.report.period.sections import (
    period_texts,
    score_lines,
    sections,
    three_things,
    title,
)
from orderhealth_pipeline.report.words import formats, process_words
from orderhealth_pipeline.yaml_files import FrozenModel

_BROKEN: Final = 3


class Summary(FrozenModel):
    """A report as a message has it; `files` are names below the folder of reports."""

    kind: PeriodKind
    title: str
    lines: tuple[str, ...]
    heading: str
    things: tuple[str, ...]
    sections: tuple[Section, ...]
    link_text: str
    files: tuple[str, ...] = ()
    score: Decimal | None = None
    threshold: Decimal


def summary_of(report: PeriodReport, files: Iterable[str]) -> Summary:
    """Choose what a message tells: the score, what broke most, what is overdue, what it may cost."""
    texts = period_texts(report.state.locale)
    score = report.state.health.shown_score
    comma = texts("list_comma")
    broken = comma.join(
        texts("period_broken_count", title=each.title, n=each.orders or each.cases)
        for each in report.broken[:_BROKEN]
    )
    lines = [*score_lines(report, texts)]
    lines.append(texts("period_broken_line", broken=broken) if broken else texts("period_nothing_broke"))
    lines += process_words.standstills(report.state, texts)
    if report.overdue:
        lines.append(texts("period_overdue_count", n=len(report.overdue)))
    lines += [line for line in money_lines(report, texts) if line != texts("period_no_terms")]
    return Summary(
        kind=report.kind,
        title=title(report, texts),
        lines=tuple(lines),
        heading=texts("period_to_do"),
        things=three_things(report, texts) or (texts("period_nothing_to_do"),),
        sections=sections(report, texts),
        link_text=texts("period_link"),
        files=tuple(files),
        score=None if score is None else Decimal(formats.score(score)),
        threshold=Decimal(str(report.state.health.alert_below)),
    )
