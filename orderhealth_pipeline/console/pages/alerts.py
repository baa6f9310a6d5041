"""`/alerts`: what was told, what was decided not to be told and why, and what became of the messages.

What belongs here: the values of `alerts.html.j2`. What does not: deciding (respond/policy).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.report.render.terminal_why import reason_words, why_texts
from orderhealth_pipeline.report.words.masking import mask_error

_AT_MOST: Final = 100


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page."""
    report, zone, texts = visit.report, visit.plan.settings.zone, why_texts()
    decision = visit.request.query_params.get("decision") or None
    with visit.reading() as con:
        messages = sql.read(con, "console/select_messages", {"at_most": _AT_MOST}).to_dicts()
        counts = sql.read(con, "console/count_decisions").to_dicts()
        decisions = sql.read(
            con, "console/select_decisions", {"decision": decision, "at_most": _AT_MOST}
        ).to_dicts()
    return {
        "report": report,
        "messages": [
            {
                **message,
                "as_of": message["as_of"].astimezone(zone),
                "sent_at": message["sent_at"] and message["sent_at"].astimezone(zone),
                "kind": texts.kinds[message["kind"]].in_locale(visit.locale),
                "subject": _subject(visit, message["subject"] or "score"),
                "last_error": message["last_error"] and mask_error(message["last_error"]),
            }
            for message in messages
        ],
        "asked": decision,
        "counts": [{**count, "name": _decision(visit, count["decision"])} for count in counts],
        "decisions": [
            {
                **each,
                "as_of": each["as_of"].astimezone(zone),
                "name": _decision(visit, each["decision"]),
                "subject": _subject(visit, each["subject"]),
                "channel": each["channel"] or texts.nobody.in_locale(visit.locale),
                "why": _reason(visit, each["reason"]),
            }
            for each in decisions
        ],
        "channels": [channel.name for channel in visit.plan.settings.channels],
    }


def _decision(visit: Visit, decision: str) -> str:
    return why_texts().decisions[decision].in_locale(visit.locale)


def _subject(visit: Visit, subject: str) -> str:
    """Return what a decision is about: the score of everything or of a place, a role's cases, a source."""
    kind, _, value = subject.partition(":")
    if kind == "cases":
        value = visit.role_title(value)
    elif kind == "source" and value in feed_contracts():
        value = feed_contracts()[value].title.in_locale(visit.locale)
    return f"{visit.words.word('subject', kind)} {value}".strip()


def _reason(visit: Visit, reason: str) -> str:
    """Return why; a message about a score is sent because of what it is."""
    kind = why_texts().kinds.get(reason)
    return reason_words(reason, visit.locale) if kind is None else kind.in_locale(visit.locale)
