"""Sixth stage: what belongs together goes in one message.

What belongs here: from asks to letters, and which goes first. What does not: how many may go (budget.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from orderhealth_pipeline.respond.policy.decision import Ask, Letter, NoticeKind
from orderhealth_pipeline.respond.policy.facts import SCORE, SOURCE


def group(asks: Sequence[Ask]) -> list[Letter]:
    """Put the asks into letters: all sources of a channel in one, everything else in one of its own.

    The message that nobody can confirm the end of a breach names the rules that are blind: the sources that
    make them so need no other one.
    """
    unconfirmed = {ask.channel for ask in asks if ask.subject == SCORE and ask.kind == "unconfirmed"}
    together: defaultdict[tuple[str, NoticeKind, str], list[Ask]] = defaultdict(list)
    for ask in asks:
        if ask.kind == "source" and ask.channel in unconfirmed:
            named = replace(ask, kind="unconfirmed", is_first=False)
            together[ask.channel, "unconfirmed", SCORE].append(named)
        elif ask.kind is not None:
            about = SOURCE if ask.subject.startswith(SOURCE) else ask.subject
            together[ask.channel, ask.kind, about].append(ask)
    letters = [
        Letter(channel, kind, tuple(some), _rank(some)) for (channel, kind, _), some in together.items()
    ]
    return sorted(letters, key=lambda each: (each.channel, each.rank))


def _rank(asks: Sequence[Ask]) -> int:
    """Say what goes first: the first message of a cause, then what got worse or more, then reminders."""
    if any(ask.is_first for ask in asks):
        return 0
    return 2 if all(ask.kind in {"reminder", "heartbeat"} for ask in asks) else 1
