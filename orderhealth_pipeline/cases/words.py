"""What people said about cases: who has it, that it is known, what they think of it.

What belongs here: what words do to a case. What does not: what the data does to it (step.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.frames import CASE_HISTORY, CASES, CaseBook
from orderhealth_pipeline.cases.step import LIVE
from orderhealth_pipeline.said import said_by

ROLE: Final = "role:"
"""A case is assigned to a person, or to a role, which is then written `role:warehouse_supervisor`."""

_EVENTS: Final = {
    "case_acknowledged": "acknowledged",
    "case_assigned": "assigned",
    "case_noted": "noted",
    "case_closed": "closed",
}


def with_words(book: CaseBook, said: pl.DataFrame, as_of: datetime) -> CaseBook:
    """Return the cases with what people had said about them by `as_of` (SAID, of the whole log).

    Words are looked at as a whole, so one that was taken back leaves no trace but in the history. The last
    choice of a person or a role wins over the rule's. An acknowledgement counts until the case is
    resolved: when its cause comes back, it has to be taken again.
    """
    counting = said_by(said, as_of)
    spoken = counting.filter(about="case").rename({"value": "case_id", "said_at": "at"})
    cases = (
        book.cases.drop("assignee", "acknowledged_at")
        .join(_assigned(spoken), on="case_id", how="left")
        .join(_acknowledged(book.cases, spoken), on="case_id", how="left")
        .join(_judged(book, counting, spoken), on="case_id", how="left")
        .with_columns(
            owner=pl.coalesce("role", "owner"),
            acted_at=pl.min_horizontal("acted_at", "assigned_at"),
            verdict=pl.coalesce("judged", "verdict"),
        )
        .with_columns(state=_state())
        .select(CASES.names())
    )
    return CaseBook(cases, book.orders, pl.concat([book.history, _new_events(book, said, as_of)]))


def _state() -> pl.Expr:
    """Say how far a case is; one that has ended was a false alarm where a person says so."""
    is_live = pl.col("state").is_in(LIVE)
    return (
        pl.when(~is_live)
        .then(
            pl.when(pl.col("verdict") == "false_alarm")
            .then(pl.lit("false_alarm"))
            .otherwise(pl.lit("resolved"))
        )
        .when(pl.col("assignee").is_not_null() | pl.col("acted_at").is_not_null())
        .then(pl.lit("in_progress"))
        .when(pl.col("acknowledged_at").is_not_null())
        .then(pl.lit("acknowledged"))
        .otherwise(pl.lit("open"))
    )


def _assigned(spoken: pl.DataFrame) -> pl.DataFrame:
    """Tell whom each case was given to last: case_id, assignee (a person), role, assigned_at (the first)."""
    is_role = pl.col("what").str.starts_with(ROLE)
    given = spoken.filter(kind="case_assigned").sort("at", "entry")
    return given.group_by("case_id").agg(
        assignee=pl.col("what").filter(~is_role).last(),
        role=pl.col("what").filter(is_role).last().str.strip_prefix(ROLE),
        assigned_at=pl.col("at").filter(~is_role).first(),
    )


def _acknowledged(cases: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    since = cases.select("case_id", since=pl.coalesce("reopened_at", "opened_at"))
    return (
        spoken.filter(pl.col("kind").is_in(["case_acknowledged", "case_assigned"]))
        .join(since, on="case_id", how="inner")
        .filter(pl.col("at") >= pl.col("since"))
        .group_by("case_id")
        .agg(acknowledged_at=pl.col("at").min())
    )


def _judged(book: CaseBook, counting: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    """Tell the last verdict on each case: said of the case, or of one of its orders and its rule.

    One confirmed order makes the case confirmed; only a case of nothing but false alarms is one.
    """
    closed = (
        spoken.filter(pl.col("kind") == "case_closed", pl.col("what").is_not_null())
        .sort("at", "entry")
        .group_by("case_id")
        .agg(said=pl.col("what").last())
    )
    verdicts = (
        counting.filter(pl.col("kind").is_in(["confirmed", "false_alarm"]), pl.col("about") == "order")
        .sort("said_at", "entry")
        .group_by("rule_id", pl.col("value").alias("order_id"))
        .agg(verdict=pl.col("kind").last())
    )
    of_orders = (
        book.orders.select("case_id", "order_id")
        .unique()
        .join(book.cases.select("case_id", "rule_id"), on="case_id", how="inner")
        .join(verdicts, on=["rule_id", "order_id"], how="left")
        .group_by("case_id")
        .agg(
            of_orders=pl.when((pl.col("verdict") == "confirmed").any())
            .then(pl.lit("confirmed"))
            .when((pl.col("verdict") == "false_alarm").all(ignore_nulls=False))
            .then(pl.lit("false_alarm"))
            .first()
        )
    )
    return closed.join(of_orders, on="case_id", how="full", coalesce=True).select(
        "case_id", judged=pl.coalesce("said", "of_orders")
    )


def _new_events(book: CaseBook, said: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Write down words about cases that no earlier step has seen, and the taking back of such words."""
    heard = book.history["entry"].drop_nulls()
    words = said.filter(pl.col("about") == "case", pl.col("said_at") <= as_of)
    undone = said.filter(pl.col("kind") == "undone", pl.col("said_at") <= as_of).with_columns(
        undoes=pl.col("value").cast(pl.Int64)
    )
    taken_back = undone.drop("value").join(
        words.select(undoes="entry", value="value"), on="undoes", how="inner"
    )
    events = pl.concat(
        [
            words.select("entry", "said_at", "who", "kind", "value", "what", "why"),
            taken_back.with_columns(what=pl.col("undoes").cast(pl.String)).select(
                "entry", "said_at", "who", "kind", "value", "what", "why"
            ),
        ]
    )
    return (
        events.filter(~pl.col("entry").is_in(heard.implode()))
        .join(book.cases.select(value="case_id"), on="value", how="semi")
        .sort("entry")
        .select(
            case_id="value",
            at="said_at",
            who="who",
            what=pl.col("kind").replace(_EVENTS),
            before=pl.lit(None, pl.String),
            after="what",
            why="why",
            entry="entry",
        )
        .cast(CASE_HISTORY)
    )
