"""What the messages of a day come to: how many, how soon, and how long the old way took.

What belongs here: reading a store after its day. What does not: the day (day.py, ticks.py) and the page
(page.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

LOOKS: Final = (time(10, 5), time(16, 5))
"""When people compared the systems by hand: twice a day."""

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Figures:
    """`hour` and `day` are the most messages of any channel within them; `late` are causes not told at once.

    The medians are minutes from the first sign of a trouble until somebody knew of it, by the messages and by
    two looks a day, of the `cases` that opened in the time that was run.
    """

    messages: dict[str, int]
    hour: int
    day: int
    late: tuple[str, ...]
    cases: int
    told_median: float
    looked_median: float


def figures_of(store: Path, start: datetime) -> Figures:
    """Read the figures of what happened from `start` on."""
    with duckdb.connect(str(store), read_only=True) as con:
        sent: dict[str, list[datetime]] = {}
        for channel, at in con.execute(
            "select channel, as_of from deliveries join alerts using (alert_id) "
            "where kind <> 'heartbeat' order by as_of"
        ).fetchall():
            sent.setdefault(channel, []).append(at)
        late = con.execute(
            "with first_case as ("
            " select rule_id, owner, min(opened_at) as opened_at from cases group by all), "
            "told as (select cases.rule_id, cases.owner, min(decided.as_of) as told_at from ("
            " select unnest(cases) as case_id, as_of from alert_decisions "
            " where decision in ('sent', 'digested')) as decided join cases using (case_id) group by all) "
            "select first_case.rule_id from first_case left join told using (rule_id, owner) "
            "where told_at is null or told_at > opened_at order by all"
        ).fetchall()
        opened = con.execute(
            "select began_at, told_at from cases where opened_at > ? and told_at is not null", [start]
        ).fetchall()
    waits = [max((told - began) / _MINUTE, 0.0) for began, told in opened]
    looks = [(next_look(began) - began) / _MINUTE for began, _ in opened]
    return Figures(
        messages={channel: len(times) for channel, times in sorted(sent.items())},
        hour=max((_most_within(times, timedelta(hours=1)) for times in sent.values()), default=0),
        day=max((_most_within(times, timedelta(days=1)) for times in sent.values()), default=0),
        late=tuple(rule for (rule,) in late),
        cases=len(opened),
        told_median=median(waits) if waits else 0.0,
        looked_median=median(looks) if looks else 0.0,
    )


def next_look(since: datetime) -> datetime:
    """Return when people would have looked next."""
    local = since.astimezone(_ZONE)
    looks = [
        datetime.combine(local.date() + timedelta(days=day), look, _ZONE) for day in (0, 1) for look in LOOKS
    ]
    return next(look for look in looks if look >= local)


def _most_within(times: list[datetime], span: timedelta) -> int:
    return max(sum(at - span < each <= at for each in times) for at in times)
