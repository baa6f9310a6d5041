"""What a silence would have held back in the last days: shown before it is said.

What belongs here: holding it against the messages of then. What does not: saying it (speech.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.respond.policy.facts import CaseFact
from orderhealth_pipeline.respond.policy.silences import Silence
from orderhealth_pipeline.settings import Settings

SPAN: Final = timedelta(days=7)


@dataclass(frozen=True)
class Preview:
    """Of `messages` so many would not have been sent (`muted`), or would have told less (`shortened`).

    `cases` are those that it speaks of, `confirmed` those of them that people called right.
    """

    messages: int
    muted: int
    shortened: int
    cases: int
    confirmed: int


def preview_silence(settings: Settings, silence: Silence, now: datetime) -> Preview | None:
    """Return what a silence would have held back in the 7 days before `now`; null without a store."""

    def read(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
        return sql.run(con, "respond/silences/select_recent_messages", {"since": now - SPAN, "as_of": now})

    try:
        rows = from_published(settings.store, read)
    except StoreError:
        return None
    told: dict[tuple[datetime, str], list[bool]] = {}
    cases: dict[str, bool] = {}
    for at, channel, subject, case_id, rule_id, owner, cause_kind, cause, verdict in rows:
        is_held = silence.conditions.hold(at.astimezone(UTC), settings.zone) and (
            silence.covers(subject)
            or (
                case_id is not None
                and silence.covers_case(_fact(case_id, rule_id, owner, cause_kind, cause, at))
            )
        )
        told.setdefault((at, channel), []).append(is_held)
        if is_held and case_id is not None:
            cases[case_id] = verdict == "confirmed"
    return Preview(
        messages=len(told),
        muted=sum(all(parts) for parts in told.values()),
        shortened=sum(any(parts) and not all(parts) for parts in told.values()),
        cases=len(cases),
        confirmed=sum(cases.values()),
    )


def _fact(
    case_id: str, rule_id: str, owner: str, cause_kind: str, cause: str | None, at: datetime
) -> CaseFact:
    return CaseFact(case_id, rule_id, owner, "low", at, cause_kind=cause_kind, cause=cause or "")
