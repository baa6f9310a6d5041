"""Where orders get stuck, in words: steps and spans, and what stands still.

What belongs here: lines from the model. What does not: reading it, and looks.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts


class StepLine(NamedTuple):
    """One step: its name, its times, and who waits."""

    name: str
    median: str
    p90: str
    waiting: str
    since: str


def steps(report: RiskReport, texts: Texts) -> tuple[StepLine, ...]:
    """Return a line per step that any order takes."""
    return tuple(
        StepLine(
            texts("process_step", start=step.from_label, end=step.to_label),
            _span(step.median_minutes, report, texts),
            _span(step.p90_minutes, report, texts),
            formats.whole(step.waiting),
            formats.short_minute(step.oldest_since),
        )
        for step in report.process.steps
    )


def standstills(report: RiskReport, texts: Texts) -> tuple[str, ...]:
    """Return a sentence per step and place where nothing moves."""
    return tuple(
        texts(
            "process_stands_still",
            place=texts("process_everywhere") if each.place is None else each.place,
            step=texts("process_step", start=each.from_label, end=each.to_label),
            since=formats.short_minute(each.since),
            n=each.waiting,
        )
        for each in report.process.standstills
    )


def _span(minutes: float | None, report: RiskReport, texts: Texts) -> str:
    if minutes is None:
        return texts("process_not_yet")
    return formats.duration(Decimal(minutes), report.locale)
