"""What a rule says, with evidence and parameters put in as people read them.

What belongs here: filling the texts of expectation files. What does not: those texts, or the report's own
(texts.py).
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline.declared.status_words import is_of_status, status_word
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_buyer, mask_text
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Locale

_SPAN: Final = re.compile(r"\{(?P<name>[a-z_]+)\} ?(?P<unit>分钟|小时|minutes?|hours?)(?![a-z])")
_MINUTES: Final = {"分钟": 1, "小时": 60, "minute": 1, "minutes": 1, "hour": 60, "hours": 60}
_YES_NO: Final[dict[Locale, tuple[str, str]]] = {"zh": ("是", "否"), "en": ("yes", "no")}
_STEP: Final = re.compile(r"(?:^|(?<=[\s.。！!？?；;]))\d{1,2}[.、](?=\s)")
_INSTANT_ENDINGS: Final = ("_at", "_since", "_until")
_MONEY_ENDINGS: Final = ("amount", "price")
_NUMBER_ENDINGS: Final = (
    "value",
    "threshold",
    "amount",
    "price",
    "share",
    "orders",
    "minutes",
    "hours",
    "pieces",
)


class _Measured(Decimal):
    """A number that is written with at most two decimals where a sentence asks for no format of its own."""

    def __format__(self, specifier: str, context: Any = None, _localeconv: Any = None, /) -> str:
        return format(Decimal(self), specifier) if specifier else formats.number(Decimal(self))


class _Evidence(string.Formatter):
    """Puts evidence into a sentence: what it does not hold is a dash, and no attribute can be reached."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return kwargs.get(field_name, formats.NOTHING), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        return str(value) if isinstance(value, str) else format(value, format_spec)


def finding_sentence(rule: Rule, evidence: str | None, *, locale: Locale, zone: ZoneInfo) -> str:
    """Say what a rule found about one order, from the JSON text of `findings.evidence`.

    Instants are written to the minute in `zone`, numbers with at most two decimals, minutes and hours as
    people tell them, missing values as a dash, and phone numbers masked. A placeholder with a format of its
    own, such as `{value:.0%}`, is written by it. A figure of the rule is the one that counted for the order.
    """
    told = _parsed(evidence)
    found = {**rule.figures, **_figures_of_order(told), **told}
    shown = {key: _shown(key, value, locale, zone) for key, value in found.items()}
    says = _SPAN.sub(lambda span: _span(span, found, locale), rule.says.in_locale(locale))
    return mask_text(_Evidence().vformat(says, (), shown))


def _figures_of_order(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the comparisons that held were compared with, by their names."""
    compared = told.get("comparisons")
    each_told = compared if isinstance(compared, list) else []
    return {each["name"]: each["threshold"] for each in each_told if {"name", "threshold"} <= each.keys()}


def _span(span: re.Match[str], found: Mapping[str, Any], locale: Locale) -> str:
    """Write a placeholder and its unit as one span of time; as it stands where it is no number."""
    value = found.get(span["name"])
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return span[0]
    try:
        minutes = Decimal(value) * _MINUTES[span["unit"]]
    except InvalidOperation:
        return span[0]
    return formats.duration(minutes, locale) if minutes.is_finite() else span[0]


def steps_of(text: str) -> tuple[str, ...]:
    """Split numbered instructions, `1. … 2. …`, into their steps; a text without numbers is one step."""
    return tuple(step.strip() for step in _STEP.split(text) if step.strip())


def _parsed(evidence: str | None) -> dict[str, Any]:
    data = json.loads(evidence, parse_float=Decimal) if evidence else {}
    return data if isinstance(data, dict) else {}


def _shown(key: str, value: Any, locale: Locale, zone: ZoneInfo) -> Any:
    match value:
        case None:
            return formats.NOTHING
        case bool():
            return _YES_NO[locale][0 if value else 1]
        case int() | Decimal():
            return _Measured(value)
        case tuple():
            return ", ".join(value)
        case str() if is_of_status(key):
            return status_word(value, locale)
        case _:
            return _shown_text(key, str(value), zone)


def _shown_text(key: str, text: str, zone: ZoneInfo) -> Any:
    if key == "buyer_id":
        return mask_buyer(text)
    if key.endswith(_INSTANT_ENDINGS):
        return _instant(text, zone)
    if key.endswith(_NUMBER_ENDINGS):
        return _number(key, text)
    return text


def _instant(text: str, zone: ZoneInfo) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return formats.minute(aware.astimezone(zone))


def _number(key: str, text: str) -> Any:
    try:
        number = _Measured(text)
    except InvalidOperation:
        return text
    is_broken_money = key.endswith(_MONEY_ENDINGS) and number.is_finite() and number != int(number)
    return formats.money(number) if is_broken_money else number
