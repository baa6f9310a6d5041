"""Cases over random histories: the step over frames gives what a plain fold, case by case, gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from orderhealth_pipeline.cases.case_frames import ACTED, FOUND, TOLD, CaseBook
from orderhealth_pipeline.cases.numbers import case_numbers
from orderhealth_pipeline.cases.project import project
from orderhealth_pipeline.cases.rewind import rewound
from orderhealth_pipeline.said import Said, SaidKind, said_frame

START = datetime(2026, 11, 9, tzinfo=UTC)
DAY = timedelta(hours=24)
RULES = ("outbound_overdue", "low_price")
CAUSES = ("GZ", None)
ORDERS = ("A", "B", "C")
EXPLAINED = (None, None, None, "snoozed", "false_alarm", "allow_listed")
NOT_WAITING = ("false_alarm", "allow_listed")

Finding = tuple[str, str | None, str | None]
Found = dict[Finding, tuple[str | None, int]]
History = list[tuple[datetime, Found]]

of_orders = st.tuples(st.sampled_from(RULES), st.sampled_from(CAUSES), st.sampled_from(ORDERS))
of_the_system: st.SearchStrategy[Finding] = st.just(("pickup_gap", "system", None))
findings = st.dictionaries(
    of_orders | of_the_system,
    st.tuples(st.sampled_from(EXPLAINED), st.integers(1, 30)),
    max_size=5,
)
evaluations = st.lists(st.tuples(st.sampled_from([1, 5, 23, 24, 25, 60]), findings), min_size=1, max_size=6)
WORDS: tuple[SaidKind, ...] = ("case_acknowledged", "case_assigned", "case_noted", "case_closed")
words = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from(WORDS), st.integers(0, 5), st.booleans()), max_size=8
)


@dataclass
class PlainCase:
    cause: tuple[str, str | None]
    opened_at: datetime
    began_at: datetime
    reopened_at: datetime | None = None
    resolved_at: datetime | None = None
    is_dismissed: bool = False
    reopened: int = 0
    earlier: datetime | None = None
    orders: set[str] = field(default_factory=set)
    ever: set[str] = field(default_factory=set)


def plain_cases(history: History) -> list[PlainCase]:
    cases: list[PlainCase] = []
    for as_of, found in history:
        causes: dict[tuple[str, str | None], Found] = {}
        for (rule, place, order), (said, hours) in found.items():
            causes.setdefault((rule, place), {})[rule, place, order] = (said, hours)
        for cause, its in causes.items():
            waiting = {
                order: hours for (_, _, order), (said, hours) in its.items() if said not in NOT_WAITING
            }
            is_open = any(said is None for said, _ in its.values())
            known = [case for case in cases if case.cause == cause]
            last = known[-1] if known else None
            if last is None or last.resolved_at is not None:
                if not is_open:
                    continue
                if last is not None and last.resolved_at and as_of - last.resolved_at <= DAY:
                    last.reopened, last.reopened_at, last.resolved_at = last.reopened + 1, as_of, None
                else:
                    last = PlainCase(cause, as_of, as_of, earlier=last.opened_at if last else None)
                    cases.append(last)
            if not waiting:
                continue
            present = {order for order in waiting if order is not None}
            is_new = last.opened_at == as_of
            joined = [hours for order, hours in waiting.items() if is_new or order in present - last.orders]
            last.began_at = min([last.began_at, *(as_of - timedelta(hours=hours) for hours in joined)])
            last.orders, last.ever = present, last.ever | present
        for each in cases:
            its = causes.get(each.cause, {})
            if each.resolved_at is None and all(said in NOT_WAITING for said, _ in its.values()):
                each.resolved_at, each.orders, each.is_dismissed = as_of, set(), bool(its)
    return cases


def frame_of(found: Found, as_of: datetime) -> pl.DataFrame:
    rows = [
        {
            "order_id": order,
            "rule_id": rule,
            "severity": "high",
            "owner": "warehouse",
            "cause_kind": "warehouse",
            "cause": cause,
            "explained_by": said,
            "snoozed_until": as_of + DAY if said == "snoozed" else None,
            "began_at": as_of - timedelta(hours=hours),
            "due_at": as_of + timedelta(hours=hours),
            "amount": Decimal(hours),
            "points": Decimal(1),
        }
        for (rule, cause, order), (said, hours) in found.items()
    ]
    return pl.DataFrame(rows, schema=FOUND)


def due_of(cases: pl.DataFrame) -> pl.Series:
    return cases["since"] + timedelta(hours=10)


def names_of(causes: pl.DataFrame) -> pl.Series:
    return case_numbers(causes, lambda _: ())


def stepped(book: CaseBook, found: Found, said: pl.DataFrame, as_of: datetime) -> CaseBook:
    told, acted = pl.DataFrame(schema=TOLD), pl.DataFrame(schema=ACTED)
    return project(book, frame_of(found, as_of), said, told, acted, as_of, names_of=names_of, due_of=due_of)


def folded(history: History, said: pl.DataFrame) -> list[CaseBook]:
    books = [CaseBook.empty()]
    for as_of, found in history:
        books.append(stepped(books[-1], found, said, as_of))
    return books


def dated(steps: list[tuple[int, Found]]) -> History:
    history, now = [], START
    for hours, found in steps:
        now += timedelta(hours=hours)
        history.append((now, found))
    return history


def log_of(history: History, spoken: list[tuple[int, SaidKind, int, bool]]) -> list[Said]:
    """Let people speak of cases by their place among those of the whole history."""
    cases = folded(history, said_frame([]))[-1].cases["case_id"]
    entries: list[Said] = []
    for hours, kind, place, is_undone in spoken:
        if place >= len(cases):
            continue
        at, entry = START + timedelta(hours=hours), len(entries) + 1
        what = {"case_assigned": f"person-{hours}", "case_closed": "false_alarm"}.get(kind)
        entries.append(Said(kind, "wang", "", at, "case", cases[place], what=what, entry=entry))
        if is_undone:
            undone_at = at + timedelta(hours=hours % 3)
            entries.append(Said("undone", "wang", "", undone_at, "entry", str(entry), entry=entry + 1))
    return entries


@settings(max_examples=40)
@given(steps=evaluations)
def test_cases_are_what_a_plain_fold_makes_of_the_evaluations(steps: list[tuple[int, Found]]) -> None:
    history = dated(steps)
    book = folded(history, said_frame([]))[-1]
    expected = plain_cases(history)

    rows = {(row["rule_id"], row["cause"], row["opened_at"]): row for row in book.cases.iter_rows(named=True)}
    assert len(rows) == book.cases.height == len(expected)
    for case in expected:
        row = rows[*case.cause, case.opened_at]
        assert (row["began_at"], row["reopened_at"], row["resolved_at"], row["reopened"]) == (
            case.began_at,
            case.reopened_at,
            case.resolved_at,
            case.reopened,
        )
        earlier = rows[*case.cause, case.earlier]["case_id"] if case.earlier else None
        assert row["earlier_case_id"] == earlier
        is_over = "false_alarm" if case.is_dismissed else "resolved"
        assert row["state"] == ("open" if case.resolved_at is None else is_over)
        present = book.orders.filter(pl.col("case_id") == row["case_id"], pl.col("left_at").is_null())
        assert set(present["order_id"]) == case.orders
        assert row["orders"] == len(case.orders if case.resolved_at is None else case.ever)


@settings(max_examples=40)
@given(steps=evaluations, spoken=words)
def test_words_do_what_they_say_and_what_was_taken_back_never_was(
    steps: list[tuple[int, Found]], spoken: list[tuple[int, SaidKind, int, bool]]
) -> None:
    history = dated(steps)
    entries = log_of(history, spoken)
    book = folded(history, said_frame(entries))[-1]

    (as_of, _) = history[-1]
    undone = {each.value for each in entries if each.kind == "undone" and each.at <= as_of}
    counting = [each for each in entries if each.at <= as_of and str(each.entry) not in undone]
    for row in book.cases.iter_rows(named=True):
        since = row["reopened_at"] or row["opened_at"]
        about = [each for each in counting if each.value == row["case_id"]]
        assigned = sorted((each.at, each.entry, each.what) for each in about if each.kind == "case_assigned")
        taken = [
            each.at
            for each in about
            if each.kind in {"case_acknowledged", "case_assigned"} and each.at >= since
        ]
        is_false_alarm = any(
            each.kind == "case_closed"
            and each.at >= row["opened_at"]
            and (row["reopened_at"] is None or each.at > row["reopened_at"])
            for each in about
        )
        assert row["assignee"] == (assigned[-1][2] if assigned else None)
        assert row["assigned_at"] == (assigned[-1][0] if assigned else None)
        assert row["acted_at"] == (assigned[0][0] if assigned else None)
        assert row["acknowledged_at"] == (min(taken) if taken else None)
        assert row["verdict"] == ("false_alarm" if is_false_alarm else None)
        assert row["resolved_at"] is not None or not is_false_alarm
        if row["resolved_at"] is not None:
            is_false = is_false_alarm or row["is_dismissed"]
            assert row["state"] == ("false_alarm" if is_false else "resolved")
        else:
            expected = "in_progress" if assigned else "acknowledged" if taken else "open"
            assert row["state"] == expected
    heard = book.history.filter(pl.col("entry").is_not_null())["entry"].to_list()
    assert len(set(heard)) == len(heard)


@settings(max_examples=40)
@given(steps=evaluations, spoken=words, back=st.integers(1, 8))
def test_a_look_back_gives_the_cases_of_then(
    steps: list[tuple[int, Found]], spoken: list[tuple[int, SaidKind, int, bool]], back: int
) -> None:
    history = dated(steps)
    said = said_frame(log_of(history, spoken))
    books = folded(history, said)
    then = max(0, len(history) - back)
    (as_of, found) = history[then]

    again = stepped(rewound(books[-1], as_of, due_of), found, said, as_of)

    for table, sorted_by in (("cases", "case_id"), ("orders", ("case_id", "order_id", "joined_at"))):
        was, is_now = (getattr(book, table).sort(sorted_by) for book in (books[then + 1], again))
        assert_frame_equal(was, is_now)
    events = [book.history.sort("at", "case_id", "what", "entry") for book in (books[then + 1], again)]
    assert_frame_equal(*events)
