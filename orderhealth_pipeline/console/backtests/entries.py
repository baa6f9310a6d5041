"""An entry of the calendar that is not published yet, moved onto the past that it is held against.

What belongs here: from what a form says to the calendar that would have been in force then. What does not:
choosing a past (spans.py), and asking (asking.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orderhealth_pipeline.console.editing.days import Slot
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry

_DAY = timedelta(days=1)


def entry_of(slot: Slot, zone: ZoneInfo, profiles: Collection[str]) -> CalendarEntry:
    """Return what a form says. Raises ConfigurationError for an instant or a profile that there is not."""
    if slot.profile not in profiles:
        known = ", ".join(sorted(profiles))
        raise ConfigurationError(
            Message("there is no profile '{profile}'; there are: {known}", profile=slot.profile, known=known)
        )
    begin, until = read_instant(slot.begin, zone, "from"), read_instant(slot.until, zone, "until")
    if until <= begin:
        raise ConfigurationError("until must be later than from")
    return _entry(slot.profile, begin, until, slot.why or slot.profile)


def moved_onto(entry: CalendarEntry, begin: datetime, end: datetime, zone: ZoneInfo) -> CalendarEntry:
    """Move an entry by whole days to the first time of its clock in a past; one that lies in it stays."""
    if entry.begin <= end and begin < entry.until:
        return entry
    moved = moved_to_day_of(entry, begin, zone)
    return moved if moved.begin >= begin else moved_to_day_of(entry, begin + _DAY, zone)


def moved_to_day_of(entry: CalendarEntry, instant: datetime, zone: ZoneInfo) -> CalendarEntry:
    """Move an entry to the day of an instant: it begins by the same clock, and is as long as it was."""
    clock = entry.begin.astimezone(zone)
    day = instant.astimezone(zone).date()
    begin = datetime.combine(day, clock.timetz()).astimezone(UTC)
    return _entry(entry.profile, begin, begin + (entry.until - entry.begin), entry.why)


def calendar_with(
    calendar: Iterable[CalendarEntry], entry: CalendarEntry, instead_of: CalendarEntry | None = None
) -> tuple[CalendarEntry, ...]:
    """Return a calendar with an entry in the place of what it overlaps, and of `instead_of`."""
    others = (
        each
        for each in calendar
        if each != instead_of and not (each.begin < entry.until and entry.begin < each.until)
    )
    return (entry, *others)


def as_kept(entry: CalendarEntry) -> dict[str, str]:
    """Return an entry as a back-test keeps it."""
    return entry.model_dump(mode="json", by_alias=True)


def from_kept(kept: Mapping[str, Any]) -> CalendarEntry:
    """Return an entry as it was kept."""
    begin, until = datetime.fromisoformat(kept["from"]), datetime.fromisoformat(kept["until"])
    return _entry(kept["profile"], begin, until, kept["why"])


def _entry(profile: str, begin: datetime, until: datetime, why: str) -> CalendarEntry:
    return CalendarEntry.model_validate({"profile": profile, "from": begin, "until": until, "why": why})
