"""Calls about the calendar: reading it, what a draft of it would change, publishing that.

What belongs here: requests → entries. What does not: entries as bars and fields (editing/days.py).
"""

from __future__ import annotations

from datetime import datetime

from orderhealth_pipeline.console.api.call import ApiError, Asked
from orderhealth_pipeline.console.api.rulebook.asking import change_answer, conflicts, guest_of, require_own
from orderhealth_pipeline.console.api.rulebook.models import (
    CalendarAnswer,
    CalendarPreview,
    ChangeOfRules,
    EntryOfCalendar,
    FileLines,
)
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.days import Slot, calendar_draft, slots_of, told_of_slots
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.pipeline.editing.drafts import Draft
from orderhealth_pipeline.pipeline.plan import plan_at
from orderhealth_pipeline.rules.in_force.named_files import names_in
from orderhealth_pipeline.settings import EVERYDAY


def show_calendar(asked: Asked) -> CalendarAnswer:
    """Show which profile is in force when."""
    guest = guest_of(asked)
    plan = guest.plan
    draft = calendar_draft(plan.settings.expectations, [], [])
    return CalendarAnswer(
        entries=[
            EntryOfCalendar(
                profile=each.profile,
                begin=each.begin.astimezone(plan.settings.zone).isoformat(),
                until=each.until.astimezone(plan.settings.zone).isoformat(),
                why=each.why,
            )
            for each in plan.calendar
        ],
        profile=plan_at(plan, guest.site.now()).settings.profile,
        profiles=sorted({EVERYDAY, *names_in(plan.settings.expectations / "profiles")}),
        fingerprint=draft.fingerprint,
    )


def preview_calendar(asked: Asked) -> CalendarPreview:
    """Say what a draft would change. Raises ConfigurationError where it is refused, as by overlaps."""
    guest = guest_of(asked)
    draft, told = _drafted(guest, asked.body.entries)
    if (refusal := publishing.refusal_of(guest, draft)) is not None:
        raise refusal
    files = draft.differences(guest.site.settings.expectations)
    return CalendarPreview(says=told, files=[FileLines(file=file, lines=lines) for file, lines in files])


def publish_calendar(asked: Asked) -> ChangeOfRules:
    """Publish a draft of the calendar, or leave it for a second person."""
    guest, body = guest_of(asked), asked.body
    require_own(guest)
    draft, told = _drafted(guest, body.entries)
    if body.fingerprint is not None and body.fingerprint != draft.fingerprint:
        raise ApiError(409, "somebody has changed the file meanwhile", {"fingerprint": draft.fingerprint})
    if not draft.changed:
        raise ApiError(409, "the calendar says that already")
    if (refusal := publishing.refusal_of(guest, draft)) is not None:
        raise refusal
    with conflicts():
        number = publishing.publish(guest, draft, body.why, ("calendar", "; ".join(told)))
    return change_answer(guest, number)


def _drafted(guest: Guest, entries: list[EntryOfCalendar]) -> tuple[Draft, list[str]]:
    settings = guest.plan.settings
    before = slots_of(guest.plan.calendar, settings.zone)
    after = [slot_of(guest, each) for each in entries]
    return calendar_draft(settings.expectations, before, after), told_of_slots(before, after, {})


def slot_of(guest: Guest, entry: EntryOfCalendar) -> Slot:
    """Return an entry as a form has it. Raises ApiError where an instant is none."""
    return Slot(entry.profile, _local(entry.begin, guest), _local(entry.until, guest), entry.why)


def _local(text: str, guest: Guest) -> str:
    """Return an instant as entries have it. Raises ApiError where it is none."""
    zone = guest.plan.settings.zone
    try:
        instant = datetime.fromisoformat(text)
        local = instant.astimezone(zone) if instant.tzinfo else instant
    except (ValueError, OverflowError):
        raise ApiError(422, f"'{text}' is no ISO 8601 instant") from None
    return local.strftime("%Y-%m-%dT%H:%M")
