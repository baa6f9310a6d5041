"""Entries of the calendar as bars on days, as fields of a form, and as changes of the file.

What belongs here: from entries to what is shown and written. What does not: the page (pages/calendar.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline.pipeline.editing.drafts import Draft, draft_of
from orderhealth_pipeline.rules.editing.yaml_edit import ABSENT
from orderhealth_pipeline.rules.in_force.calendar import CALENDAR_FILE, CalendarEntry
from orderhealth_pipeline.yaml_files import Keys

WEEKS: Final = 5
_EMPTY: Final = "calendar: []\n"
_FIELDS: Final = ("profile", "from", "until", "why")
_WRITTEN: Final = "%Y-%m-%d %H:%M"
_IN_FORM: Final = "%Y-%m-%dT%H:%M"
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """An entry as a form has it: instants as local time, `2026-11-09T20:00`."""

    profile: str
    begin: str
    until: str
    why: str

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that it touches, or None where an instant is none."""
        begin, until = _instant(self.begin), _instant(self.until)
        if begin is None or until is None or until <= begin:
            return None
        return begin.date(), (until - timedelta(minutes=1)).date()


@dataclass(frozen=True)
class Bar:
    """A part of an entry within one week: the column it begins in, from 1, and over how many days it goes."""

    number: int
    slot: Slot
    column: int
    length: int
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Week:
    """Seven days with the bars over them."""

    days: tuple[date, ...]
    bars: tuple[Bar, ...]


def slots_of(entries: Iterable[CalendarEntry], zone: ZoneInfo) -> list[Slot]:
    """Return the entries of a file as a form has them."""
    return [
        Slot(each.profile, _local(each.begin, zone), _local(each.until, zone), each.why) for each in entries
    ]


def slots_from(items: Iterable[tuple[str, str]]) -> list[Slot] | None:
    """Return the entries that a form says, in the order of its fields; None where it says none."""
    found: list[dict[str, str]] = []
    is_said = False
    for name, value in items:
        is_said = is_said or name == "entries"
        if name == "entry":
            found.append({})
        elif name.removeprefix("entry.") in _FIELDS and found and name.startswith("entry."):
            found[-1][name.removeprefix("entry.")] = value.strip()
    slots = [Slot(*(each.get(name, "") for name in _FIELDS)) for each in found]
    return slots if is_said else None


def acted(slots: Sequence[Slot], act: str, today: date, new: Slot) -> list[Slot]:
    """Return the entries after a button: `add` (of `new`), `remove:0`, `later:0`, `longer:0`."""
    deed, _, text = act.partition(":")
    number = int(text) if text.isdecimal() else -1
    if deed == "add":
        begin = datetime.combine(today + _ONE_DAY, datetime.min.time())
        return [
            *slots,
            replace(new, begin=begin.strftime(_IN_FORM), until=(begin + 3 * _ONE_DAY).strftime(_IN_FORM)),
        ]
    if not 0 <= number < len(slots):
        return list(slots)
    if deed == "remove":
        return [each for other, each in enumerate(slots) if other != number]
    days = {"earlier": (-1, -1), "later": (1, 1), "shorter": (0, -1), "longer": (0, 1)}.get(deed, (0, 0))
    moved = _moved(slots[number], *days)
    return [moved if other == number else each for other, each in enumerate(slots)]


def weeks_of(slots: Sequence[Slot], first: date) -> list[Week]:
    """Return weeks of days, Monday first, with the bars of the entries."""
    monday = first - timedelta(days=first.weekday())
    return [_week(slots, monday + timedelta(weeks=week)) for week in range(WEEKS)]


def edits_of(before: Sequence[Slot], after: Sequence[Slot]) -> Iterator[tuple[Keys, Any]]:
    """Return what changes in the file: values of entries that stay, entries that come and go at the end."""
    gone = [number for number, each in enumerate(before) if each not in after]
    kept = [each for each in before if each in after]
    if len(after) < len(before) and list(after) == kept:
        yield from ((("calendar", number), ABSENT) for number in reversed(gone))
        return
    for number, (old, new) in enumerate(zip(before, after, strict=False)):
        for name, old_value, new_value in zip(_FIELDS, _values(old), _values(new), strict=True):
            if old_value != new_value:
                yield ("calendar", number, name), new_value
    for number in range(len(before) - 1, len(after) - 1, -1):
        yield ("calendar", number), ABSENT
    for number, slot in enumerate(after[len(before) :], start=len(before)):
        yield ("calendar", number), dict(zip(_FIELDS, _values(slot), strict=True))


def calendar_draft(folder: Path, before: Sequence[Slot], after: Sequence[Slot]) -> Draft:
    """Return the calendar's file with other entries. Raises ConfigurationError where it cannot be read."""
    path = folder / CALENDAR_FILE
    draft = draft_of(path)
    edits = list(edits_of(before, after))
    if not edits:
        return draft
    if not draft.before[path]:
        draft = Draft(draft.before, {path: _EMPTY})
    return draft.with_edits(path, edits)


def told_of_slots(before: Sequence[Slot], after: Sequence[Slot], titles: Mapping[str, str]) -> list[str]:
    """Return what changes, an entry a line; profiles by their titles."""
    gone = [f"− {slot_line(each, titles)}" for each in before if each not in after]
    return [*gone, *(f"+ {slot_line(each, titles)}" for each in after if each not in before)]


def slot_line(slot: Slot, titles: Mapping[str, str]) -> str:
    """Return an entry in few words."""
    begin, until = slot.begin.replace("T", " "), slot.until.replace("T", " ")
    return f"{titles.get(slot.profile, slot.profile)} {begin} – {until}"


def _values(slot: Slot) -> tuple[str, str, str, str]:
    return slot.profile, _as_written(slot.begin), _as_written(slot.until), slot.why


def _as_written(text: str) -> str:
    instant = _instant(text)
    return text if instant is None else instant.strftime(_WRITTEN)


def _instant(text: str) -> datetime | None:
    """Return local time; one with an offset is none, and stays as it was typed."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if instant.tzinfo else instant


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).strftime(_IN_FORM)


def _moved(slot: Slot, begin_days: int, until_days: int) -> Slot:
    begin, until = _instant(slot.begin), _instant(slot.until)
    if begin is None or until is None:
        return slot
    try:
        begin, until = begin + begin_days * _ONE_DAY, until + until_days * _ONE_DAY
    except OverflowError:
        return slot
    if until <= begin:
        return slot
    return replace(slot, begin=begin.strftime(_IN_FORM), until=until.strftime(_IN_FORM))


def _week(slots: Sequence[Slot], monday: date) -> Week:
    sunday, bars = monday + timedelta(days=6), []
    for number, slot in enumerate(slots):
        if slot.days is None:
            continue
        begin, end = slot.days
        first, last = max(begin, monday), min(end, sunday)
        if first <= last:
            column, length = (first - monday).days + 1, (last - first).days + 1
            bars.append(Bar(number, slot, column, length, begin >= monday, end <= sunday))
    return Week(tuple(monday + timedelta(days=day) for day in range(7)), tuple(bars))
