"""The cases as they were before an instant, of the cases of now.

What belongs here: forgetting what came later. What does not: what happens at the instant itself (step.py,
words.py), which is computed again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.case_frames import CASES, CaseBook, DueOf
from orderhealth_pipeline.cases.stays import measured_by_stays
from orderhealth_pipeline.cases.step import DISMISSED, OPENED, REOPENED, RESOLVED, clocked
from orderhealth_pipeline.frames import INSTANT

_ENDS: Final = (RESOLVED, DISMISSED)


def rewound(book: CaseBook, as_of: datetime, due_of: DueOf) -> CaseBook:
    """Return the book as the evaluations before `as_of` left it.

    What live cases are measured by, and what people said, the next step and its words fill in.
    """
    now = pl.lit(as_of, INSTANT)
    orders = book.orders.filter(pl.col("joined_at") < now).with_columns(
        left_at=pl.when(pl.col("left_at") < now).then("left_at")
    )
    known = book.cases.filter(pl.col("opened_at") < now)
    # A person may have spoken of a case before an evaluation found it.
    history = book.history.filter(pl.col("at") < now).join(known, on="case_id", how="semi")
    is_moved = (
        (pl.col("resolved_at") >= now) | (pl.col("reopened_at") >= now) | pl.col("resolved_at").is_null()
    ).fill_null(value=False)
    moved = clocked(_of_then(known.filter(is_moved), history, orders), due_of)
    cases = pl.concat([known.filter(~is_moved), moved]).sort("case_id")
    cases = cases.with_columns(told_at=pl.when(pl.col("told_at") < now).then("told_at"))
    ended = moved.filter(pl.col("resolved_at").is_not_null()).select("case_id")
    cases = measured_by_stays(cases, orders, ended)
    return CaseBook(cases, orders, history)


def _of_then(cases: pl.DataFrame, history: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Say of cases what their history until then says of them.

    Since when one lasts is told by its orders; that of the system as a whole is as it was when it opened.
    """
    data = history.filter(pl.col("what").is_in([OPENED, REOPENED, *_ENDS]), pl.col("who").is_null()).sort(
        "at"
    )
    then = data.group_by("case_id").agg(
        last=pl.col("what").last(),
        last_at=pl.col("at").last(),
        reopened=(pl.col("what") == REOPENED).sum().cast(pl.Int64),
        reopened_at=pl.col("at").filter(pl.col("what") == REOPENED).last(),
    )
    is_over = pl.col("last").is_in(_ENDS)
    was = cases.select("case_id", was_reopened="reopened")
    return (
        cases.drop("reopened", "reopened_at")
        .join(then, on="case_id", how="inner")
        .join(was, on="case_id", how="left")
        .with_columns(
            resolved_at=pl.when(is_over).then("last_at"),
            is_dismissed=pl.col("last") == DISMISSED,
            rule_due_at=pl.when(pl.col("reopened") == pl.col("was_reopened")).then("rule_due_at"),
            began_at=pl.when(pl.col("case_id").is_in(orders["case_id"].unique().implode()))
            .then("opened_at")
            .otherwise("began_at"),
            points=pl.when(is_over).then(pl.lit(0, CASES["points"])).otherwise("points"),
        )
        .select(CASES.names())
    )
