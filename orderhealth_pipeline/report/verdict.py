"""The verdict on a score: what colour it may have, given what stands behind it.

What belongs here: one pure decision. What does not: its words and looks.
"""

from __future__ import annotations

from typing import Literal

Level = Literal["healthy", "watch", "breach", "unverified", "empty"]


def level_of(
    score: float | None,
    confidence: float,
    *,
    lines: tuple[float, float],
    blind_rules: int,
    damaged_feeds: int,
) -> Level:
    """Judge a score against the two `lines` of the alert: below the first one, from the second one on.

    A score that a rule or a feed is missing from is never better than `unverified`, which is grey: what was
    not read may be anything. A score below the line is an alarm all the same.
    """
    alert_below, recover_at = lines
    if score is None:
        return "empty"
    if confidence <= 0:
        return "unverified"
    if score < alert_below:
        return "breach"
    if confidence < 1 or blind_rules or damaged_feeds:
        return "unverified"
    return "watch" if score < recover_at else "healthy"
