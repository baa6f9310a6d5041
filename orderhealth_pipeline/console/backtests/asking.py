"""Asking for a back-test: of a draft of a rule, a new rule, a profile, or an entry of the calendar.

What belongs here: from a draft to what is kept of it. What does not: running it (runner.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orderhealth_pipeline.console.backtests.entries import (
    as_kept,
    calendar_with,
    entry_of,
    moved_onto,
    moved_to_day_of,
)
from orderhealth_pipeline.console.backtests.spans import Past, chosen_instants, past_of
from orderhealth_pipeline.console.editing.bench import Bench
from orderhealth_pipeline.console.editing.days import Slot, slot_line
from orderhealth_pipeline.console.editing.wording import changes_of, says, titles_of_profiles
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.editing.check import checked_rules
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry
from orderhealth_pipeline.rules.in_force.named_files import names_in
from orderhealth_pipeline.rules.in_force.profiles import read_profiles
from orderhealth_pipeline.rules.rule_docs import comparison_in_words
from orderhealth_pipeline.settings import EVERYDAY


@dataclass(frozen=True)
class Other:
    """The other rules: `about` names what is other, `says` tells it, `files` has texts of a draft by name.

    `rule` is the one that is looked at first, `profile` the one that takes the place of the calendar, `entry`
    one that the calendar does not have yet, to be moved onto the past.
    """

    about: str
    says: str
    files: dict[str, str]
    rule: str | None = None
    profile: str | None = None
    entry: CalendarEntry | None = None


@dataclass(frozen=True)
class Span:
    """From when to when, both included, and how far apart the instants are; null: as fits.

    `promotion` is the entry that it is the time of: what is tried takes its place.
    """

    begin: datetime
    end: datetime
    every: timedelta | None = None
    promotion: CalendarEntry | None = None


def other_of_bench(guest: Guest, bench: Bench, *, is_new: bool = False) -> Other:
    """Return a draft of a rule. Raises ConfigurationError where it makes no rule."""
    if bench.problem is not None:
        raise bench.problem
    checked_rules(guest.plan.settings, bench.draft.changed)
    folder = bench.plan.settings.expectations
    files = {path.relative_to(folder).as_posix(): text for path, text in bench.draft.changed.items()}
    told = "" if is_new else says(changes_of(bench, guest.words))
    return Other(
        bench.then.id, told or comparison_in_words(bench.then, guest.locale), files, rule=bench.then.id
    )


def other_of_profile(guest: Guest, profile: str) -> Other:
    """Return a profile in the place of the calendar. Raises ConfigurationError for an unknown one."""
    known = names_in(guest.plan.settings.expectations / "profiles")
    if profile not in known:
        raise ConfigurationError(
            Message(
                "there is no profile '{profile}'; there are: {known}", profile=profile, known=", ".join(known)
            )
        )
    return Other(f"profile:{profile}", profile, {}, profile=profile)


def other_of_entry(guest: Guest, slot: Slot) -> Other:
    """Return a drafted entry of the calendar. Raises ConfigurationError where it makes no sense."""
    settings = guest.plan.settings
    entry = entry_of(slot, settings.zone, {EVERYDAY, *names_in(settings.expectations / "profiles")})
    titles = titles_of_profiles(read_profiles(settings.expectations), guest.locale)
    return Other("calendar", slot_line(slot, titles), {}, entry=entry)


def span_of_promotion(guest: Guest, past: Past, promotion: CalendarEntry, other: Other) -> Span:
    """Return the time of a promotion, and of an entry that is tried in its place, as far as it is known."""
    begin, until = promotion.begin, promotion.until
    if other.entry is not None:
        moved = moved_to_day_of(other.entry, promotion.begin, guest.plan.settings.zone)
        begin, until = min(begin, moved.begin), max(until, moved.until)
    return Span(max(past.first, begin), min(until, past.last), promotion=promotion)


def ask(guest: Guest, other: Other, span: Span) -> int:
    """Keep a back-test, let it be run, and return its number. Raises ConfigurationError, StoreError."""
    instants = chosen_instants(past_of(guest), span.begin, span.end, span.every, guest.plan.settings.zone)
    every = instants[1] - instants[0] if len(instants) > 1 else timedelta(hours=1)
    asked = {
        "from": instants[0].isoformat(),
        "to": instants[-1].isoformat(),
        "every_seconds": int(every.total_seconds()),
        "files": other.files,
        "rule": other.rule,
        "profile": other.profile,
        **_entries(guest, other, span, instants),
    }
    runner = guest.site.backtests
    by = (guest.person.name, guest.site.now())
    number = runner.kept.ask(by, (other.about, other.says), asked, len(instants))
    runner.wake()
    return number


def _entries(guest: Guest, other: Other, span: Span, instants: tuple[datetime, ...]) -> dict[str, Any]:
    """Return the drafted entry as it is moved, and the calendar that it makes."""
    if other.entry is None:
        return {}
    zone = guest.plan.settings.zone
    if span.promotion is not None:
        moved = moved_to_day_of(other.entry, span.promotion.begin, zone)
    else:
        moved = moved_onto(other.entry, instants[0], instants[-1], zone)
    then = calendar_with(guest.plan.calendar, moved, span.promotion)
    return {"entry": as_kept(moved), "calendar": [as_kept(each) for each in then]}
