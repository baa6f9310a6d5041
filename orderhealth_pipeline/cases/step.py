"""One step of all cases: what was open before, and what is found now, gives what is open now.

What belongs here: opening, going on, ending and coming back. What does not: people's words about cases
(words.py), and orders joining and leaving (stays.py). Cases are a fold of this step over the evaluations: it
looks at nothing but its arguments.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.amounts import worth_of
from orderhealth_pipeline.cases.case_frames import (
    CASE_HISTORY,
    CASES,
    CAUSE,
    CaseBook,
    DueOf,
    NamesOf,
    is_live,
    running_since,
)
from orderhealth_pipeline.cases.stays import measured_by_stays, moved_orders
from orderhealth_pipeline.frames import INSTANT

COMES_BACK_WITHIN: Final = timedelta(hours=24)
"""A cause that comes back so soon after its case ended makes the same case go on; later it is a new one."""

SEVERITIES: Final = ("low", "medium", "high", "critical")

OPENED: Final = "opened"
REOPENED: Final = "reopened"
RESOLVED: Final = "resolved"
DISMISSED: Final = "dismissed"
"""What the data does to a case, as its history says it. The last: people dismissed what was left of it."""

_NOW: Final = ("severity", "rule_owner", "orders", "amount_at_risk", "currency", "points", "snoozed_until")
"""What is as the findings of now say."""


def step(book: CaseBook, found: pl.DataFrame, as_of: datetime, names_of: NamesOf, due_of: DueOf) -> CaseBook:
    """Return the cases at `as_of`, of those before it and what is found then (FOUND).

    A snoozed finding keeps its case open and opens none; one that people called a false alarm, or allowed,
    does neither. Cases that ended before and do not come back are kept as they are.
    """
    now = pl.lit(as_of, INSTANT)
    waiting = waiting_findings(found)
    dismissed = found.join(waiting, on=CAUSE, how="anti", nulls_equal=True).select(CAUSE).unique()
    newest = book.cases.sort("opened_at", "case_id").unique(CAUSE, keep="last", maintain_order=True)
    causes = _causes(waiting)
    matched = causes.join(newest.drop(_NOW), on=CAUSE, how="left", nulls_equal=True)
    is_known = pl.col("case_id").is_not_null()
    is_back = is_known & ~is_live() & (pl.col("resolved_at") >= now - COMES_BACK_WITHIN)

    going_on = matched.filter(is_known & is_live())
    may_open = matched.filter(pl.col("is_open") & ~(is_known & is_live()))
    back = may_open.filter(is_back).with_columns(
        reopened=pl.col("reopened") + 1,
        reopened_at=now,
        resolved_at=pl.lit(None, INSTANT),
        rule_due_at=pl.lit(None, INSTANT),
    )
    new = _opened(may_open.filter(~is_back), as_of, names_of)
    live = _due(pl.concat([going_on, back, new.select(matched.columns)]), due_of)
    ended = _ended(newest, causes, dismissed, as_of)
    changed = pl.concat([live, ended])
    cases = pl.concat([book.cases.join(changed, on="case_id", how="anti"), changed]).sort("case_id")
    orders = moved_orders(book.orders, waiting, cases, as_of)
    history = pl.concat(
        [
            book.history,
            data_events(new, OPENED),
            data_events(back, REOPENED),
            data_events(ended.filter(~pl.col("is_dismissed")), RESOLVED),
            data_events(ended.filter(pl.col("is_dismissed")), DISMISSED),
        ]
    )
    return CaseBook(measured_by_stays(cases, orders, changed.select("case_id")), orders, history)


def waiting_findings(found: pl.DataFrame) -> pl.DataFrame:
    """Return the findings that keep a case open: those that people have not dismissed."""
    return found.filter(pl.col("explained_by").is_null() | (pl.col("explained_by") == "snoozed"))


def _causes(waiting: pl.DataFrame) -> pl.DataFrame:
    """Put the waiting findings of one cause together; the severest of them speaks for all."""
    rank = pl.col("severity").replace_strict(SEVERITIES, list(range(len(SEVERITIES))), return_dtype=pl.Int8)
    is_open = pl.col("explained_by").is_null()
    worth = worth_of(waiting.lazy(), CAUSE)
    return (
        waiting.lazy()
        .with_columns(rank=rank)
        .group_by(CAUSE)
        .agg(
            is_open=is_open.any(),
            severity=pl.col("severity").sort_by("rank").last(),
            rule_owner=pl.col("owner").first(),
            began_now=pl.col("began_at").min(),
            due_now=pl.col("due_at").min(),
            orders=pl.col("order_id").drop_nulls().n_unique().cast(pl.Int64),
            points=pl.col("points").sum(),
            snoozed_until=pl.when(~is_open.any()).then(pl.col("snoozed_until").max()),
        )
        .join(worth, on=CAUSE, how="left", nulls_equal=True)
        .sort(CAUSE)
        .collect()
    )


def _opened(causes: pl.DataFrame, as_of: datetime, names_of: NamesOf) -> pl.DataFrame:
    """Open cases of causes; those of which there was one before name it as their earlier self."""
    now = pl.lit(as_of, INSTANT)
    nothing = {name: pl.lit(None, CASES[name]) for name in _UNKNOWN_AT_FIRST}
    opened = causes.with_columns(
        earlier_case_id=pl.col("case_id"),
        owner=pl.col("rule_owner"),
        state=pl.lit("open"),
        began_at=pl.min_horizontal("began_now", now),
        opened_at=now,
        reopened=pl.lit(0, pl.Int64),
        is_dismissed=pl.lit(value=False),
        **nothing,
    )
    return opened.with_columns(case_id=names_of(opened.select(*CAUSE, "opened_at")))


_UNKNOWN_AT_FIRST: Final = (
    "assignee",
    "told_at",
    "acknowledged_at",
    "acted_at",
    "assigned_at",
    "resolved_at",
    "reopened_at",
    "rule_due_at",
    "overdue_since",
    "verdict",
)


def _due(live: pl.DataFrame, due_of: DueOf) -> pl.DataFrame:
    """Let live cases say by when they should be over: by their rule, or by the first of their orders."""
    return (
        clocked(live, due_of)
        .with_columns(due_at=pl.min_horizontal("rule_due_at", "due_now"), is_dismissed=pl.lit(value=False))
        .select(CASES.names())
    )


def clocked(cases: pl.DataFrame, due_of: DueOf) -> pl.DataFrame:
    """Start the clock of cases of which it has not begun: by when they should be over by their rule."""
    is_set = pl.col("rule_due_at").is_not_null()
    started = cases.filter(~is_set)
    due = due_of(started.select("rule_id", owner="rule_owner", since=running_since()))
    return pl.concat([cases.filter(is_set), started.with_columns(rule_due_at=due.cast(INSTANT))])


def _ended(
    newest: pl.DataFrame, causes: pl.DataFrame, dismissed: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    return (
        newest.filter(is_live())
        .join(causes, on=CAUSE, how="anti", nulls_equal=True)
        .join(dismissed.with_columns(was_dismissed=True), on=CAUSE, how="left", nulls_equal=True)
        .with_columns(
            resolved_at=pl.lit(as_of, INSTANT),
            points=pl.lit(0, CASES["points"]),
            snoozed_until=pl.lit(None, INSTANT),
            is_dismissed=pl.col("was_dismissed").fill_null(value=False),
        )
        .select(CASES.names())
    )


def data_events(cases: pl.DataFrame, what: str) -> pl.DataFrame:
    """Write down what happened to cases, by the data, at the instant that they say (CASE_HISTORY)."""
    at = {
        OPENED: pl.col("opened_at"),
        REOPENED: pl.col("reopened_at"),
        RESOLVED: pl.col("resolved_at"),
        DISMISSED: pl.col("resolved_at"),
    }
    nothing = {name: pl.lit(None, CASE_HISTORY[name]) for name in ("who", "before", "after", "why", "entry")}
    return cases.select("case_id", at=at[what], what=pl.lit(what), **nothing).select(CASE_HISTORY.names())
