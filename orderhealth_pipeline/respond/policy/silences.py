"""What people said shall not be told: the words that silence a subject or a case at an instant.

What belongs here: one silence, and what it speaks of. What does not: the log (desk/), and the stage that uses
it (silence.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orderhealth_pipeline.respond.policy.facts import CASES, SCORE, SOURCE, CaseFact
from orderhealth_pipeline.said import Said


@dataclass(frozen=True)
class Silence:
    """A snooze that is in force: its entry in the log, its rule (null: all), and what it is about."""

    entry: int | None
    about: str
    value: str | None = None
    rule_id: str | None = None

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
        return self.about == "everything" or (self.about, self.value) in case.about


def silences_at(said: Iterable[Said], now: datetime) -> tuple[Silence, ...]:
    """Return the snoozes that are in force at an instant, of all entries of the log."""
    entries = list(said)
    undone = {each.value for each in entries if each.kind == "undone" and each.at <= now}
    return tuple(
        Silence(each.entry, each.about, each.value, each.rule_id)
        for each in entries
        if each.kind == "snoozed"
        and each.at <= now
        and str(each.entry) not in undone
        and (each.until is None or each.until > now)
    )
