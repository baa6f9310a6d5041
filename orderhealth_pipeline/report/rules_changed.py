"""How much of a change of the score came with other rules, and how much with the orders.

What belongs here: that sentence. What does not: scoring the orders by the earlier rules
(pipeline/earlier_rules.py), and whether an alert is told (respond/switched_rules.py).
"""

from __future__ import annotations

from itertools import pairwise

from orderhealth_pipeline.report.model import RiskReport, TrendPoint
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts

_NOTICEABLE = 0.005


def came_with_rules(report: RiskReport, texts: Texts) -> str:
    """Say how many of the points lost or gained since the rules last changed came with the other rules.

    What came with them is the difference between the scores that both rules gave to the same orders when
    they changed; the rest came with the orders. Empty where the shown trend has no change, or where no
    point came with it.
    """
    change = _last_change(report.trend)
    if change is None or report.health.shown_score is None:
        return ""
    before, after = change
    if before.score is None or after.score is None or after.score_by_earlier_rules is None:
        return ""
    with_rules = after.score - after.score_by_earlier_rules
    if abs(with_rules) < _NOTICEABLE:
        return ""
    whole = report.health.shown_score - before.score
    values = {
        "since": formats.short_minute(before.as_of),
        "profile": after.profile or formats.NOTHING,
        "whole": f"{abs(whole):.2f}",
        "part": f"{abs(with_rules):.2f}",
        "rules": formats.signed(with_rules),
        "orders": formats.signed(whole - with_rules),
    }
    if with_rules * whole > 0 and abs(with_rules) <= abs(whole) + _NOTICEABLE:
        return texts("lost_with_rules" if whole < 0 else "gained_with_rules", **values)
    return texts("changed_with_rules", **values)


def _last_change(trend: tuple[TrendPoint, ...]) -> tuple[TrendPoint, TrendPoint] | None:
    """Return the runs before and after the last change of rules, if the rules of then are still in force."""
    changes = [pair for pair in pairwise(trend) if pair[1].score_by_earlier_rules is not None]
    if not changes or changes[-1][1].profile != trend[-1].profile:
        return None
    return changes[-1]
