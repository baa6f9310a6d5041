"""Shares far above the usual ones, held against a slow version in fractions, and against the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

import duckdb
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.pipeline.validate_counts import count_check, table_of_facts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.language.conditions import SystemCount
from orderhealth_pipeline.rules.system_facts import COUNTS, EARLIER, ORPHANS, RESULTS, SystemFacts, breaks

RULES = read_catalogue(expectations_folder(), frozenset(feed_contracts())).rules
TODAY = date(2026, 11, 10)
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)

# Shares of these are whole billionths, so that the slow version needs no rounding.
totals = st.sampled_from([0, 1, 2, 4, 5, 8, 10, 20, 1000])
results = totals.flatmap(lambda total: st.tuples(st.just(total), st.integers(0, total)))
some_rules = st.sampled_from(["low_price", "no_pickup"])
earlier_days = st.lists(
    st.tuples(st.integers(1, 6), some_rules, results), unique_by=lambda each: each[:2], max_size=12
)
some_figures = st.fixed_dictionaries(
    {
        "window_days": st.integers(1, 6),
        "evaluations_at_least": st.integers(1, 4),
        "deviations": st.sampled_from([Decimal("0.5"), 1, 6]),
        "margin": st.sampled_from([Decimal("0.001"), Decimal("0.25"), 0]),
    }
)


def slow_shifts(
    now: Mapping[str, tuple[int, int]],
    earlier: Sequence[tuple[int, str, tuple[int, int]]],
    figures: Mapping[str, Any],
) -> set[str]:
    usual: dict[str, list[Fraction]] = defaultdict(list)
    for days_ago, rule, (evaluated, is_open) in earlier:
        if evaluated and days_ago <= figures["window_days"]:
            usual[rule].append(Fraction(is_open, evaluated))
    found = set()
    for rule, (evaluated, is_open) in now.items():
        rates = usual[rule]
        if not evaluated or len(rates) < figures["evaluations_at_least"]:
            continue
        deviation = median([abs(rate - median(rates)) for rate in rates])
        allowed = Fraction(figures["deviations"]) * (
            Fraction("1.4826") * deviation + Fraction(figures["margin"])
        )
        if Fraction(is_open, evaluated) - median(rates) > allowed:
            found.add(rule)
    return found


@given(st.dictionaries(some_rules, results), earlier_days, some_figures)
def test_shifted_rules_are_those_of_the_definition_by_both_roads(
    now: dict[str, tuple[int, int]],
    earlier: list[tuple[int, str, tuple[int, int]]],
    figures: dict[str, ParameterValue],
) -> None:
    facts = SystemFacts(
        NOW,
        TODAY,
        results=pl.DataFrame([(rule, *one) for rule, one in now.items()], schema=RESULTS, orient="row"),
        earlier=pl.DataFrame(
            [(TODAY - timedelta(days=days), rule, *one) for days, rule, one in earlier],
            schema=EARLIER,
            orient="row",
        ),
    )
    counted = COUNTS["shifted_rules"](facts, figures)
    expected = slow_shifts(now, earlier, figures)
    assert {shift["rule_id"] for shift in counted.evidence["shifts"]} == expected
    assert second_count("rate_shift", figures, facts) == counted.count == len(expected)


ages = st.sampled_from([None, *(timedelta(minutes=15, seconds=seconds) for seconds in (-1, 0, 1, 999))])


@given(st.lists(ages))
def test_breaks_are_strictly_older_than_the_figure_by_both_roads(some_ages: list[timedelta | None]) -> None:
    rows = [
        ("orphan_record", "payments", f"P{number}", "X", None if age is None else NOW - age, None)
        for number, age in enumerate(some_ages)
    ]
    facts = SystemFacts(NOW, TODAY, orphans=pl.DataFrame(rows, schema=ORPHANS, orient="row"))
    parameters: dict[str, ParameterValue] = {"older_than_minutes": 15}
    old = [age for age in some_ages if age is not None and age > timedelta(minutes=15)]
    assert breaks(facts, parameters).height == len(old)
    assert second_count("orphan_records", parameters, facts) == len(old)


def second_count(rule_id: str, parameters: Mapping[str, ParameterValue], facts: SystemFacts) -> int:
    """Count by the query that Great Expectations asks."""
    rule = RULES[rule_id].model_copy(update={"parameters": parameters})
    assert isinstance(rule.hit_when, SystemCount)
    query = count_check(rule, rule.hit_when).query.format(batch="facts")
    with duckdb.connect() as con:
        con.register("facts", table_of_facts(facts))
        return len(con.execute(query).fetchall())
