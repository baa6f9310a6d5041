"""Steps and ways of orders: against a version that goes through them one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.process.milestones import LOOKS_BACK, MILESTONES, PLACES, STEPS
from orderhealth_pipeline.process.paths import PROCESS_PATHS, process_paths
from orderhealth_pipeline.process.steps import PROCESS_STEPS, process_steps

NOW = datetime(2026, 11, 10, 20, tzinfo=timezone(timedelta(hours=8)))
SCHEMA = pl.Schema(
    {
        name: INSTANT if name.endswith("_at") else (pl.String() if name in PLACES else pl.Boolean())
        for name in MILESTONES
    }
)
instants = st.none() | st.sampled_from(
    [NOW - timedelta(seconds=s) for s in (0, 30, 59, 60, 61, 3600, 7200, 86400, 604800, 604801, 900000)]
)
order = st.fixed_dictionaries(
    {
        **dict.fromkeys(MILESTONES, instants),
        "placed_at": instants.filter(bool),
        "is_active": st.booleans(),
        "was_ever_paid": st.booleans(),
        "shop": st.sampled_from(["天猫", "京东"]),
        "warehouse": st.sampled_from([None, "杭州", "广州"]),
        "carrier": st.sampled_from([None, "SF"]),
    }
)
orders_of_a_shop = st.lists(order, max_size=12)
some_steps = st.sampled_from(
    [list(STEPS), ["placed"], ["placed", "paid", "printed", "outbound"], ["placed", "picked_up", "delivered"]]
)


def percentile(waits: list[tuple[int, bool]], left: Fraction) -> float | None:
    surviving = Fraction(1)
    for minutes in sorted({minutes for minutes, _ in waits}):
        at_risk = sum(1 for other, _ in waits if other >= minutes)
        over = sum(1 for other, has_come in waits if other == minutes and has_come)
        surviving *= 1 - Fraction(over, at_risk)
        if surviving <= left:
            return float(minutes)
    return None


def minutes_between(start: datetime, end: datetime) -> int:
    return max((end - start) // timedelta(minutes=1), 0) if end >= start else 0


def slow_steps(orders: list[dict[str, Any]], steps: list[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    waits: defaultdict[tuple[Any, ...], list[tuple[int, bool]]] = defaultdict(list)
    waiting: defaultdict[tuple[Any, ...], list[datetime]] = defaultdict(list)
    for each in orders:
        for number, (a, b) in enumerate(pairwise(steps)):
            start, end = each[STEPS[a]], each[STEPS[b]]
            skipped = any(each[STEPS[step]] is not None for step in steps[number + 2 :])
            skipped |= b == "paid" and each["was_ever_paid"]
            if start is None or (end is None and skipped):
                continue
            places: list[tuple[str, str | None]] = [("overall", None)]
            for place, first in PLACES.items():
                if each[place] is not None and list(STEPS).index(a) >= first:
                    places.append((place, each[place]))
            until = end or (NOW if each["is_active"] else each["storefront_updated_at"])
            for at in places:
                key = (*at, a, b)
                waits[key] += []
                if until is not None and start >= NOW - LOOKS_BACK:
                    waits[key].append((minutes_between(start, until), end is not None))
                if end is None and each["is_active"]:
                    waiting[key].append(start)
    return {
        key: (
            len(found),
            percentile(found, Fraction(1, 2)),
            percentile(found, Fraction(1, 10)),
            len(waiting[key]),
            min(waiting[key], default=None),
        )
        for key, found in waits.items()
    }


def slow_paths(orders: list[dict[str, Any]], steps: list[str]) -> dict[str, tuple[Any, ...]]:
    waits: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
    for each in orders:
        if each["placed_at"] < NOW - LOOKS_BACK:
            continue
        come = [(each[STEPS[step]], n, step) for n, step in enumerate(steps) if each[STEPS[step]] is not None]
        path = " > ".join(step for *_, step in sorted(come))
        is_over = not each["is_active"] or each["delivered_at"] is not None
        until = max(instant for instant, *_ in come) if is_over else NOW
        waits[path].append(((until - each["placed_at"]) // timedelta(minutes=1), is_over))
    count = Counter({path: len(found) for path, found in waits.items()})
    return {
        path: (len(found), len(found) / count.total(), percentile(found, Fraction(1, 2)))
        for path, found in waits.items()
    }


@given(orders=orders_of_a_shop, steps=some_steps)
def test_steps_are_those_of_the_slow_version(orders: list[dict[str, Any]], steps: list[str]) -> None:
    found = process_steps(pl.DataFrame(orders, schema=SCHEMA), steps, NOW)
    assert found.schema == PROCESS_STEPS
    assert {row[:4]: row[4:-1] for row in found.rows()} == slow_steps(orders, steps)


@given(orders=orders_of_a_shop, steps=some_steps)
def test_paths_are_those_of_the_slow_version(orders: list[dict[str, Any]], steps: list[str]) -> None:
    found = process_paths(pl.DataFrame(orders, schema=SCHEMA), steps, NOW)
    assert found.schema == PROCESS_PATHS
    assert {row[0]: row[1:] for row in found.rows()} == slow_paths(orders, steps)
    assert found["orders"].to_list() == sorted(found["orders"], reverse=True)


def test_a_warehouse_that_stands_still_does_not_look_faster() -> None:
    nothing = dict.fromkeys(MILESTONES)
    usual = {
        **nothing,
        "placed_at": NOW,
        "is_active": True,
        "was_ever_paid": True,
        "shop": "天猫",
        "warehouse": "广州",
    }
    done = [
        {**usual, "printed_at": NOW - timedelta(hours=9), "outbound_at": NOW - timedelta(hours=8)}
        for _ in range(4)
    ]
    stuck = [{**usual, "printed_at": NOW - timedelta(hours=3)} for _ in range(6)]
    steps = list(STEPS)

    def printed_to_outbound(orders: list[dict[str, Any]]) -> tuple[Any, ...]:
        found = process_steps(pl.DataFrame(orders, schema=SCHEMA), steps, NOW)
        return found.filter(dimension="warehouse", from_step="printed").row(0)[4:8]

    assert printed_to_outbound(done) == (4, 60, 60, 0)
    assert printed_to_outbound(done + stuck) == (10, None, None, 6)
