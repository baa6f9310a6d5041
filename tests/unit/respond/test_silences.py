"""A snooze silences what it speaks of, while it is in force, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.respond.policy.conditions import Conditions
from orderhealth_pipeline.respond.policy.facts import CaseFact
from orderhealth_pipeline.respond.policy.silences import Silence, silences_at
from orderhealth_pipeline.said import Said, said_frame

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
CASE = CaseFact(
    "K4R-7XM3",
    "outbound_overdue",
    "warehouse_supervisor",
    "high",
    NOW,
    cause_kind="warehouse",
    cause="GZ",
)


@pytest.mark.parametrize(
    ("silence", "subjects", "covers_case"),
    [
        (Silence(1, "everything"), {"score"}, True),
        (Silence(1, "everything", None, "outbound_overdue"), set(), True),
        (Silence(1, "everything", None, "no_pickup"), set(), False),
        (Silence(1, "warehouse", "GZ"), {"warehouse:GZ"}, True),
        (Silence(1, "warehouse", "SH"), {"warehouse:SH"}, False),
        (Silence(1, "role", "warehouse_supervisor"), {"cases:warehouse_supervisor"}, True),
        (Silence(1, "source", "erp_orders"), {"source:erp_orders"}, False),
    ],
)
def test_it_covers_what_it_is_about(silence: Silence, subjects: set[str], *, covers_case: bool) -> None:
    known = (
        "score",
        "warehouse:GZ",
        "warehouse:SH",
        "cases:warehouse_supervisor",
        "source:erp_orders",
        "heartbeat",
    )
    assert {subject for subject in known if silence.covers(subject)} == subjects
    assert silence.covers_case(CASE) is covers_case


def test_it_is_in_force_from_the_word_on_until_it_ends_or_is_taken_back() -> None:
    until = NOW + timedelta(hours=2)
    word = Said("snoozed", "Li", "stocktaking", NOW, "warehouse", "GZ", until=until, entry=1)
    undone = Said("undone", "Li", "over", NOW + timedelta(hours=1), "entry", "1", entry=2)
    for words, at, is_silent in (
        ([word], NOW - timedelta(seconds=1), False),
        ([word], NOW, True),
        ([word], until, False),
        ([word, undone], NOW + timedelta(minutes=59), True),
        ([word, undone], NOW + timedelta(hours=1), False),
    ):
        assert bool(silences_at(said_frame(words), at, SHANGHAI)) is is_silent


@pytest.mark.parametrize(
    ("every", "between", "local", "holds"),
    [
        ("sat,sun", None, "2026-11-14 00:00", True),
        ("sat,sun", None, "2026-11-15 23:59", True),
        ("sat,sun", None, "2026-11-16 00:00", False),
        (None, "22:00-08:00", "2026-11-10 22:00", True),
        (None, "22:00-08:00", "2026-11-10 07:59", True),
        (None, "22:00-08:00", "2026-11-10 08:00", False),
        # The night from Saturday to Sunday is Saturday's; that from Sunday to Monday is Sunday's.
        ("sat", "22:00-08:00", "2026-11-15 07:00", True),
        ("sat", "22:00-08:00", "2026-11-14 07:00", False),
        ("sat", "22:00-08:00", "2026-11-15 22:30", False),
        ("mon-fri", "12:00-13:00", "2026-11-13 12:30", True),
        ("mon-fri", "12:00-13:00", "2026-11-14 12:30", False),
    ],
)
def test_it_holds_on_its_days_and_in_its_hours(
    every: str | None, between: str | None, local: str, *, holds: bool
) -> None:
    conditions = Conditions.read(every, between, None)
    at = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    assert conditions.hold(at, SHANGHAI) is holds
    word = Said("snoozed", "w", "y", NOW - timedelta(days=30), what=conditions.as_text(), entry=1)
    assert bool(silences_at(said_frame([word]), at, SHANGHAI)) is holds


def test_conditions_are_kept_as_a_text_that_people_can_read() -> None:
    conditions = Conditions.read("sun,sat", "22:00-08:00", 50, until_resolved=True)
    assert conditions.as_text() == "every=sat,sun between=22:00-08:00 until_more=50 until_resolved"
    assert Conditions.of_text(conditions.as_text()) == conditions
    assert Conditions.of_text(None) == Conditions()
    assert Conditions().as_text() is None


@pytest.mark.parametrize(
    ("every", "between", "more"), [("now", None, None), (None, "8-9", None), (None, None, 0)]
)
def test_what_is_no_condition_is_refused(every: str | None, between: str | None, more: int | None) -> None:
    with pytest.raises(ValueError, match=r"expected|is no day"):
        Conditions.read(every, between, more)


def test_it_is_over_when_what_ends_it_has_happened() -> None:
    word = Said("snoozed", "w", "y", NOW, what="until_more=5", entry=7)
    later = NOW + timedelta(hours=1)
    frame = said_frame([word])
    assert silences_at(frame, later, SHANGHAI, {}) != ()
    assert silences_at(frame, later, SHANGHAI, {7: later + timedelta(seconds=1)}) != ()
    assert silences_at(frame, later, SHANGHAI, {7: later}) == ()
