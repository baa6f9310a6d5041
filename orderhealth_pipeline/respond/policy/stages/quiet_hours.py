"""Eighth stage: a role is left alone in its quiet hours, unless it is critical.

What belongs here: holding back until they end. What does not: working hours, which say when something is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import Decision, Letter


def quiet_hours(letters: Sequence[Letter], context: Context) -> tuple[list[Letter], list[Decision]]:
    """Take out of letters what a role shall not hear of now."""
    passed: list[Letter] = []
    decided: list[Decision] = []
    for letter in letters:
        heard = []
        for ask in letter.asks:
            hours = None if ask.role is None else context.settings.quiet_hours.get(ask.role)
            if hours is None or ask.is_critical or not hours.holds(context.now, context.zone):
                heard.append(ask)
            else:
                decided.append(ask.decided(context.now, "quiet_hours", f"quiet {hours}"))
        if heard:
            passed.append(replace(letter, asks=tuple(heard)))
    return passed, decided
