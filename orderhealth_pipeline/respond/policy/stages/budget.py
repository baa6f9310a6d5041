"""Seventh stage: a channel gets so many messages an hour and a day, and the rest in one digest.

What belongs here: who may go now, who waits, and when what waits goes as one. What does not: dropping
anything. The first message of a cause may use the whole budget but for the digest; what is more of the same
uses half of the hour's and a quarter of the day's, so that on a day with trouble every minute there is room
for what is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import Ask, Decision, Letter

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(hours=24)


def budget(letters: Sequence[Letter], context: Context) -> tuple[list[Letter], list[Decision]]:
    """Return the letters that may go now, digests among them, and decisions on what waits for one."""
    passed: list[Letter] = []
    decided: list[Decision] = []
    for channel, some in groupby(letters, key=lambda each: each.channel):
        going, waiting = _within(channel, sorted(some, key=lambda each: each.rank), context)
        passed += going
        decided += [
            ask.decided(context.now, "throttled", "budget") for letter in waiting for ask in letter.asks
        ]
    return passed, decided


def _within(channel: str, letters: list[Letter], context: Context) -> tuple[list[Letter], list[Letter]]:
    hour = context.memory.count_sent(channel, context.now, _HOUR)
    day = context.memory.count_sent(channel, context.now, _DAY)
    has_digest = any(_has_waited(ask, context) for letter in letters for ask in letter.asks)
    going: list[Letter] = []
    waiting: list[Letter] = []
    for letter in letters:
        is_free = not all(map(_is_lapsed, letter.asks)) and not (letter.rank and has_digest)
        if is_free and _has_room(letter.rank, hour + len(going), day + len(going), context):
            going.append(letter)
        else:
            waiting.append(letter)
    limits = context.settings
    has_room = hour + len(going) < limits.budget and day + len(going) < max(1, limits.budget_a_day * 3 // 4)
    if has_digest and waiting and has_room:
        asks = tuple(ask for letter in waiting for ask in letter.asks)
        return [*going, Letter(channel, "digest", asks, rank=1)], []
    return going, waiting


def _has_room(rank: int, hour: int, day: int, context: Context) -> bool:
    limits = context.settings
    if rank == 0:
        return hour < max(1, limits.budget - 1) and day < limits.budget_a_day
    return hour < max(1, limits.budget // 2) and day < max(1, limits.budget_a_day // 4)


def _has_waited(ask: Ask, context: Context) -> bool:
    """Say whether something of it waits since an hour that has ended."""
    place = (ask.subject, ask.channel)
    since = [context.memory.waits_since(place, case) for case in ask.cases] if ask.cases else []
    since.append(context.memory.waits_since(place))
    this_hour = _hour_of(context.now)
    return any(at is not None and _hour_of(at) < this_hour for at in since)


def _is_lapsed(ask: Ask) -> bool:
    """Say whether all that it tells of is over: that is for the digest."""
    return bool(ask.lapsed) and not ask.fresh and not ask.told


def _hour_of(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
