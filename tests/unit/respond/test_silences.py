"""A snooze silences what it speaks of, while it is in force, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orderhealth_pipeline.respond.policy.facts import CaseFact
from orderhealth_pipeline.respond.policy.silences import Silence, silences_at
from orderhealth_pipeline.said import Said, said_frame

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
        assert bool(silences_at(said_frame(words), at)) is is_silent
