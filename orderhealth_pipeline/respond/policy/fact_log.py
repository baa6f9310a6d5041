"""Facts as the store keeps them, so that every instant can be decided on again, by another policy too.

What belongs here: facts from and to JSON. What does not: reading and writing rows (respond/decision_log.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.respond.policy.facts import CaseFact, Facts, ScoreFact, SourceFact

FACTS: Final = pl.Schema({"about": pl.String(), "name": pl.String(), "fact": pl.String()})

FactRow = tuple[str, str, str | None]
"""What a fact is about (`score`, `case` or `source`), its name, and it as JSON; null where it is over."""


def fact_rows(facts: Facts, cases: pl.DataFrame) -> pl.DataFrame:
    """Write facts as JSON texts (FACTS); the cases are given as a frame too (CASE_FACTS)."""
    few = [("score", fact.subject, _text(_score(fact))) for fact in facts.scores]
    few += [
        ("source", name, _text([source.state, list(source.blind_rules)]))
        for name, source in facts.sources.items()
    ]
    instants = [pl.col(name).dt.to_string("iso:strict") for name in ("since", "acknowledged_at")]
    of_cases = cases.select(
        pl.lit("case").alias("about"),
        pl.col("case_id").alias("name"),
        pl.struct(cases.with_columns(instants).drop("case_id")).struct.json_encode().alias("fact"),
    )
    return pl.concat([pl.DataFrame(few, schema=FACTS, orient="row"), of_cases])


def changes(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return what differs: new and changed facts, and, with a null as their fact, those that are over."""
    over = before.join(now, on=["about", "name"], how="anti").with_columns(fact=pl.lit(None, pl.String))
    return pl.concat([now.join(before, on=["about", "name", "fact"], how="anti"), over])


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


def _read_case(case_id: str, value: dict[str, Any]) -> CaseFact:
    instants = {name: _read_instant(value[name]) for name in ("since", "acknowledged_at")}
    return CaseFact(case_id, **{**value, **instants})


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
