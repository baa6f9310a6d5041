"""A promotion day in simulated time, in which systems stop: people are told at once, and not too often.

Slow: a shop is simulated and evaluated tick by tick. `make promotion-day` does it minute by minute.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from benchmarks.promotion_day.day import DAY, Stop, promotion_day, quiet_day, stopped
from benchmarks.promotion_day.figures import Figures, figures_of, next_look
from benchmarks.promotion_day.page import page_of
from benchmarks.promotion_day.run import A_DAY, AN_HOUR, broken_promises
from benchmarks.promotion_day.ticks import run_day

HALF_AN_HOUR = timedelta(minutes=30)
AFTERNOON = timedelta(hours=8)
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.mark.slow
def test_a_promotion_day_is_told_at_once_and_not_too_often(tmp_path: Path) -> None:
    world = promotion_day(1_200, 5)
    store = run_day(world, tmp_path, HALF_AN_HOUR, AFTERNOON)
    found = figures_of(store, world.end - AFTERNOON)
    assert found.late == ()
    assert 0 < found.hour <= AN_HOUR
    assert found.day <= A_DAY
    # The merchant's story: what took hours takes minutes.
    assert found.told_median < found.looked_median / 4
    with duckdb.connect(str(store), read_only=True) as con:
        named = con.execute("select cause from cases where rule_id = 'outbound_overdue'").fetchall()
    assert (world.warehouse,) in named


@pytest.mark.slow
def test_a_quiet_day_is_told_of_by_nobody_but_the_roles_whose_cases_there_are(tmp_path: Path) -> None:
    world = quiet_day(1_200, 5)
    store = run_day(world, tmp_path, timedelta(hours=2), AFTERNOON)
    with duckdb.connect(str(store), read_only=True) as con:
        kinds = {kind for (kind,) in con.execute("select kind from alerts").fetchall()}
    assert not kinds & {"breach", "worse", "source"}


def test_what_stops_writes_when_it_is_back() -> None:
    rows = pl.DataFrame(
        {"event_at": [NOON, NOON + DAY], "known_at": [NOON, NOON + DAY], "waybill_no": ["A", "A"]}
    )
    stop = Stop("tms_events", NOON - HALF_AN_HOUR, NOON + HALF_AN_HOUR, pl.col("waybill_no") == "A")
    late = stopped(rows, stop)
    assert late["event_at"].to_list() == late["known_at"].to_list() == [NOON + HALF_AN_HOUR, NOON + DAY]


def test_people_looked_twice_a_day() -> None:
    # 20:00 in Shanghai: the next look is at 10:05 in the morning.
    assert next_look(NOON).astimezone(UTC) == datetime(2026, 11, 11, 2, 5, tzinfo=UTC)
    assert next_look(NOON - timedelta(hours=10)).astimezone(UTC) == datetime(2026, 11, 10, 2, 5, tzinfo=UTC)


def test_broken_promises_are_named_and_the_page_shows_both_ways() -> None:
    good = Figures({"a": 3}, 2, 3, (), 5, 14.0, 126.0)
    quiet = Figures({}, 0, 0, (), 0, 0.0, 0.0)
    assert broken_promises(good, quiet) == []
    bad = Figures({"a": 50}, 13, 41, ("low_price",), 5, 14.0, 126.0)
    assert len(broken_promises(bad, good)) == 4
    page = page_of(good, quiet, 18_000, 1)
    assert "| two looks a day | 126 min |" in page
    assert "| this program | 14 min |" in page
