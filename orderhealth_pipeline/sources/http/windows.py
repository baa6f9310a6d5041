"""Spans of time that a list is asked for, one after the other, none longer than the platform takes.

What belongs here: arithmetic on instants. What does not: asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline.sources.http.description import Window

_FIRST_PULL: Final = timedelta(days=7)
_WORTH_ASKING: Final = timedelta(minutes=1)
"""What has passed meanwhile waits for the next pull, unless the clocks differ."""


def windows(
    form: Window,
    watermark: datetime | None,
    *,
    now: Callable[[], datetime],
    since: datetime | None,
    overlap: timedelta | None,
) -> Iterator[tuple[datetime, datetime]]:
    """Return the spans between what is known and now, oldest first; `since` takes the watermark's place.

    The present is asked for anew after each: a platform's clock is learnt from its answers.
    """
    behind = form.behind or timedelta(0)
    end = now() - behind
    if watermark is not None and since is None:
        less = form.overlap if overlap is None else overlap
        # A clock that was ahead once is no reason to ask for nothing until then.
        begin = min(watermark, end) - less
    else:
        begin = since if since is not None else end - _FIRST_PULL
    if form.earliest is not None:
        begin = max(begin, end - form.earliest)
    while begin < end:
        stop = end if form.longest is None else min(begin + form.longest, end)
        yield begin, stop
        begin = stop
        end = max(end, now() - behind) if stop == end and now() - behind - end > _WORTH_ASKING else end


def written(instant: datetime, form: str, zone: ZoneInfo) -> str | int:
    """Write an instant as the platform wants it."""
    if form == "seconds":
        return int(instant.timestamp())
    if form == "milliseconds":
        return int(instant.timestamp() * 1000)
    if form == "iso":
        return instant.astimezone(zone).isoformat(timespec="seconds")
    return instant.astimezone(zone).strftime(form)
