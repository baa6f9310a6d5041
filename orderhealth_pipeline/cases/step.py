"""One step of all cases: what was open before, and what is found now, gives what is open now.

What belongs here: opening, going on, resolving and coming back. What does not: people's words (words.py), and
which findings share a cause (causes.py). Cases are a fold of this step over the evaluations: it looks at
nothing but its arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.frames import CASE_HISTORY, CASE_ORDERS, CASES, CaseBook
from orderhealth_pipeline.frames import INSTANT

COMES_BACK_WITHIN: Final = timedelta(hours=24)
"""A cause that comes back so soon after its case ended makes the same case go on; later it is a new one."""

LIVE: Final = ("open", "acknowledged", "in_progress")
SEVERITIES: Final = ("low", "medium", "high", "critical")

_CAUSE: Final = ["rule_id", "cause_kind", "cause"]

DueOf = Callable[[pl.DataFrame], pl.Series]
"""The latest instant at which each of some cases (rule_id, owner, opened_at) should be over, by its rule."""


def step(
    book: CaseBook, found: pl.DataFrame, as_of: datetime, number: CaseNumbers, due_of: DueOf
) -> CaseBook:
    """Return the cases at `as_of`, of those before it and the open findings then (OPEN_FINDINGS).

    `number` names new cases. Cases that ended before and do not come back are kept as they are.
    """
    now = pl.lit(as_of, INSTANT)
    newest = book.cases.sort("opened_at", "case_id").unique(_CAUSE, keep="last", maintain_order=True)
    others = book.cases.join(newest.select("case_id"), on="case_id", how="anti")
    causes = _causes(found)
    matched = causes.join(newest.drop("severity", "owner", "orders", "points"), on=_CAUSE, how="left")
    is_live = pl.col("state").is_in(LIVE).fill_null(value=False)
    comes_back = (~is_live & (pl.col("resolved_at") >= now - COMES_BACK_WITHIN)).fill_null(value=False)

    going_on = _measured(matched.filter(is_live))
    back = _measured(
        matched.filter(comes_back).with_columns(
            state=pl.lit("open"),
            reopened=pl.col("reopened") + 1,
            reopened_at=now,
            resolved_at=pl.lit(None, INSTANT),
            verdict=pl.lit(None, pl.String),
        )
    )
    new = _opened(matched.filter(~is_live & ~comes_back), as_of, number)
    due = pl.concat([back, new])
    due = due.with_columns(due_at=pl.min_horizontal(due_of(_clocked(due)), pl.col("due_at")))

    ended = newest.join(causes, on=_CAUSE, how="anti").with_columns(
        state=pl.when(is_live).then(pl.lit("resolved")).otherwise("state"),
        resolved_at=pl.when(is_live).then(now).otherwise("resolved_at"),
        points=pl.when(is_live).then(pl.lit(0, CASES["points"])).otherwise("points"),
    )
    earlier = newest.join(
        new.select("earlier_case_id"), left_on="case_id", right_on="earlier_case_id", how="semi"
    )
    cases = pl.concat([others, going_on, due, ended, earlier]).select(CASES.names()).sort("case_id")
    history = pl.concat(
        [
            book.history,
            _events(new, as_of, "opened"),
            _events(back, as_of, "reopened"),
            _events(ended.filter(pl.col("resolved_at") == now), as_of, "resolved"),
        ]
    )
    return CaseBook(cases, _orders(book.orders, found, cases, as_of), history)


class CaseNumbers:
    """Names cases: the day they opened in the zone of people, and a running number, such as `261110-023`.

    Short enough to be said over the phone; `used` tells how many of a day's numbers are given away.
    """

    def __init__(self, day: str, used: int) -> None:
        self._day = day
        self._used = used

    def name(self, count: int) -> list[str]:
        """Return so many new names."""
        names = [f"{self._day}-{self._used + number:03d}" for number in range(1, count + 1)]
        self._used += count
        return names


def _causes(found: pl.DataFrame) -> pl.DataFrame:
    """Put the open findings of one cause together; the severest of them speaks for all."""
    rank = pl.col("severity").replace_strict(SEVERITIES, list(range(len(SEVERITIES))), return_dtype=pl.Int8)
    return (
        found.lazy()
        .with_columns(rank=rank)
        .group_by(_CAUSE)
        .agg(
            severity=pl.col("severity").sort_by("rank").last(),
            owner=pl.col("owner").first(),
            began_now=pl.col("began_at").min(),
            due_now=pl.col("due_at").min(),
            orders=pl.col("order_id").drop_nulls().n_unique().cast(pl.Int64),
            amount_now=pl.col("amount").sum(),
            points=pl.col("points").sum(),
        )
        .sort(_CAUSE)
        .collect()
    )


def _measured(cases: pl.DataFrame) -> pl.DataFrame:
    """Let cases that go on say what is true of them now; since when it lasts is only ever put earlier."""
    return cases.with_columns(
        began_at=pl.min_horizontal("began_at", "began_now"),
        due_at=pl.min_horizontal("due_at", "due_now"),
        amount_at_risk=pl.col("amount_now"),
    ).select(CASES.names())


def _opened(causes: pl.DataFrame, as_of: datetime, number: CaseNumbers) -> pl.DataFrame:
    now = pl.lit(as_of, INSTANT)
    nothing = {name: pl.lit(None, CASES[name]) for name in _UNKNOWN_AT_FIRST}
    return causes.with_columns(
        earlier_case_id=pl.col("case_id"),
        case_id=pl.Series(number.name(causes.height), dtype=pl.String),
        state=pl.lit("open"),
        began_at=pl.min_horizontal(pl.coalesce("began_now", now), now),
        opened_at=now,
        due_at=pl.col("due_now"),
        reopened=pl.lit(0, pl.Int64),
        amount_at_risk=pl.col("amount_now"),
        **nothing,
    ).select(CASES.names())


_UNKNOWN_AT_FIRST: Final = (
    "assignee",
    "told_at",
    "acknowledged_at",
    "acted_at",
    "resolved_at",
    "verdict",
    "reopened_at",
)


def _clocked(cases: pl.DataFrame) -> pl.DataFrame:
    """Tell when the clock of cases began to run: when they opened, or came back."""
    return cases.select("rule_id", "owner", opened_at=pl.coalesce("reopened_at", "opened_at"))


def _orders(before: pl.DataFrame, found: pl.DataFrame, cases: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Let orders join their cases, and leave those that they are not found in any more."""
    live = cases.filter(pl.col("state").is_in(LIVE)).select("case_id", *_CAUSE)
    present = (
        found.filter(pl.col("order_id").is_not_null())
        .join(live, on=_CAUSE, how="inner")
        .select("case_id", "order_id")
        .unique()
    )
    staying = before.filter(pl.col("left_at").is_null())
    now = pl.lit(as_of, INSTANT)
    return pl.concat(
        [
            before.filter(pl.col("left_at").is_not_null()),
            staying.join(present, on=["case_id", "order_id"], how="semi"),
            staying.join(present, on=["case_id", "order_id"], how="anti").with_columns(left_at=now),
            present.join(staying, on=["case_id", "order_id"], how="anti")
            .with_columns(joined_at=now, left_at=pl.lit(None, INSTANT))
            .select(CASE_ORDERS.names()),
        ]
    ).sort("case_id", "order_id", "joined_at")


def _events(cases: pl.DataFrame, as_of: datetime, what: str) -> pl.DataFrame:
    nothing = {name: pl.lit(None, CASE_HISTORY[name]) for name in ("who", "before", "why", "entry")}
    return cases.select(
        "case_id",
        at=pl.lit(as_of, INSTANT),
        what=pl.lit(what),
        after=pl.col("state"),
        **nothing,
    ).select(CASE_HISTORY.names())
