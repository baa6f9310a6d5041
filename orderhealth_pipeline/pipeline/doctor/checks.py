"""What is wrong with the alarm itself, of what was seen: pure.

What belongs here: one function a check. What does not: looking (signs.py), and words (doctor_texts.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from orderhealth_pipeline.pipeline.doctor.signs import Signs
from orderhealth_pipeline.pipeline.plan import RunPlan

_LEAST_FREE: Final = 1 << 30
_FILLS_WITHIN_DAYS: Final = 14
_CLOCK: Final = timedelta(minutes=5)
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_HEARTBEAT: Final = timedelta(minutes=5)
_MISSED_RUNS: Final = 6
_ENOUGH: Final = 3


@dataclass(frozen=True)
class Check:
    """One check: what it is about, what was found (a key of the texts), and what is filled in."""

    about: str
    found: str
    is_well: bool
    facts: tuple[tuple[str, str], ...] = ()


def examine(plan: RunPlan, signs: Signs, now: datetime) -> list[Check]:
    """Check sources, store, desk, daemon, clock, disk, rules and channels."""
    return [
        *_store(signs),
        *_sources(plan, signs),
        *_pulls(signs),
        _trouble("desk", signs.desk_trouble),
        *_daemon(signs, now),
        *_dagster(signs, now),
        *_clock(signs, now),
        _disk(signs),
        _rules(signs),
        *_channels(plan, signs, now),
    ]


def _trouble(about: str, trouble: str | None) -> Check:
    if trouble is None:
        return Check(about, "well", is_well=True)
    return Check(about, "unreadable", is_well=False, facts=(("why", trouble),))


def _store(signs: Signs) -> Iterator[Check]:
    yield _trouble("store", signs.store_trouble)


def _sources(plan: RunPlan, signs: Signs) -> Iterator[Check]:
    if signs.store_trouble is not None:
        return
    named = plan.settings.feeds if isinstance(plan.settings.feeds, dict) else {}
    expected = {*named, *plan.settings.expected_every}
    wrong = {feed: state for feed, state in signs.troubled.items() if state != "missing" or feed in expected}
    if not wrong:
        yield Check("sources", "well", is_well=True)
    for feed, state in wrong.items():
        yield Check("sources", state, is_well=False, facts=(("feed", feed),))


def _pulls(signs: Signs) -> Iterator[Check]:
    for source, why in signs.failing.items():
        yield Check("sources", "failing", is_well=False, facts=(("source", source), ("why", why)))


def _daemon(signs: Signs, now: datetime) -> Iterator[Check]:
    """Runs are as regular as they were; with few of them one a day is expected."""
    if signs.ran_at is None:
        yield Check("daemon", "never_ran", is_well=False)
        return
    gaps = [later - earlier for later, earlier in pairwise(signs.evaluations)]
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) >= _ENOUGH else None
    longest = _DAY if usual is None else max(_HOUR, usual * _MISSED_RUNS)
    silent = now - signs.ran_at
    found = "well" if silent <= longest else "silent"
    facts = (("span", f"{silent / _MINUTE:.0f}"),)
    yield Check("daemon", found, is_well=found == "well", facts=facts)


def _dagster(signs: Signs, now: datetime) -> Iterator[Check]:
    """Dagster's daemons give a sign of life twice a minute; without Dagster nothing is to be said of it."""
    if signs.heartbeat_at is not None:
        silent = now - signs.heartbeat_at
        found = "well" if silent <= _HEARTBEAT else "dead"
        facts = (("minutes", f"{silent / timedelta(minutes=1):,.0f}"),)
        yield Check("dagster", found, is_well=found == "well", facts=facts)


def _clock(signs: Signs, now: datetime) -> Iterator[Check]:
    newest = max([*signs.evaluations, *([signs.ran_at] if signs.ran_at else [])], default=None)
    if newest is not None and newest > now + _CLOCK:
        yield Check("clock", "behind", is_well=False, facts=(("newest", newest.isoformat()),))
    else:
        yield Check("clock", "well", is_well=True)


def _disk(signs: Signs) -> Check:
    needed = max(_LEAST_FREE, 2 * signs.store_bytes)
    free = ("free", f"{signs.free_bytes / 2**30:,.1f}")
    if signs.free_bytes < needed:
        return Check("disk", "full", is_well=False, facts=(free, ("needed", f"{needed / 2**30:,.1f}")))
    # What a run needs beside the store grows with it, twice as fast.
    days = (signs.free_bytes - needed) / (3 * signs.bytes_a_day) if signs.bytes_a_day else None
    if days is not None and days < _FILLS_WITHIN_DAYS:
        return Check("disk", "fills", is_well=False, facts=(free, ("days", f"{days:,.0f}")))
    return Check("disk", "well", is_well=True, facts=(free,))


def _rules(signs: Signs) -> Check:
    if signs.changed_rule is None:
        return Check("rules", "well", is_well=True)
    return Check("rules", "changed", is_well=False, facts=(("file", str(signs.changed_rule)),))


def _channels(plan: RunPlan, signs: Signs, now: datetime) -> Iterator[Check]:
    """A channel that was ever written to has confirmed something since the last heartbeat but one day."""
    longest = plan.settings.alerting.heartbeat_every + _DAY
    if not plan.settings.channels:
        yield Check("channels", "none", is_well=True)
    for channel in plan.settings.channels:
        seen = signs.channels.get(channel.name)
        name = ("channel", channel.name)
        if seen is None:
            yield Check("channels", "never", is_well=True, facts=(name,))
        elif seen.given_up or seen.waiting:
            facts = (name, ("count", f"{seen.given_up + seen.waiting:,}"), ("why", seen.last_error or ""))
            yield Check("channels", "failing", is_well=False, facts=facts)
        elif seen.confirmed_at is None:
            yield Check("channels", "never", is_well=True, facts=(name,))
        else:
            since = now - seen.confirmed_at
            is_well, span = since <= longest, ("span", f"{since / _MINUTE:.0f}")
            found = "confirmed" if is_well else "silent"
            yield Check("channels", found, is_well=is_well, facts=(name, span))
