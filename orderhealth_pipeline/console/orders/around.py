"""What was found, said, told and done about an order: bars and events beside those of its records.

What belongs here: pure functions from rows to bars and events. What does not: records (life.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from orderhealth_pipeline.console.orders.life import Event
from orderhealth_pipeline.console.orders.read import OrderRows
from orderhealth_pipeline.console.words import Words
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.respond.actions.types import declaration

_TOLD = ("sent", "reminder", "digested")


class Bar(NamedTuple):
    """How long a finding lasted; `end` is null while it is open."""

    rule_id: str
    title: str
    sentence: str
    severity: str
    state: str
    begin: datetime
    end: datetime | None


def bars(
    rows: OrderRows, sentence: Callable[[str, str | None], str], title: Callable[[str], str], zone: ZoneInfo
) -> list[Bar]:
    """Return a bar per finding, open ones first."""
    return [
        Bar(
            rule_id=row["rule_id"],
            title=title(row["rule_id"]),
            sentence=sentence(row["rule_id"], row["evidence"]),
            severity=row["severity"],
            state=row["state"],
            begin=row["first_seen_at"].astimezone(zone),
            end=row["resolved_at"] and row["resolved_at"].astimezone(zone),
        )
        for row in rows.findings
    ]


def other_events(
    rows: OrderRows, words: Words, zone: ZoneInfo, person: Callable[[str], str]
) -> Iterator[Event]:
    """Return what was told, done and said about the order, and about its cases."""
    for row in rows.actions:
        name = declaration(row["type"]).title.in_locale(words.locale)
        for column, key in (("proposed_at", "proposed"), ("sent_at", "sent"), ("confirmed_at", "confirmed")):
            if row[column] is not None:
                yield Event(
                    row[column].astimezone(zone),
                    "action",
                    [words(f"action_{key}", action=name)],
                    row["sink"] or "",
                )
    for row in rows.words:
        title = words.word("said", row["kind"])
        text = mask_text(" ".join(part for part in (row["what"], row["why"]) if part))
        undone = words("taken_back") if row["undone_at"] else ""
        line = f"{person(row['who'])}: {title} {undone}".rstrip()
        yield Event(row["said_at"].astimezone(zone), "person", [line], text)
    told = {
        (each["sent_at"] or each["as_of"], each["channel"])
        for finding in rows.why["findings"]
        for each in finding["decisions"]
        if each["decision"] in _TOLD
    } | {
        (each["sent_at"] or each["as_of"], each["channel"])
        for each in rows.why["named_in"]
        if each["channel"]
    }
    for at, channel in told:
        yield Event(at.astimezone(zone), "told", [words("message_to", channel=channel)])
