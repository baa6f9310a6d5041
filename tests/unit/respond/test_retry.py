"""When a failed message is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orderhealth_pipeline.respond.retry import RetryPolicy

NOW = datetime(2026, 11, 11, tzinfo=UTC)
POLICY = RetryPolicy()


@pytest.mark.parametrize(
    ("tries", "asked_for", "seconds"),
    [(1, None, 1.0), (2, None, 2.0), (3, None, 4.0), (1, 30.0, 30.0), (3, 1.0, 4.0)],
)
def test_quick_tries_wait_twice_as_long_each_time_or_as_the_platform_asks(
    tries: int, asked_for: float | None, seconds: float
) -> None:
    assert POLICY.quick_wait(tries, asked_for) == seconds


@pytest.mark.parametrize(
    ("attempts", "asked_for", "seconds"),
    [(3, None, 60), (6, None, 120), (9, None, 240), (21, None, 3600), (3, 600.0, 600), (9, 10.0, 240)],
)
def test_every_later_run_is_twice_as_far_away_up_to_an_hour(
    attempts: int, asked_for: float | None, seconds: int
) -> None:
    assert POLICY.next_attempt_at(NOW, attempts, asked_for) == NOW + timedelta(seconds=seconds)


def test_a_lease_outlives_the_run_that_holds_it() -> None:
    slowest_try = timedelta(seconds=30)
    store_is_busy = timedelta(seconds=sum(POLICY.store_waits_seconds))
    run = timedelta(seconds=POLICY.run_seconds)
    assert POLICY.lease_ends_at(NOW) > NOW + run + slowest_try + store_is_busy
