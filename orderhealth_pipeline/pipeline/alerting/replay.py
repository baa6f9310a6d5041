"""History replayed through the alert policy: what was told, and what another policy would have told.

What belongs here: going through the instants with the facts that the store keeps. What does not: deciding
(respond/policy/).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.alerting.ended_silences import ended_silences
from orderhealth_pipeline.pipeline.alerting.notice_message import letter_subject
from orderhealth_pipeline.pipeline.alerting.routes import routes_of
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.decision_log import read_memory, watched_since
from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decide import decide
from orderhealth_pipeline.respond.policy.fact_log import FactBook, FactRow
from orderhealth_pipeline.respond.policy.settings import AlertingSettings
from orderhealth_pipeline.respond.policy.silences import silences_at, silences_said
from orderhealth_pipeline.store.spoken import read_said


@dataclass(frozen=True)
class ToldMessage:
    """One message to one channel."""

    as_of: datetime
    channel: str
    kind: str
    subject: str


def messages_between(con: duckdb.DuckDBPyConnection, start: datetime, stop: datetime) -> list[ToldMessage]:
    """Return the messages that were recorded for channels."""
    rows = sql.run(con, "respond/replay/select_messages", {"start": start, "stop": stop})
    return [ToldMessage(at.astimezone(UTC), channel, kind, subject) for at, channel, kind, subject in rows]


def replay(
    con: duckdb.DuckDBPyConnection,
    plan: RunPlan,
    settings: AlertingSettings,
    start: datetime,
    stop: datetime,
    *,
    but: str | None = None,
) -> list[ToldMessage]:
    """Return the messages that a policy would have let go, from what channels knew at the beginning.

    Channels and roles are those of the plan; thresholds of places are those that runs watched. Cases of the
    rule `but` are left out, as though it had found nothing.
    """
    instants = [
        at.astimezone(UTC)
        for (at,) in sql.run(con, "respond/replay/select_instants", {"start": start, "stop": stop})
    ]
    if not instants:
        return []
    book, changes = FactBook(watched_since(con, instants[0])), _changes(con, stop)
    pending = next(changes, None)
    said, routes, memory = read_said(con), routes_of(plan), None
    ended = ended_silences(con, silences_said(said, stop))
    told: list[ToldMessage] = []
    for now in instants:
        while pending is not None and pending[0] <= now:
            book.take(row for row in pending[1] if but is None or not _is_case_of(row, but))
            pending = next(changes, None)
        facts = book.facts()
        memory = memory or read_memory(con, now, facts)
        silences = silences_at(said, now, plan.settings.zone, ended)
        woken = frozenset(entry for entry, at in ended.items() if at <= now)
        outcome = decide(Context(now, facts, memory, silences, settings, routes, plan.settings.zone, woken))
        memory.remember(outcome.decisions, outcome.messages)
        memory.forget_over(facts.cases)
        told += [
            ToldMessage(now, letter.channel, letter.kind, letter_subject(letter))
            for letter in outcome.letters
        ]
    return told


def _is_case_of(row: FactRow, rule_id: str) -> bool:
    about, _, fact = row
    return about == "case" and fact is not None and json.loads(fact)["rule_id"] == rule_id


def _changes(
    con: duckdb.DuckDBPyConnection, stop: datetime
) -> Iterator[tuple[datetime, list[tuple[str, str, str | None]]]]:
    rows = sql.run(con, "respond/replay/select_facts", {"stop": stop})
    for at, some in groupby(rows, key=lambda row: row[0]):
        yield at.astimezone(UTC), [(about, name, fact) for _, about, name, fact in some]
