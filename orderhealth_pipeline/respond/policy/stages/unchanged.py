"""Fifth stage: what a channel has heard is not told again before it is time for a reminder.

What belongs here: what is new to a channel, and reminders of cases. What does not: reminders of a score,
which match.py asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import Ask, Staged
from orderhealth_pipeline.respond.policy.facts import CASES


def unchanged(asks: Sequence[Ask], context: Context) -> Staged:
    """Keep what is new, and cases of which it is time to remind."""
    passed, decided = [], []
    for ask in asks:
        if not ask.subject.startswith(CASES):
            if ask.kind is None:
                decided.append(ask.decided(context.now, "unchanged", ask.why or "told"))
            else:
                passed.append(ask)
        elif _is_due(ask, context):
            passed.append(ask if ask.fresh else replace(ask, kind="reminder", why="not_acknowledged"))
        else:
            if ask.told:
                decided.append(ask.decided(context.now, "unchanged", "told", ask.told))
            if ask.fresh or ask.lapsed:
                passed.append(ask.without(ask.told))
    return passed, decided


def _is_due(ask: Ask, context: Context) -> bool:
    place = (ask.subject, ask.channel)
    told_at = context.memory.told_cases[place]
    oldest = min((told_at[case] for case in ask.told), default=None)
    if oldest is None:
        return False
    last = max(oldest, context.memory.reminded.get(place, oldest))
    return last + context.settings.reminder_every <= context.now
