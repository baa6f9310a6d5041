"""Why people heard of an order, or did not, on one screen of a terminal.

What belongs here: lines and their words. What does not: reading the chain (pipeline/alerting/why.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.words import Locale, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_SHOWN: Final = 8
"""Decisions of one finding on one screen: the first, and the newest."""


class WhyTexts(FrozenModel):
    """The words of the screen."""

    title: Text
    nothing: Text
    finding: Text
    states: dict[str, Text]
    case: Text
    no_case: Text
    decision: Text
    decisions: dict[str, Text]
    reasons: dict[str, Text]
    said: Text
    at: Text
    until: Text
    entry: Text
    spoken: dict[str, Text]
    nobody: Text
    delivery: dict[str, Text]
    left_out: Text
    named: Text
    kinds: dict[str, Text]


@cache
def why_texts() -> WhyTexts:
    """Read the texts of both languages, once."""
    return read_model(Path(__file__).with_name("why_texts.yml"), WhyTexts)


def why_lines(
    why: Mapping[str, Any],
    title: Callable[[str], str],
    role: Callable[[str], str],
    locale: Locale,
    zone: ZoneInfo,
) -> Iterator[str]:
    """Return the chain in lines; `title` names a rule, `role` an owner."""
    texts = why_texts()
    yield texts.title.in_locale(locale).format(order=plain(why["order_id"]))
    if not why["findings"] and not why["named_in"]:
        yield texts.nothing.in_locale(locale)
    for finding in why["findings"]:
        state = texts.states[finding["state"]].in_locale(locale)
        if finding["explained_by"]:
            state += f" ({Texts(locale).word('explanation', finding['explained_by'])})"
        yield texts.finding.in_locale(locale).format(
            title=title(finding["rule_id"]),
            state=state,
            since=_minute(finding["first_seen_at"], zone),
        )
        if finding["said"] is not None:
            yield "  " + _said(finding["said"], finding["explained_by"], locale, zone)
        case = texts.no_case if finding["case_id"] is None else texts.case
        yield "  " + case.in_locale(locale).format(
            case=finding["case_id"], owner=role(finding["owner"] or "")
        )
        yield from _decisions(finding["decisions"], locale, zone)
    for message in why["named_in"]:
        yield texts.named.in_locale(locale).format(
            instant=_minute(message["as_of"], zone),
            kind=texts.kinds[message["kind"]].in_locale(locale),
            channel=message["channel"] or texts.nobody.in_locale(locale),
        ) + _delivery(message, locale, zone)


def reason_words(reason: str, locale: Locale) -> str:
    """Put a reason into words: a word, and what it names."""
    word, _, what = reason.partition(" ")
    text = why_texts().reasons.get(word)
    return reason if text is None else text.in_locale(locale).format(what=what)


def _decisions(decisions: list[dict[str, Any]], locale: Locale, zone: ZoneInfo) -> Iterator[str]:
    texts = why_texts()
    left_out = max(0, len(decisions) - _SHOWN)
    for number, each in enumerate(decisions):
        if left_out and number == 1:
            yield "    " + texts.left_out.in_locale(locale).format(count=left_out)
        if left_out and 1 <= number <= left_out:
            continue
        line = texts.decision.in_locale(locale).format(
            instant=_minute(each["as_of"], zone),
            channel=plain(each["channel"]) or texts.nobody.in_locale(locale),
            decision=texts.decisions[each["decision"]].in_locale(locale),
            reason=reason_words(each["reason"], locale)
            if each["said"] is None
            else _said(each["said"], each["reason"].partition(" ")[0], locale, zone),
        )
        yield "    " + line + _delivery(each, locale, zone)


def _said(said: Mapping[str, Any], what: str, locale: Locale, zone: ZoneInfo) -> str:
    """Say who said it, until when and why."""
    texts = why_texts()

    def given(text: Text, name: str, value: object) -> str:
        if value is None:
            return ""
        shown = _minute(value, zone) if isinstance(value, datetime) else value
        return text.in_locale(locale).format(**{name: shown})

    return texts.said.in_locale(locale).format(
        who=plain(said["who"] or ""),
        at=given(texts.at, "at", said["said_at"]),
        what=texts.spoken[what].in_locale(locale),
        until=given(texts.until, "until", said["until"]),
        why=plain(mask_text(said["why"] or "")),
        entry=given(texts.entry, "entry", said["entry"]),
    )


def _delivery(message: Mapping[str, Any], locale: Locale, zone: ZoneInfo) -> str:
    if message["state"] is None:
        return ""
    text = why_texts().delivery[message["state"]].in_locale(locale)
    at = "" if message["sent_at"] is None else _minute(message["sent_at"], zone)
    return " · " + text.format(at=at, error=plain(mask_text(message["last_error"] or "")))


def _minute(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%m-%d %H:%M}"
