"""What people said about cases: who has it, that it is known, what they think of it.

What belongs here: what words do to a case. What does not: what the data does to it (step.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.case_frames import CASE_HISTORY, CASES, CaseBook, is_live, running_since
from orderhealth_pipeline.cases.stays import measured_by_stays
from orderhealth_pipeline.cases.step import DISMISSED, data_events
from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.said import said_by

ROLE: Final = "role:"
"""A case is assigned to a person, or to a role, which is then written `role:warehouse_supervisor`."""

FALSE_ALARM: Final = "false_alarm"
CONFIRMED: Final = "confirmed"

EVENTS: Final = {
    "case_acknowledged": "acknowledged",
    "case_assigned": "assigned",
    "case_noted": "noted",
    "case_closed": "closed",
}
"""What words about cases are called in the history of cases."""


def with_words(book: CaseBook, said: pl.DataFrame, as_of: datetime) -> CaseBook:
    """Return the cases with what people had said about them by `as_of` (SAID, of the whole log).

    Words are looked at as a whole, so one that was taken back leaves no trace but in the history. The last
    choice of a person or a role wins over the rule's. Acknowledgements and verdicts count until the case
    is over: when its cause comes back, it has to be taken, and judged, again.
    """
    counting = said_by(said, as_of)
    spoken = counting.filter(about="case").rename({"value": "case_id", "said_at": "at"})
    since = book.cases.select("case_id", since=running_since())
    cases = (
        book.cases.drop("assignee", "assigned_at", "acted_at", "acknowledged_at", "verdict")
        .join(_assigned(spoken), on="case_id", how="left")
        .join(_acknowledged(since, spoken), on="case_id", how="left")
        .join(_judged(book, counting), on="case_id", how="left")
        .with_columns(owner=pl.coalesce("role", "rule_owner"))
        .with_columns(state=_state())
        .select(CASES.names())
        .sort("case_id")
    )
    return CaseBook(cases, book.orders, pl.concat([book.history, _new_events(book, said, as_of)]))


def closed_by_words(book: CaseBook, said: pl.DataFrame, as_of: datetime) -> CaseBook:
    """Let live cases be over that people had closed as false alarms by `as_of`, from that word on.

    Its orders leave with it. What is found of the same cause after that brings the case back.
    """
    closes = _closes(book.cases, said_by(said, as_of)).filter(verdict=FALSE_ALARM)
    closed = (
        book.cases.filter(is_live())
        .join(closes.group_by("case_id").agg(closed_at=pl.col("at").max()), on="case_id", how="inner")
        .with_columns(
            resolved_at="closed_at",
            is_dismissed=pl.lit(value=True),
            points=pl.lit(0, CASES["points"]),
            snoozed_until=pl.lit(None, INSTANT),
        )
    )
    if closed.is_empty():
        return book
    ended_at = closed.select("case_id", "closed_at")
    orders = (
        book.orders.join(ended_at, on="case_id", how="left")
        .with_columns(left_at=pl.coalesce("left_at", "closed_at"))
        .drop("closed_at")
    )
    cases = pl.concat(
        [book.cases.join(ended_at, on="case_id", how="anti"), closed.select(CASES.names())]
    ).with_columns(state=_state())
    return CaseBook(
        measured_by_stays(cases, orders, ended_at.select("case_id")),
        orders,
        pl.concat([book.history, data_events(closed, DISMISSED)]),
    )


def _closes(cases: pl.DataFrame, counting: pl.DataFrame) -> pl.DataFrame:
    """Return what cases were closed as since they opened, or after they came back: case_id, at, verdict."""
    return (
        counting.filter(pl.col("kind") == "case_closed", pl.col("what").is_in([CONFIRMED, FALSE_ALARM]))
        .select("entry", case_id="value", at="said_at", verdict="what")
        .join(cases.select("case_id", "opened_at", "reopened_at"), on="case_id", how="inner")
        .filter(
            pl.col("at") >= pl.col("opened_at"),
            pl.col("reopened_at").is_null() | (pl.col("at") > pl.col("reopened_at")),
        )
    )


def _state() -> pl.Expr:
    """Say how far a case is; one that is over was a false alarm where people said so."""
    is_false = (pl.col("verdict") == FALSE_ALARM).fill_null(pl.col("is_dismissed"))
    return (
        pl.when(~is_live() & is_false)
        .then(pl.lit(FALSE_ALARM))
        .when(~is_live())
        .then(pl.lit("resolved"))
        .when(pl.col("assignee").is_not_null() | pl.col("acted_at").is_not_null())
        .then(pl.lit("in_progress"))
        .when(pl.col("acknowledged_at").is_not_null())
        .then(pl.lit("acknowledged"))
        .otherwise(pl.lit("open"))
    )


def _assigned(spoken: pl.DataFrame) -> pl.DataFrame:
    """Tell whom each case was given to: case_id, assignee, assigned_at (last), role, acted_at (first)."""
    is_role = pl.col("what").str.starts_with(ROLE)
    given = spoken.filter(kind="case_assigned").sort("at", "entry")
    return given.group_by("case_id").agg(
        assignee=pl.col("what").filter(~is_role).last(),
        role=pl.col("what").filter(is_role).last().str.strip_prefix(ROLE),
        assigned_at=pl.col("at").last(),
        acted_at=pl.col("at").filter(~is_role).first(),
    )


def _acknowledged(since: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    is_taken = (pl.col("kind") == "case_acknowledged") | (
        (pl.col("kind") == "case_assigned") & ~pl.col("what").str.starts_with(ROLE)
    )
    return (
        spoken.filter(is_taken)
        .join(since, on="case_id", how="inner")
        .filter(pl.col("at") >= pl.col("since"))
        .group_by("case_id")
        .agg(acknowledged_at=pl.col("at").min())
    )


def _judged(book: CaseBook, counting: pl.DataFrame) -> pl.DataFrame:
    """Tell the last verdict on each case: said of the case, or of one of its orders and its rule.

    One confirmed order makes the case confirmed; only a case of nothing but false alarms is one. A live case
    is judged by the orders that are in it now.
    """
    closed = (
        _closes(book.cases, counting)
        .sort("at", "entry")
        .group_by("case_id")
        .agg(said=pl.col("verdict").last())
    )
    verdicts = (
        counting.filter(pl.col("kind").is_in([CONFIRMED, FALSE_ALARM]), pl.col("about") == "order")
        .sort("said_at", "entry")
        .group_by("rule_id", pl.col("value").alias("order_id"))
        .agg(judged=pl.col("kind").last(), judged_at=pl.col("said_at").last())
    )
    is_present = pl.col("left_at").is_null()
    of_orders = (
        book.orders.join(
            book.cases.select("case_id", "rule_id", "resolved_at", since=running_since()), on="case_id"
        )
        .filter(is_present | (~is_live() & (pl.col("left_at") > pl.col("since"))))
        .select("case_id", "order_id", "rule_id", "since")
        .unique()
        .join(verdicts, on=["rule_id", "order_id"], how="left")
        .with_columns(judged=pl.when(pl.col("judged_at") >= pl.col("since")).then("judged"))
        .group_by("case_id")
        .agg(
            of_orders=pl.when((pl.col("judged") == CONFIRMED).any())
            .then(pl.lit(CONFIRMED))
            .when((pl.col("judged") == FALSE_ALARM).all(ignore_nulls=False))
            .then(pl.lit(FALSE_ALARM))
            .first()
        )
    )
    return closed.join(of_orders, on="case_id", how="full", coalesce=True).select(
        "case_id", verdict=pl.coalesce("said", "of_orders")
    )


def _new_events(book: CaseBook, said: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Write down words about cases that no earlier step has seen, and the taking back of such words."""
    heard = book.history["entry"].drop_nulls()
    until_now = said.filter(pl.col("said_at") <= pl.lit(as_of, INSTANT))
    columns = ("entry", "said_at", "who", "kind", "value", "before", "what", "why")
    is_role = pl.col("what").str.starts_with(ROLE)
    words = (
        until_now.filter(about="case")
        .sort("said_at", "entry")
        .with_columns(
            before=pl.when(pl.col("kind") == "case_assigned").then(
                pl.col("what").shift().over("value", "kind", is_role)
            )
        )
    )
    undone = until_now.filter(kind="undone").with_columns(undoes=pl.col("value").cast(pl.Int64))
    taken_back = (
        undone.drop("value")
        .join(words.select("value", undoes="entry"), on="undoes", how="inner")
        .with_columns(before=pl.col("undoes").cast(pl.String), what=pl.lit(None, pl.String))
    )
    return (
        pl.concat([words.select(columns), taken_back.select(columns)])
        .filter(~pl.col("entry").is_in(heard.implode()))
        .join(book.cases.select(value="case_id"), on="value", how="semi")
        .sort("entry")
        .select(
            case_id="value",
            at="said_at",
            who="who",
            what=pl.col("kind").replace(EVENTS),
            before="before",
            after="what",
            why="why",
            entry="entry",
        )
        .cast(CASE_HISTORY)
    )
