"""Facts as the store keeps them, so that every instant can be decided on again, by another policy too.

What belongs here: facts from and to JSON. What does not: reading and writing rows (respond/decision_log.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from orderhealth_pipeline.respond.policy.facts import CaseFact, Facts, ScoreFact, SourceFact

FactRow = tuple[str, str, str | None]
"""What a fact is about (`score`, `case` or `source`), its name, and it as JSON; null where it is over."""


def rows_of(facts: Facts) -> dict[tuple[str, str], str]:
    """Write facts as JSON texts, by what they are about and their name."""
    rows = {("score", fact.subject): _text(_score(fact)) for fact in facts.scores}
    rows |= {("case", name): _text(_case(case)) for name, case in facts.cases.items()}
    rows |= {
        ("source", name): _text([source.state, list(source.blind_rules)])
        for name, source in facts.sources.items()
    }
    return rows


def changes(before: dict[tuple[str, str], str], now: dict[tuple[str, str], str]) -> list[FactRow]:
    """Return what differs: new and changed facts, and those that are over."""
    changed: list[FactRow] = [(*key, text) for key, text in now.items() if before.get(key) != text]
    return changed + [(*key, None) for key in before if key not in now]


class FactBook:
    """Facts that are put together of their changes, instant by instant."""

    def __init__(self, watched_since: datetime) -> None:
        self._watched_since = watched_since
        self._scores: dict[str, ScoreFact] = {}
        self._cases: dict[str, CaseFact] = {}
        self._sources: dict[str, SourceFact] = {}

    def take(self, rows: Iterable[FactRow]) -> None:
        """Take up the changes of one instant."""
        for about, name, text in rows:
            value = None if text is None else json.loads(text)
            if about == "score":
                _put(self._scores, name, value and _read_score(name, value))
            elif about == "case":
                _put(self._cases, name, value and _read_case(name, value))
            else:
                _put(self._sources, name, value and SourceFact(name, value[0], tuple(value[1])))

    def facts(self) -> Facts:
        """Return the facts as they are now."""
        return Facts(self._watched_since, tuple(self._scores.values()), self._cases, self._sources)


def _put(facts: dict[str, Any], name: str, fact: Any) -> None:
    if fact is None:
        facts.pop(name, None)
    else:
        facts[name] = fact


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _score(fact: ScoreFact) -> list[object]:
    score = None if fact.score is None else str(fact.score)
    about = sorted(list(each) for each in fact.about)
    return [score, _instant(fact.opened_at), fact.closed_as, fact.is_muted, about]


def _read_score(subject: str, value: list[Any]) -> ScoreFact:
    score, opened_at, closed_as, is_muted, about = value
    return ScoreFact(
        subject,
        None if score is None else Decimal(score),
        _read_instant(opened_at),
        closed_as,
        is_muted,
        frozenset((stage, severity) for stage, severity in about),
    )


def _case(case: CaseFact) -> list[object]:
    return [
        case.rule_id,
        case.role,
        case.severity,
        _instant(case.since),
        case.stage,
        _instant(case.acknowledged_at),
        case.orders,
        case.is_snoozed,
        sorted(list(each) for each in case.about),
    ]


def _read_case(case_id: str, value: list[Any]) -> CaseFact:
    rule_id, role, severity, since, stage, acknowledged_at, orders, is_snoozed, about = value
    return CaseFact(
        case_id,
        rule_id,
        role,
        severity,
        datetime.fromisoformat(since),
        stage,
        _read_instant(acknowledged_at),
        orders,
        is_snoozed,
        frozenset((kind, name) for kind, name in about),
    )


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
