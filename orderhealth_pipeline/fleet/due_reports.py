"""When a merchant's reports come due, by its settings and in its zone.

What belongs here: from settings and an instant to an instant. What does not: asking every minute
(defs/fleet_reports.py), and writing a report (run_merchant.py).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from orderhealth_pipeline.report.period.model import PeriodKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.reports import Weekday, WeeklySettings

KINDS: Final[tuple[PeriodKind, ...]] = get_args(PeriodKind)
_WEEK: Final[tuple[Weekday, ...]] = get_args(Weekday)


def newest_due(settings: Settings, kind: PeriodKind, now: datetime) -> datetime:
    """Return the newest instant up to `now` (UTC) at which the report of this kind came due, UTC.

    An hour that a clock skips comes when the clock has gone on; one that it has twice counts the first time.
    """
    when = settings.report.weekly if kind == "weekly" else settings.report.daily
    day = now.astimezone(settings.zone).date()
    if isinstance(when, WeeklySettings):
        day -= timedelta(days=(day.weekday() - _WEEK.index(when.on)) % len(_WEEK))
    step = timedelta(days=len(_WEEK) if isinstance(when, WeeklySettings) else 1)
    due = datetime.combine(day, when.at, settings.zone).astimezone(UTC)
    if due <= now:
        return due
    return datetime.combine(day - step, when.at, settings.zone).astimezone(UTC)
