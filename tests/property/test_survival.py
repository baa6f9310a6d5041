"""Percentiles of waits that are not all over: Kaplan and Meier's, case by case."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.survival import with_percentiles

waits = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=12)


def percentile(cases: list[tuple[int, bool]], share: Fraction) -> float | None:
    """The first wait after which at most 1 − share of the cases wait on."""
    surviving = Fraction(1)
    for minutes in sorted({minutes for minutes, _ in cases}):
        at_risk = sum(1 for other, _ in cases if other >= minutes)
        over = sum(1 for other, has_come in cases if other == minutes and has_come)
        surviving *= 1 - Fraction(over, at_risk)
        if surviving <= 1 - share:
            return float(minutes)
    return None


@given(cases=waits)
def test_percentiles_count_those_who_still_wait(cases: list[tuple[int, bool]]) -> None:
    measured = pl.LazyFrame(
        [
            {"group": "a", "minutes": float(minutes), "has_come": has_come, "times": 1}
            for minutes, has_come in cases
        ]
    )
    (row,) = with_percentiles(measured, ["group"]).collect().iter_rows(named=True)
    assert row["all"] == len(cases)
    assert row["waiting"] == sum(1 for _, has_come in cases if not has_come)
    assert row["median_minutes"] == percentile(cases, Fraction(1, 2))
    assert row["p90_minutes"] == percentile(cases, Fraction(9, 10))


def test_a_team_that_leaves_its_cases_does_not_look_faster() -> None:
    measured = pl.LazyFrame(
        {"group": "a", "minutes": [5.0, 900.0], "has_come": [True, False], "times": [1, 3]}
    )
    (row,) = with_percentiles(measured, ["group"]).collect().iter_rows(named=True)
    assert row["median_minutes"] is None
