"""Writes what a back-test found as a page.

What belongs here: from its result to the report's model, and putting the file in place. What does not:
replaying (backtest.py), and how it looks (report/replay/).
"""

from __future__ import annotations

from pathlib import Path

from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.what_if.backtest import Backtest
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.report.replay.model import SIDES, ReplayedRule, ReplayedSide, ReplayReport


def replay_report(result: Backtest, plan: RunPlan, then: RunPlan, *, has_truth: bool) -> ReplayReport:
    """Bring a back-test of the rules of two plans into the language and the zone of the first one."""
    settings = plan.settings
    rules = {**then.catalogue.rules, **plan.catalogue.rules}
    return ReplayReport(
        locale=settings.locale,
        timezone=settings.timezone,
        instants=tuple(instant.astimezone(settings.zone) for instant in result.instants),
        score_lines=(float(settings.score.threshold), float(settings.score.recover)),
        sides={
            side: ReplayedSide(
                result.profiles[side],
                tuple(None if score is None else float(score) for score in result.scores[side]),
                tuple((at.astimezone(settings.zone), kind) for at, kind in result.told[side]),
            )
            for side in SIDES
        },
        rules=tuple(
            ReplayedRule(
                rule_id,
                rules[rule_id].title.in_locale(settings.locale),
                one.now,
                one.then,
                one.new,
                one.gone,
                one.precision,
                one.recall,
                one.open,
            )
            for rule_id, one in result.rules.items()
        ),
        has_truth=has_truth,
    )


def write_replay(report: ReplayReport, file: Path) -> Path:
    """Write the page, and return its file. Raises OSError where it cannot be written."""
    # Altair, which draws the charts, takes most of a second to import.
    from orderhealth_pipeline.report.replay.page import render_replay

    put_in_place(file, render_replay(report).encode())
    return file
