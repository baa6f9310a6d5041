"""Where reports go, when, in which forms and to whom, as `orderhealth.yml` says it.

What belongs here: the shape of `report`. What does not: the other settings (configuration.py), and writing
reports (report/, pipeline/written/).
"""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer

from orderhealth_pipeline.respond.addresses import LinkBeginning
from orderhealth_pipeline.setting_values import UsablePath
from orderhealth_pipeline.yaml_files import FrozenModel

ReportForm = Literal["html", "xlsx", "pdf"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _read_clock(value: Any) -> Any:
    if isinstance(value, time):
        return value
    found = _CLOCK.fullmatch(str(value).strip())
    if found is None:
        raise ValueError('a time of the day is expected, such as "09:00"')
    return time(int(found[1]), int(found[2]))


Clock = Annotated[time, BeforeValidator(_read_clock), PlainSerializer(lambda clock: f"{clock:%H:%M}")]


class DailySettings(FrozenModel):
    """When a report is written, and the roles that hear of it: none named, those that ask for the score."""

    at: Clock = time(9)
    to: tuple[str, ...] = ()


class WeeklySettings(DailySettings):
    """The same, on a day of the week."""

    on: Weekday = "mon"


class ReportSettings(FrozenModel):
    """Where reports are written, and the address under which that folder can be opened from a phone.

    `forms` are the files of daily and weekly reports, `penalties` is a file of penalties that came true.
    """

    folder: UsablePath = Path("reports")
    url: LinkBeginning | None = None
    forms: Annotated[tuple[ReportForm, ...], Field(min_length=1)] = ("html", "xlsx")
    daily: DailySettings = DailySettings()
    weekly: WeeklySettings = WeeklySettings()
    penalties: UsablePath | None = None

    def anchored(self, home: Path) -> Self:
        """Make its paths absolute, from the folder of the configuration."""
        penalties = None if self.penalties is None else home / self.penalties
        return self.model_copy(update={"folder": home / self.folder, "penalties": penalties})
