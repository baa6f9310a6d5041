"""How often and how long: locks after wrong passwords, and rates. Pure: the clock comes in.

What belongs here: limits.yml, and deciding by it. What does not: remembering anything in a database.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import PositiveInt

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("limits.yml")
_MOST_KEYS: Final = 10_000


class Limits(FrozenModel):
    """The figures of limits.yml."""

    password_shortest: PositiveInt
    password_longest: PositiveInt
    failures_before_lock: PositiveInt
    lock_minutes: PositiveInt
    longest_lock_hours: PositiveInt
    session_days: PositiveInt
    session_idle_hours: PositiveInt
    link_hours: PositiveInt
    sign_ins_a_minute: PositiveInt
    calls_a_minute: PositiveInt
    unmaskings_an_hour: PositiveInt
    upload_megabytes: PositiveInt
    uploads_kept: PositiveInt
    upload_hours: PositiveInt


@cache
def limits() -> Limits:
    """Return the figures."""
    return read_model(_FILE, Limits)


def locked_until(failures: int, now: datetime, figures: Limits) -> datetime | None:
    """Return until when so many wrong passwords in a row lock an account from now on, or None."""
    locks, rest = divmod(failures, figures.failures_before_lock)
    if rest or not locks:
        return None
    longest = timedelta(hours=figures.longest_lock_hours)
    factor: int = 2 ** min(locks - 1, 20)
    return now + min(factor * timedelta(minutes=figures.lock_minutes), longest)


class Rate:
    """At most `times` a `span` for each key, evenly refilled; keys that are not used are forgotten."""

    def __init__(self, times: int, span: timedelta) -> None:
        self._times = float(times)
        self._seconds = span.total_seconds()
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, now: datetime) -> timedelta | None:
        """Count one more; return how long to wait where that is too many, and do not count it then."""
        with self._lock:
            left, at = self._left.pop(key, (self._times, now))
            left = min(self._times, left + (now - at).total_seconds() * self._times / self._seconds)
            is_free = left >= 1
            self._left[key] = (left - 1 if is_free else left, now)
            if len(self._left) > _MOST_KEYS:
                self._left.popitem(last=False)
        return None if is_free else timedelta(seconds=(1 - left) * self._seconds / self._times)
