"""What a back-test found, as its page shows it: the report's own model, curves and words.

What belongs here: from what is kept to what is shown. What does not: the page (pages/rulebook/backtests.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.desk.backtests import KeptBacktest
from orderhealth_pipeline.report.render.svg import inline_svg
from orderhealth_pipeline.report.replay.chart import scores_chart, spark
from orderhealth_pipeline.report.replay.model import (
    SIDES,
    ReplayedRule,
    ReplayedSide,
    ReplayReport,
    side_line,
)

TILES: Final = ("hits", "explained", "open", "confirmed", "false_alarms")


@dataclass(frozen=True)
class ShownRule:
    """One rule: what it found under both sets, how many orders come and go, its open findings as a curve."""

    rule_id: str
    title: str
    sides: dict[str, dict[str, int]]
    coming: int
    going: int
    new: list[str]
    gone: list[str]
    curve: Markup


@dataclass(frozen=True)
class Shown:
    """A finished back-test: the curves of the score, a line a set of rules, and the rules that differ.

    `rules` begins with the one that was asked about.
    """

    scores: Markup | None
    lines: list[str]
    begin: datetime
    end: datetime
    alerts: dict[str, int]
    rules: list[ShownRule]


def shown(guest: Guest, job: KeptBacktest) -> Shown | None:
    """Return what is shown of a back-test; None of one that found nothing yet."""
    if job.result is None:
        return None
    report = _report(guest, job.result)
    texts = guest.texts
    lines = [side_line(report, side, texts) for side in SIDES]
    has_scores = any(score is not None for side in SIDES for score in report.sides[side].scores)
    chart = (
        inline_svg(
            scores_chart(report, texts),
            name="scores",
            title=texts("replay_scores"),
            description=texts("sentences", first=lines[0], second=lines[1]),
        )
        if has_scores
        else None
    )
    wanted = str(job.asked.get("rule"))
    kept = job.result["rules"]
    rules = [
        _rule(each, kept[each.rule_id], guest)
        for each in sorted(report.rules, key=lambda each: each.rule_id != wanted)
    ]
    alerts = {str(side): len(report.sides[side].alerts) for side in SIDES}
    return Shown(chart, lines, report.instants[0], report.instants[-1], alerts, rules)


def _report(guest: Guest, result: dict[str, Any]) -> ReplayReport:
    """Return what was kept as the report's model, in the language and the zone of who looks."""
    settings, rules = guest.plan.settings, guest.plan.catalogue.rules
    zone = settings.zone
    return ReplayReport(
        locale=guest.locale,
        timezone=settings.timezone,
        instants=tuple(datetime.fromisoformat(each).astimezone(zone) for each in result["instants"]),
        score_lines=(float(settings.score.threshold), float(settings.score.recover)),
        sides={
            side: ReplayedSide(
                tuple(result["profiles"][side]),
                tuple(result["score"][side]),
                tuple(
                    (datetime.fromisoformat(at).astimezone(zone), kind) for at, kind in result["told"][side]
                ),
            )
            for side in SIDES
        },
        rules=tuple(
            ReplayedRule(
                rule_id,
                rules[rule_id].title.in_locale(guest.locale) if rule_id in rules else rule_id,
                rule["sides"]["now"]["open"],
                rule["sides"]["then"]["open"],
                tuple(rule["new"]),
                tuple(rule["gone"]),
                None,
                None,
                {side: tuple(rule["open"][side]) for side in SIDES},
            )
            for rule_id, rule in result["rules"].items()
        ),
        has_truth=False,
    )


def _rule(rule: ReplayedRule, kept: dict[str, Any], guest: Guest) -> ShownRule:
    most = {side: max(rule.open[side], default=0) for side in SIDES}
    described = guest.texts("replay_spark", title=rule.title, now=most["now"], then=most["then"])
    return ShownRule(
        rule.rule_id,
        rule.title,
        kept["sides"],
        kept["coming"],
        kept["going"],
        kept["new"],
        kept["gone"],
        spark(rule, described),
    )
