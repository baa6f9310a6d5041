"""Calls that say something of findings, take words back, and list what was said.

What belongs here: requests → words. What does not: saying them (work/speaking.py).
"""

from __future__ import annotations

from typing import Literal

from orderhealth_pipeline.console.api.call import ApiError, Asked, part_of
from orderhealth_pipeline.console.api.models import SaidAnswer, SaidEntry, SaidList
from orderhealth_pipeline.console.work.speaking import (
    Speaker,
    Target,
    snooze_or_allow,
    speak_verdict,
    take_back,
)
from orderhealth_pipeline.report.words.masking import mask_text

_LARGEST_ENTRY = 2**53


def say_verdict(asked: Asked) -> SaidAnswer:
    """Say whether a finding was right."""
    body = asked.body
    written = speak_verdict(_speaker(asked), body.order_id, body.rule_id, body.verdict)
    return SaidAnswer(entry=written.entry or 0)


def snooze(asked: Asked) -> SaidAnswer:
    """Let findings wait."""
    return _explained(asked, "snoozed")


def allow(asked: Asked) -> SaidAnswer:
    """Say that findings are all right."""
    return _explained(asked, "allow_listed")


def undo(asked: Asked) -> SaidAnswer:
    """Take an entry back."""
    text = asked.path["entry"]
    if not text.isascii() or not text.isdecimal() or int(text[:20]) > _LARGEST_ENTRY:
        raise ApiError(404, "there is no such entry")
    (written,) = take_back(_speaker(asked), [int(text)])
    return SaidAnswer(entry=written.entry or 0)


def list_said(asked: Asked) -> SaidList:
    """List what people said, newest first."""
    said = asked.site.board.said().reverse()
    places, cursor = part_of(range(said.height), asked.query)
    rows = said[list(places)] if places else said.clear()
    return SaidList(said=[_entry(row) for row in rows.iter_rows(named=True)], next=cursor)


def _explained(asked: Asked, kind: Literal["snoozed", "allow_listed"]) -> SaidAnswer:
    body = asked.body
    if (body.about is None) != (body.value is None):
        raise ApiError(422, "about and value: both are expected, or none")
    target = Target(body.about, body.value) if body.about else Target()
    written = snooze_or_allow(_speaker(asked), kind, body.rule, target, body.until)
    return SaidAnswer(entry=written.entry or 0)


def _speaker(asked: Asked) -> Speaker:
    return Speaker(asked.site, asked.person, asked.body.why)


def _entry(row: dict[str, object]) -> SaidEntry:
    masked = {
        name: mask_text(value)
        if name in {"who", "why", "what", "value"} and isinstance(value, str)
        else value
        for name, value in row.items()
    }
    return SaidEntry.model_validate(masked | {"at": row["said_at"]})
