"""The calendar: which profile of the rules is in force when.

What belongs here: the schema of `expectations/calendar.yml`, and the profile of an instant. What does not:
what a profile changes (profiles.py).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.in_force.zoned import ZonedInstant
from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

CALENDAR_FILE: Final = "calendar.yml"


class CalendarEntry(FrozenModel):
    """A profile is in force while `begin` <= as_of < `until`."""

    profile: Identifier
    begin: ZonedInstant = Field(alias="from")
    until: ZonedInstant
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until <= self.begin:
            raise ValueError("until must be later than from")
        return self

    def holds(self, instant: datetime) -> bool:
        """Say whether the instant lies in it."""
        return self.begin <= instant < self.until


class _CalendarFile(FrozenModel):
    calendar: tuple[CalendarEntry, ...]


def read_calendar(
    expectations: Path, zone: ZoneInfo, profiles: Collection[str], text: str | None = None
) -> tuple[CalendarEntry, ...]:
    """Read `calendar.yml` of a folder of expectations; a folder without one has no entries.

    With `text`, as if the file said that. Instants without an offset are in `zone`.
    Raises ConfigurationError, with file and line, when the file is
    wrong, names a profile that is not among `profiles`, or has two entries that hold one instant.
    """
    file = expectations / CALENDAR_FILE
    if text is None and not file.exists():
        return ()
    lines: dict[Keys, int] = {}
    entries = read_model(file, _CalendarFile, context=zone, lines=lines, text=text).calendar
    for number, entry in enumerate(entries):
        if entry.profile not in profiles:
            raise ConfigurationError(
                Message(
                    "there is no profile '{profile}'; there are: {profiles}",
                    profile=entry.profile,
                    profiles=", ".join(sorted(profiles)),
                ),
                file=file,
                line=lines.get(("calendar", number, "profile")),
            )
        for earlier, other in enumerate(entries[:number], start=1):
            if entry.begin < other.until and other.begin < entry.until:
                raise ConfigurationError(
                    Message(
                        "entry {number} of the calendar overlaps entry {earlier}: "
                        "one profile is in force at a time",
                        number=number + 1,
                        earlier=earlier,
                    ),
                    file=file,
                    line=lines.get(("calendar", number, "from")),
                )
    return entries


def profile_at(entries: Collection[CalendarEntry], instant: datetime, otherwise: str) -> str:
    """Return the profile of the entry that holds an instant, else `otherwise`."""
    return next((entry.profile for entry in entries if entry.holds(instant)), otherwise)
