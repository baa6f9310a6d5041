"""The alerts of a run: decided, recorded with the reasons, and put into the outbox.

What belongs here: the order of these steps, inside the caller's transaction. What does not: deciding
(respond/policy/), the messages, and sending (respond/).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.alerting.ended_silences import ended_silences
from orderhealth_pipeline.pipeline.alerting.facts import Found, RunFindings, find_facts
from orderhealth_pipeline.pipeline.alerting.notice_message import build_notice, letter_subject
from orderhealth_pipeline.pipeline.alerting.routes import routes_of
from orderhealth_pipeline.pipeline.alerting.score_message import build_message
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.failure import Recorded
from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.report.read.input import read_what_is_missing
from orderhealth_pipeline.respond.decision_log import forget_old, read_memory, write_decisions, write_facts
from orderhealth_pipeline.respond.edges import record_untold
from orderhealth_pipeline.respond.outbox import record_alert, tell_given_up_again
from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decide import decide
from orderhealth_pipeline.respond.policy.decision import Ask, Letter
from orderhealth_pipeline.respond.policy.facts import NOBODY, SCORE
from orderhealth_pipeline.respond.policy.silences import silences_at, silences_said


def record_alerts(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, run: RunFindings, as_of: datetime
) -> str | None:
    """Decide who hears of what, and record decisions and messages; return the kind of the score's message.

    Null where the score calls for none, or for one that other rules alone call for. An instant before the
    newest one evaluated alerts nobody.
    """
    if run.newest is not None and as_of < run.newest:
        return None
    found = find_facts(con, plan, run, as_of)
    record_untold(con, as_of, found.edge, run.assessment.health.score)
    write_facts(con, as_of, found.facts, found.cases)
    memory = read_memory(con, as_of, found.facts)
    ended = ended_silences(con, silences_said(run.said, as_of))
    silences = silences_at(run.said, as_of, plan.settings.zone, ended)
    settings = plan.settings
    outcome = decide(
        Context(
            as_of,
            found.facts,
            memory,
            silences,
            settings.alerting,
            routes_of(plan),
            settings.zone,
            frozenset(entry for entry, at in ended.items() if at <= as_of),
        )
    )
    write_decisions(con, as_of, outcome.decisions)
    if run.newest is not None and _begins_a_day(run.newest, as_of, settings.zone):
        forget_old(con, as_of - settings.retention.alert_history)
    edge = None if found.edge is None or not found.edge.is_told else found.edge.kind
    letters = [*outcome.letters, *_untaken(found, outcome.letters, as_of)]
    letters += [
        Letter(NOBODY, each.kind, (Ask(each.subject, NOBODY, kind=each.kind, score=each.score),), 0)
        for each in outcome.decisions
        if each.channel == NOBODY and each.kind is not None and not each.cases
    ]
    kinds = _Recorder(con, plan, run, found, as_of).record(letters)
    if edge is None and found.opened_before is not None:
        tell_given_up_again(con, found.opened_before)
    return edge or ("worse" if kinds.get(SCORE) == "worse" else None)


def _begins_a_day(before: datetime, as_of: datetime, zone: ZoneInfo) -> bool:
    """Say whether an evaluation is the first one of a day: old rows are looked for once a day."""
    return before.astimezone(zone).date() != as_of.astimezone(zone).date()


def _untaken(found: Found, letters: Iterable[Letter], as_of: datetime) -> list[Letter]:
    """Return edges that no channel hears of now: the store keeps them for those that follow."""
    taken = {ask.subject for letter in letters if letter.kind != "digest" for ask in letter.asks}
    edges = [(fact.subject, "breach", fact.score) for fact in found.facts.scores if fact.opened_at == as_of]
    if found.edge is not None and found.edge.kind != "breach":
        edges.append((SCORE, found.edge.kind, None))
    is_told = found.edge is None or found.edge.is_told
    return [
        Letter(NOBODY, kind, (Ask(subject, NOBODY, kind=kind, score=score),), 0)  # type: ignore[arg-type]
        for subject, kind, score in edges
        if subject not in taken and (is_told or subject != SCORE)
    ]


@dataclass
class _Recorder:
    """Records the letters of one instant, one message for all channels that hear the same."""

    con: duckdb.DuckDBPyConnection
    plan: RunPlan
    run: RunFindings
    found: Found
    as_of: datetime

    def record(self, letters: Iterable[Letter]) -> dict[str, str]:
        """Record all, and return the kind of message by its subject."""
        kinds: dict[str, str] = {}
        known: dict[tuple[object, ...], Recorded] = {}
        for letter in letters:
            content = (letter.kind, *((ask.subject, ask.kind, ask.cases, ask.fresh) for ask in letter.asks))
            message = known.get(content)
            if message is None:
                about = (letter.kind, letter_subject(letter))
                same = sum((each.kind, each.subject) == about for each in known.values())
                message = known[content] = self._message(letter, same + 1)
            channels = [each for each in self.plan.settings.channels if each.name == letter.channel]
            record_alert(self.con, message, channels)
            kinds[message.subject] = message.kind
        return kinds

    def _message(self, letter: Letter, number: int) -> Recorded:
        if self._is_score(letter):
            return self._score_message(letter)
        notice = build_notice(self.plan, letter, self.found.facts, self._rows(letter), self.as_of)
        return notice.model_copy(update={"number": number})

    def _rows(self, letter: Letter) -> dict[str, dict[str, Any]]:
        named = {case for ask in letter.asks for case in ask.cases}
        rows = self.run.cases.filter(pl.col("case_id").is_in(named))
        return {row["case_id"]: row for row in rows.iter_rows(named=True)}

    def _is_score(self, letter: Letter) -> bool:
        subjects = {fact.subject for fact in self.found.facts.scores}
        return letter.kind != "digest" and letter.asks[0].subject in subjects

    def _score_message(self, letter: Letter) -> AlertMessage:
        subject, settings = letter.asks[0].subject, self.plan.settings
        of_everything = subject == SCORE
        return build_message(
            self.plan,
            self.run.assessment if of_everything else self.found.places[subject],
            self.as_of,
            kind=letter.kind,
            subject=subject,
            previous_score=_previous_score(self.con, self.as_of) if of_everything else None,
            blind_rules=self.found.blind if letter.kind == "unconfirmed" else (),
            lacking=read_what_is_missing(
                self.con, locale=settings.locale, timezone=settings.timezone, as_of=self.as_of
            ),
        )


def _previous_score(con: duckdb.DuckDBPyConnection, as_of: datetime) -> Decimal | None:
    rows = sql.run(con, "respond/select_previous_score", {"as_of": as_of})
    return rows[0][0] if rows else None
