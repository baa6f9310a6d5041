"""The verdict on a score: what colour it may have, given what stands behind it.

What belongs here: one pure decision. What does not: its words and looks.
"""

from __future__ import annotations

from typing import Final, Literal

Level = Literal["healthy", "watch", "breach", "unverified", "empty"]

LITTLE: Final = 0.25
"""With less of the rules' weight behind it a score says more about the data than about the shop."""

ENOUGH: Final = 0.9
"""With all rules in force this much is enough: platforms mask some addresses in every shop."""


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
    not read may be anything. So is one that too many orders are missing from, because they say too little.
    A score below the line is an alarm all the same.
    """
    alert_below, recover_at = lines
    if score is None:
        return "empty"
    if confidence <= 0:
        return "unverified"
    if score < alert_below:
        return "breach"
    if confidence < ENOUGH or blind_rules or damaged_feeds:
        return "unverified"
    return "watch" if score < recover_at else "healthy"
