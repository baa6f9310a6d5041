"""Records the cases of a run, of its findings and of what people said.

What belongs here: which cases are looked at, and in which order things are done. What does not: what becomes
of a case (cases/), and the store's statements (store/cases.py).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.cases.case_frames import CAUSE, FOUND, CaseBook, DueOf
from orderhealth_pipeline.cases.numbers import case_numbers
from orderhealth_pipeline.cases.project import project
from orderhealth_pipeline.cases.response_times import response_times
from orderhealth_pipeline.cases.rewind import rewound
from orderhealth_pipeline.cases.step import waiting_findings
from orderhealth_pipeline.pipeline.cases.case_rules import case_rules, rule_facts
from orderhealth_pipeline.pipeline.cases.due import due_by_rule
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.store import cases as store

SHIPS_WITHIN: Final = timedelta(hours=48)
"""An order without a promise has to be sent so soon after it was paid."""


def record_cases(
    con: duckdb.DuckDBPyConnection,
    plan: RunPlan,
    as_of: datetime,
    points: pl.DataFrame,
    said: pl.DataFrame,
    heard: pl.DataFrame,
) -> CaseBook:
    """Write the cases at `as_of` and return those that were looked at: all live ones are among them.

    The findings must be written. `points` says what each costs (FINDING_POINTS). `said` is the log of what
    people said, `heard` as the evaluation before knew it.
    """
    as_of = as_of.astimezone(UTC)
    found = _found(con, plan, points)
    due_of = due_by_rule(plan)
    newest = store.newest_event(con)
    is_past = newest is not None and as_of <= newest
    before = _rewound(con, as_of, due_of) if is_past else _concerned(con, found, said, heard)
    after = project(
        before,
        found,
        said,
        store.read_told(con, as_of),
        store.read_acted(con, as_of),
        as_of,
        names_of=lambda causes: case_numbers(causes, lambda numbers: store.taken_numbers(con, numbers)),
        due_of=due_of,
    )
    changed = store.write_book(con, before, after)
    zone = plan.settings.timezone
    measured = store.read_measured_cases(con, after.cases if is_past else changed, zone)
    store.write_response_times(con, response_times(measured, as_of, zone))
    return after


def _rewound(con: duckdb.DuckDBPyConnection, as_of: datetime, due_of: DueOf) -> CaseBook:
    """Put all cases back to what they were before an instant that is no later than what happened last."""
    book = rewound(store.read_whole_book(con), as_of, due_of)
    store.replace_book(con, book)
    return book


def _concerned(
    con: duckdb.DuckDBPyConnection, found: pl.DataFrame, said: pl.DataFrame, heard: pl.DataFrame
) -> CaseBook:
    """Read the cases that may change: those of what is found, live ones, and those newly spoken of."""
    new_words = said.join(heard, on=["entry", "undone_at"], how="anti", nulls_equal=True)
    causes = waiting_findings(found).select(CAUSE).unique()
    return store.read_book(con, causes, store.read_spoken_cases(con, new_words))


def _found(con: duckdb.DuckDBPyConnection, plan: RunPlan, points: pl.DataFrame) -> pl.DataFrame:
    found = store.read_found(con, case_rules(plan.catalogue), SHIPS_WITHIN)
    return (
        found.join(rule_facts(plan.catalogue, plan.owners), on="rule_id", how="inner")
        .join(points, on=["order_id", "rule_id"], how="left", nulls_equal=True)
        .with_columns(points=pl.col("points").fill_null(0.0).round(6))
        .select(FOUND.names())
        .cast(FOUND)
    )
