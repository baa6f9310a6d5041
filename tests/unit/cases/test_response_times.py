"""How long cases took, those counted that still wait."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from orderhealth_pipeline.cases.case_frames import CASES
from orderhealth_pipeline.cases.response_times import RESPONSE_TIMES, response_times

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def case(number: int, acknowledged: int | None, over: int | None = None) -> dict[str, object]:
    return {
        "case_id": str(number),
        "rule_id": "low_price",
        "owner": "merchandising",
        "began_at": NOON,
        "opened_at": NOON + minutes(10),
        "acknowledged_at": None if acknowledged is None else NOON + minutes(acknowledged),
        "resolved_at": None if over is None else NOON + minutes(over),
    }


def times_of(*cases: dict[str, object], as_of: datetime) -> dict[str, tuple[object, ...]]:
    found = response_times(pl.DataFrame(list(cases), schema=CASES), as_of, "Asia/Shanghai")
    assert found.schema == RESPONSE_TIMES
    rows = found.select("step", "cases", "waiting", "median_minutes", "p90_minutes").rows()
    assert set(found["week"]) == {date(2026, 11, 9)}
    return {step: tuple(figures) for step, *figures in rows}


def test_cases_that_wait_make_nobody_look_faster() -> None:
    taken = [case(number, 20) for number in range(3)]
    times = times_of(*taken, *[case(number, None) for number in range(3, 10)], as_of=NOON + minutes(60))
    assert times["found"] == (10, 0, 10.0, 10.0)
    # Three of ten were acknowledged: nobody knows yet when half of them will be.
    assert times["acknowledged"] == (10, 7, None, None)
    assert times["over"] == (10, 10, None, None)


def test_a_case_that_was_over_before_anybody_took_it_waits_no_longer() -> None:
    times = times_of(case(1, None, over=15), case(2, 30), as_of=NOON + minutes(60))
    assert times["acknowledged"] == (2, 1, 30.0, 30.0)
    assert times["over"] == (2, 1, 15.0, None)
    later = times_of(case(1, None, over=15), case(2, 30), as_of=NOON + minutes(600))
    assert later["acknowledged"] == times["acknowledged"]
