"""When a silence holds beside its end: on days, between hours, until it is over, until more orders join.

What belongs here: the conditions, and how the log keeps them. What does not: what a silence speaks of
(silences.py), and counting orders (pipeline/alerting/ended_silences.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.policy.settings import Daytime, read_daytime
from orderhealth_pipeline.rules.owners import DAYS, read_days

_MOST_ORDERS: Final = 10**6
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Conditions:
    """`every` are days of the week (Monday is 0; none: all), `between` hours of the day.

    Hours over midnight belong to the day on which they begin. It ends when `until_more` orders have joined
    since it was said, or, `until_resolved`, when what it speaks of is over.
    """

    every: tuple[int, ...] = ()
    between: Daytime | None = None
    until_more: int | None = None
    until_resolved: bool = False

    @classmethod
    def read(
        cls, every: str | None, between: str | None, until_more: int | None, *, until_resolved: bool = False
    ) -> Self:
        """Read what a person typed. Raises ValueError."""
        if until_more is not None and not 1 <= until_more <= _MOST_ORDERS:
            raise ValueError(
                Message("a number of orders between 1 and {most} is expected", most=f"{_MOST_ORDERS:,}")
            )
        days = tuple(sorted(set(read_days(every)))) if every is not None else ()
        hours = None if between is None else read_daytime(between)
        return cls(days, hours, until_more, until_resolved)

    @classmethod
    def of_text(cls, text: str | None) -> Self:
        """Read what `as_text` wrote; a word that was said without conditions has none."""
        given = dict(part.partition("=")[::2] for part in (text or "").split())
        more = given.get("until_more")
        return cls.read(
            given.get("every"),
            given.get("between"),
            None if more is None else int(more),
            until_resolved="until_resolved" in given,
        )

    def as_text(self) -> str | None:
        """Write it as the log keeps it, null without conditions: `every=sat,sun between=22:00-08:00`."""
        parts = [
            f"every={','.join(DAYS[day] for day in self.every)}" if self.every else "",
            f"between={self.between}" if self.between else "",
            f"until_more={self.until_more}" if self.until_more else "",
            "until_resolved" if self.until_resolved else "",
        ]
        return " ".join(part for part in parts if part) or None

    @property
    def are_given(self) -> bool:
        """Say whether there are any."""
        return self != Conditions()

    def hold(self, now: datetime, zone: ZoneInfo) -> bool:
        """Say whether an instant lies in its days and hours."""
        local = now.astimezone(zone)
        if self.between is not None:
            if not self.between.holds(now, zone):
                return False
            if self.between.end <= self.between.begin and local.time() < self.between.end:
                local -= _DAY
        return not self.every or local.weekday() in self.every
