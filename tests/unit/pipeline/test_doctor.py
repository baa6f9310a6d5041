"""What the doctor says of a disk: enough, not enough for the next run, or not enough for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.doctor.checks import Check, examine
from orderhealth_pipeline.pipeline.doctor.signs import Signs
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.settings import Settings

GIB = 2**30
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)


def disk(free_gib: float, gib_a_day: float | None) -> Check:
    """Look at a disk that holds a store of 10 GiB."""
    signs = Signs(
        store=Path("orderhealth.duckdb"),
        store_trouble=None,
        desk_trouble=None,
        ran_at=NOW,
        store_bytes=10 * GIB,
        free_bytes=int(free_gib * GIB),
        changed_rule=None,
        bytes_a_day=None if gib_a_day is None else gib_a_day * GIB,
    )
    (found,) = (each for each in examine(plan_run(Settings()), signs, NOW) if each.about == "disk")
    return found


@pytest.mark.parametrize(
    ("free_gib", "gib_a_day", "found"),
    [
        (19.9, None, "full"),
        (20.1, None, "well"),
        (20 + 14 * 3 * 0.5 - 0.1, 0.5, "fills"),
        (20 + 14 * 3 * 0.5, 0.5, "well"),
        (20.1, 0.0, "well"),
    ],
)
def test_a_disk_must_do_for_the_next_run_and_for_two_weeks(
    free_gib: float, gib_a_day: float | None, found: str
) -> None:
    assert disk(free_gib, gib_a_day).found == found


def test_it_says_for_how_many_days_it_does() -> None:
    found = disk(20 + 5 * 3 * 0.5, 0.5)
    assert not found.is_well
    assert dict(found.facts) == {"free": "27.5", "days": "5"}


def test_growth_is_that_of_the_week_before_the_newest_order() -> None:
    con = duckdb.connect()
    con.execute("create schema working; create table working.orders (placed_at timestamptz)")
    assert sql.run(con, "respond/doctor/select_growth") == [(0, 0, 0.0)]
    for days in (0, 1, 6.9, 7, 20):
        con.execute("insert into working.orders values (?)", [NOW - timedelta(days=days)])
    assert sql.run(con, "respond/doctor/select_growth") == [(5, 3, 20.0)]
