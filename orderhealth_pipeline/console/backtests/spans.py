"""Which past a back-test goes over: what a person may choose, and how far apart its instants are.

What belongs here: spans and their bounds. What does not: running (worker.py), and pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.what_if.backtest import instants_between
from orderhealth_pipeline.rules.in_force.calendar import CalendarEntry
from orderhealth_pipeline.settings import EVERYDAY

MOST_INSTANTS: Final = 500
"""More would take too long for somebody who waits; the command line replays them."""

_STEPS: Final = (
    (timedelta(hours=6), timedelta(minutes=15)),
    (timedelta(days=3), timedelta(hours=1)),
    (timedelta(days=21), timedelta(hours=6)),
)
_A_DAY: Final = timedelta(days=1)
_USUAL: Final = 7 * _A_DAY


@dataclass(frozen=True)
class Past:
    """What is known of the past: the first order, the newest evaluation, the last promotion that began."""

    first: datetime
    last: datetime
    promotion: CalendarEntry | None

    @classmethod
    def of(cls, first: datetime, last: datetime, calendar: Iterable[CalendarEntry]) -> Self:
        """Find the promotion that began last, of those in whose time there were orders."""
        over = [
            each for each in calendar if each.profile != EVERYDAY and each.begin < last and first < each.until
        ]
        return cls(first, last, max(over, key=lambda each: each.begin, default=None))

    @property
    def usual(self) -> tuple[datetime, datetime]:
        """The last days, as far as there were any orders."""
        return max(self.first, self.last - _USUAL), self.last


def past_of(guest: Guest) -> Past:
    """Return what may be chosen from. Raises StoreError where nothing was evaluated yet."""
    last = guest.report.as_of
    with guest.reading() as con:
        first = sql.run(con, "console/rules/select_first_order")[0][0]
    if first is None:
        raise StoreError("there was no order yet")
    return Past.of(first, last, guest.plan.calendar)


def step_for(begin: datetime, end: datetime) -> timedelta:
    """Return how far apart instants are where nobody says so: some dozens make a curve."""
    return next((step for longest, step in _STEPS if end - begin <= longest), _A_DAY)


def chosen_instants(
    past: Past, begin: datetime, end: datetime, every: timedelta | None, zone: ZoneInfo
) -> tuple[datetime, ...]:
    """Return the instants of a back-test. Raises ConfigurationError where nothing is known of that time."""
    if end < begin:
        raise ConfigurationError("the time begins after it ends")
    if end > past.last:
        raise ConfigurationError(
            Message(
                "{end} is later than what was evaluated last, {last}",
                end=_minute(end, zone),
                last=_minute(past.last, zone),
            )
        )
    if end < past.first:
        raise ConfigurationError(
            Message(
                "at {end} there was no order yet; the first was placed at {first}",
                end=_minute(end, zone),
                first=_minute(past.first, zone),
            )
        )
    instants = instants_between(begin, end, every or step_for(begin, end))
    if len(instants) > MOST_INSTANTS:
        raise ConfigurationError(
            Message(
                "{count} instants were asked for, at most {most_instants} are replayed",
                count=len(instants),
                most_instants=MOST_INSTANTS,
            )
        )
    return instants


def _minute(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")
