"""The cases of one instant: of those before it, what is found then, and what had been said and sent by then.

What belongs here: the order of the parts. What does not: any part of its own.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orderhealth_pipeline.cases.case_frames import CASES, CaseBook, DueOf, NamesOf, is_live
from orderhealth_pipeline.cases.step import step
from orderhealth_pipeline.cases.words import closed_by_words, with_words
from orderhealth_pipeline.frames import INSTANT


def project(  # noqa: PLR0913 - all that a case depends on
    book: CaseBook,
    found: pl.DataFrame,
    said: pl.DataFrame,
    told: pl.DataFrame,
    acted: pl.DataFrame,
    as_of: datetime,
    *,
    names_of: NamesOf,
    due_of: DueOf,
) -> CaseBook:
    """Return the cases at `as_of` of those that the evaluation before it left (see case_frames.py)."""
    before = closed_by_words(book, said, as_of)
    spoken = with_words(step(before, found, as_of, names_of, due_of), said, as_of)
    cases = _attributes(_told(_acted(spoken.cases, acted), told), as_of)
    return CaseBook(cases, spoken.orders, spoken.history)


def brought_up(book: CaseBook, said: pl.DataFrame, as_of: datetime) -> CaseBook:
    """Return the cases that an evaluation left, as what people have said since makes them."""
    spoken = with_words(closed_by_words(book, said, as_of), said, as_of)
    return CaseBook(_attributes(spoken.cases, as_of), spoken.orders, spoken.history)


def _acted(cases: pl.DataFrame, acted: pl.DataFrame) -> pl.DataFrame:
    """Say when people, or an action that was sent, first did something about a case: it is in progress."""
    sent = acted.select("case_id", sent_at="acted_at")
    return (
        cases.join(sent, on="case_id", how="left")
        .with_columns(
            state=pl.when(is_live() & pl.col("sent_at").is_not_null())
            .then(pl.lit("in_progress"))
            .otherwise("state"),
            acted_at=pl.min_horizontal("acted_at", "sent_at"),
        )
        .select(CASES.names())
    )


def _told(cases: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    first = told.group_by("case_id").agg(sent_at=pl.col("told_at").min())
    return (
        cases.join(first, on="case_id", how="left")
        .with_columns(told_at=pl.coalesce("told_at", "sent_at"))
        .select(CASES.names())
        .sort("case_id")
    )


def _attributes(cases: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Say since when cases are overdue; one that is snoozed is not, until it is not snoozed any more."""
    until = pl.coalesce("resolved_at", pl.lit(as_of, INSTANT))
    is_late = (pl.col("due_at") < until) & ~(is_live() & pl.col("snoozed_until").is_not_null())
    return cases.with_columns(overdue_since=pl.when(is_late).then("due_at"))
