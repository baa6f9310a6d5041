"""How often and how long: locks after wrong passwords, and rates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orderhealth_pipeline.console.access.limits import Rate, limits, locked_until
from orderhealth_pipeline.console.access.roles import ROLES, VERBS, role_table, verbs_of

NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, None), (4, None), (5, 15), (6, None), (10, 30), (15, 60), (500, 24 * 60)]
)
def test_every_fifth_wrong_password_locks_for_twice_as_long(failures: int, minutes: int | None) -> None:
    until = locked_until(failures, NOW, limits())
    assert until == (None if minutes is None else NOW + timedelta(minutes=minutes))


def test_a_rate_lets_so_many_pass_and_then_one_at_a_time() -> None:
    rate = Rate(3, timedelta(minutes=1))
    assert [rate.wait("a", NOW) for _ in range(3)] == [None] * 3
    assert rate.wait("a", NOW) == timedelta(seconds=20)
    assert rate.wait("b", NOW) is None
    assert rate.wait("a", NOW + timedelta(seconds=20)) is None
    assert rate.wait("a", NOW + timedelta(seconds=20)) is not None


def test_the_table_of_roles_is_whole_and_each_role_may_what_the_one_below_may() -> None:
    assert set(role_table().verbs) == VERBS
    below: frozenset[str] = frozenset()
    for role in ROLES:
        assert below <= verbs_of(role)
        below = verbs_of(role)
    assert below == VERBS
    assert verbs_of("viewer") == {"look"}
    assert verbs_of("nobody") == frozenset()
