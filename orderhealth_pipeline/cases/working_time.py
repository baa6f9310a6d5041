"""Time that people work: instants some working minutes later.

What belongs here: the arithmetic. What does not: who works when (rules/owners.py), and which days are
holidays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

Span = tuple[time, time | None]
"""From a time of day until another; None: until the day ends."""

SpansOf = Callable[[date], Sequence[Span]]
"""The spans in which people work on a day, by time, none within another."""

_LOOKED_AT: Final = 400
"""Days after which a calendar is taken to have no working time at all."""


def after_working_minutes(since: datetime, minutes: int, spans_of: SpansOf, zone: ZoneInfo) -> datetime:
    """Return the instant at which people have worked so many minutes since another.

    The clock stands still outside working time. Where nobody ever works it does not stand still.
    """
    left = timedelta(minutes=minutes)
    for begin, end in _working(since, spans_of, zone):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return since + timedelta(minutes=minutes)


def _working(since: datetime, spans_of: SpansOf, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Return the spans from an instant on, as instants."""
    first = since.astimezone(zone).date()
    for number in range(_LOOKED_AT):
        day = first + timedelta(days=number)
        for begins, ends in spans_of(day):
            begin = datetime.combine(day, begins, zone)
            end = datetime.combine(day + timedelta(days=1) if ends is None else day, ends or time(), zone)
            # A day may have 23 hours: instants are compared, not times of day.
            begin, end = begin.astimezone(UTC), end.astimezone(UTC)
            if end > since:
                yield max(begin, since.astimezone(UTC)), end
