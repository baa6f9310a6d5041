"""Cases over random histories: the step over frames gives what a plain fold, case by case, gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.cases.frames import OPEN_FINDINGS, CaseBook
from orderhealth_pipeline.cases.step import CaseNumbers, step
from orderhealth_pipeline.cases.words import with_words
from orderhealth_pipeline.said import Said, said_frame

START = datetime(2026, 11, 9, tzinfo=UTC)
RULES = ("outbound_overdue", "low_price")
CAUSES = ("GZ", "SH")
ORDERS = ("A", "B", "C")

findings = st.sets(
    st.tuples(st.sampled_from(RULES), st.sampled_from(CAUSES), st.sampled_from(ORDERS)), max_size=5
)
evaluations = st.lists(st.tuples(st.sampled_from([1, 5, 23, 24, 25, 60]), findings), min_size=1, max_size=8)
words = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.sampled_from(["case_acknowledged", "case_assigned", "case_noted", "case_closed"]),
        st.integers(1, 6),
        st.booleans(),
    ),
    max_size=6,
)


@dataclass
class PlainCase:
    number: int
    cause: tuple[str, str]
    opened_at: datetime
    reopened_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened: int = 0
    earlier: int | None = None
    orders: set[str] = field(default_factory=set)

    @property
    def is_live(self) -> bool:
        return self.resolved_at is None


def plain_cases(history: list[tuple[datetime, set[tuple[str, str, str]]]]) -> list[PlainCase]:
    cases: list[PlainCase] = []
    for as_of, found in history:
        causes: dict[tuple[str, str], set[str]] = {}
        for rule, place, order in found:
            causes.setdefault((rule, place), set()).add(order)
        for cause, orders in sorted(causes.items()):
            known = [case for case in cases if case.cause == cause]
            last = known[-1] if known else None
            if last is not None and last.is_live:
                last.orders = orders
            elif last is not None and last.resolved_at and as_of - last.resolved_at <= timedelta(hours=24):
                last.reopened, last.reopened_at, last.resolved_at, last.orders = (
                    last.reopened + 1,
                    as_of,
                    None,
                    orders,
                )
            else:
                earlier = last.number if last else None
                cases.append(PlainCase(len(cases) + 1, cause, as_of, earlier=earlier, orders=orders))
        for each in cases:
            if each.is_live and each.cause not in causes:
                each.resolved_at = as_of
    return cases


def frame_of(found: set[tuple[str, str, str]]) -> pl.DataFrame:
    rows = [
        {
            "order_id": order,
            "rule_id": rule,
            "severity": "high",
            "owner": "warehouse",
            "cause_kind": "warehouse",
            "cause": cause,
            "amount": Decimal(10),
            "points": Decimal(1),
        }
        for rule, cause, order in sorted(found)
    ]
    return pl.DataFrame(rows, schema=OPEN_FINDINGS)


def no_due(cases: pl.DataFrame) -> pl.Series:
    return cases["opened_at"] + timedelta(hours=1)


def folded(history: list[tuple[datetime, set[tuple[str, str, str]]]], said: pl.DataFrame) -> CaseBook:
    book, number = CaseBook.empty(), CaseNumbers("", 0)
    for as_of, found in history:
        book = with_words(step(book, frame_of(found), as_of, number, no_due), said, as_of)
    return book


def dated(steps: list[tuple[int, set[Any]]]) -> list[tuple[datetime, set[tuple[str, str, str]]]]:
    history, now = [], START
    for hours, found in steps:
        now += timedelta(hours=hours)
        history.append((now, found))
    return history


@given(steps=evaluations)
def test_cases_are_what_a_plain_fold_makes_of_the_evaluations(steps: list[tuple[int, set[Any]]]) -> None:
    history = dated(steps)
    book = folded(history, said_frame([]))
    expected = plain_cases(history)

    rows = {row["case_id"]: row for row in book.cases.iter_rows(named=True)}
    assert len(rows) == book.cases.height == len(expected)
    for case in expected:
        row = rows[f"-{case.number:03d}"]
        assert (row["rule_id"], row["cause"]) == case.cause
        assert (row["opened_at"], row["reopened_at"], row["resolved_at"], row["reopened"]) == (
            case.opened_at,
            case.reopened_at,
            case.resolved_at,
            case.reopened,
        )
        assert row["earlier_case_id"] == (None if case.earlier is None else f"-{case.earlier:03d}")
        assert row["state"] == ("open" if case.is_live else "resolved")
        present = book.orders.filter(pl.col("case_id") == row["case_id"], pl.col("left_at").is_null())
        assert set(present["order_id"]) == (case.orders if case.is_live else set())


@given(steps=evaluations, spoken=words)
def test_words_do_what_they_say_and_what_was_taken_back_never_was(
    steps: list[tuple[int, set[Any]]], spoken: list[tuple[int, Any, int, bool]]
) -> None:
    history = dated(steps)
    entries: list[Said] = []
    for hours, kind, number, is_undone in spoken:
        at, entry = START + timedelta(hours=hours), len(entries) + 1
        what = {"case_assigned": f"person-{hours}", "case_closed": "false_alarm"}.get(kind)
        entries.append(Said(kind, "wang", "", at, "case", f"-{number:03d}", what=what, entry=entry))
        if is_undone:
            entries.append(Said("undone", "wang", "", at, "entry", str(entry), entry=entry + 1))
    book = folded(history, said_frame(entries))

    (as_of, _) = history[-1]
    undone = {each.value for each in entries if each.kind == "undone"}
    counting = [each for each in entries if each.at <= as_of and str(each.entry) not in undone]
    for row in book.cases.iter_rows(named=True):
        about = [each for each in counting if each.value == row["case_id"]]
        assigned = sorted((each.at, each.entry, each.what) for each in about if each.kind == "case_assigned")
        taken = [
            each.at
            for each in about
            if each.kind in {"case_acknowledged", "case_assigned"}
            and each.at >= (row["reopened_at"] or row["opened_at"])
        ]
        is_false_alarm = any(each.kind == "case_closed" for each in about)
        assert row["assignee"] == (assigned[-1][2] if assigned else None)
        assert row["acknowledged_at"] == (min(taken) if taken else None)
        assert (row["verdict"] == "false_alarm") is is_false_alarm
        if row["resolved_at"] is not None:
            assert row["state"] == ("false_alarm" if is_false_alarm else "resolved")
        else:
            expected = "in_progress" if assigned else "acknowledged" if taken else "open"
            assert row["state"] == expected
    heard = book.history.filter(pl.col("entry").is_not_null(), pl.col("what") != "undone")["entry"].to_list()
    assert len(set(heard)) == len(heard)
