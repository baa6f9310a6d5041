"""What people said shall not be told: the words that silence a subject or a case at an instant.

What belongs here: one silence, and what it speaks of. What does not: the log (desk/), and the stage that uses
it (silence.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.respond.policy.conditions import Conditions
from orderhealth_pipeline.respond.policy.facts import CASES, SCORE, SOURCE, CaseFact
from orderhealth_pipeline.said import SAID, said_by


@dataclass(frozen=True)
class Silence:
    """A snooze that is in force: its entry in the log, its rule (null: all), and what it is about."""

    entry: int | None
    about: str
    value: str | None = None
    rule_id: str | None = None
    conditions: Conditions = field(default_factory=Conditions)
    said_at: datetime | None = None

    def covers(self, subject: str) -> bool:
        """Say whether it speaks of a score, or of a source."""
        if self.rule_id is not None:
            return False
        if subject == SCORE:
            return self.about == "everything"
        if subject.startswith(CASES):
            return self.about == "role" and subject == f"{CASES}{self.value}"
        about = "source" if subject.startswith(SOURCE) else self.about
        return self.about == about and subject == f"{about}:{self.value}"

    def covers_case(self, case: CaseFact) -> bool:
        """Say whether it speaks of a case."""
        if self.rule_id not in {None, case.rule_id}:
            return False
        if self.about == "role":
            return self.value == case.role
        return self.about == "everything" or (self.about, self.value) == (case.cause_kind, case.cause)


def silences_at(
    said: pl.DataFrame, now: datetime, zone: ZoneInfo, ended: Mapping[int, datetime] | None = None
) -> tuple[Silence, ...]:
    """Return the snoozes that are in force at an instant, of the whole log (SAID).

    `ended` says of entries that end by what happens when they did.
    """
    over = ended or {}
    return tuple(
        silence
        for silence in silences_said(said, now)
        if silence.conditions.hold(now, zone)
        and (silence.entry is None or silence.entry not in over or over[silence.entry] > now)
    )


def silences_said(said: pl.DataFrame, now: datetime) -> tuple[Silence, ...]:
    """Return the snoozes of the log that were said, not taken back, and not past their end by time."""
    instant = pl.lit(now.astimezone(UTC), SAID["until"])
    counting = said_by(said, now).filter(
        pl.col("kind") == "snoozed", pl.col("until").is_null() | (pl.col("until") > instant)
    )
    rows = counting.select("entry", "about", "value", "rule_id", "what", "said_at").iter_rows()
    return tuple(
        Silence(entry, about, value, rule_id, Conditions.of_text(what), said_at)
        for entry, about, value, rule_id, what, said_at in rows
    )
