"""Instants some working minutes later, to the second at which work begins and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.cases.working_time import Span, after_working_minutes

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
OFFICE: list[Span] = [(time(9), time(12)), (time(13), time(18))]


def weekdays(day: date) -> list[Span]:
    return OFFICE if day.weekday() < 5 else []


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-11-10 10:00", 60, "2026-11-10 11:00"),
        ("2026-11-10 11:00", 60, "2026-11-10 12:00"),
        ("2026-11-10 11:00", 61, "2026-11-10 13:01"),
        ("2026-11-10 12:00", 1, "2026-11-10 13:01"),
        ("2026-11-10 03:00", 30, "2026-11-10 09:30"),
        ("2026-11-10 18:00", 30, "2026-11-11 09:30"),
        ("2026-11-13 17:45", 30, "2026-11-16 09:15"),
        ("2026-11-14 10:00", 480, "2026-11-16 18:00"),
        ("2026-11-10 09:00", 2400, "2026-11-16 18:00"),
    ],
)
def test_the_clock_stands_still_outside_working_hours(since: str, minutes: int, due: str) -> None:
    assert after_working_minutes(local(since), minutes, weekdays, SHANGHAI) == local(due)


def test_who_works_around_the_clock_is_never_waited_for() -> None:
    since = datetime(2026, 11, 10, 17, 23, 5, 17, tzinfo=UTC)
    due = after_working_minutes(since, 10_000, lambda _: [(time(), None)], SHANGHAI)
    assert due == datetime(2026, 11, 17, 16, 3, 5, 17, tzinfo=UTC)


def test_a_day_of_23_hours_has_23() -> None:
    due = after_working_minutes(
        local("2026-03-07 12:00", LOS_ANGELES), 24 * 60, lambda _: [(time(), None)], LOS_ANGELES
    )
    assert due == local("2026-03-08 13:00", LOS_ANGELES)


def test_where_nobody_ever_works_the_clock_does_not_stand_still() -> None:
    since = local("2026-11-10 10:00")
    assert after_working_minutes(since, 90, lambda _: [], SHANGHAI) == local("2026-11-10 11:30")


@given(begun=st.integers(0, 1_000_000), minutes=st.integers(1, 5000))
def test_minutes_add_up(begun: int, minutes: int) -> None:
    since = local("2026-01-01 00:00") + timedelta(minutes=begun)
    at_once = after_working_minutes(since, minutes + 7, weekdays, SHANGHAI)
    in_two = after_working_minutes(
        after_working_minutes(since, minutes, weekdays, SHANGHAI), 7, weekdays, SHANGHAI
    )
    assert at_once == in_two
