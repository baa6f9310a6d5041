"""The words that every stage shares: texts in two languages, operators, milestones, spans of time.

What belongs here: small types that rules, report, respond and desk speak of alike. What does not: what any of
them does with a word.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, cast, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, field_validator

from orderhealth_pipeline import messages
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

Locale = messages.Locale
Stage = Literal["ordering", "payment", "warehouse", "logistics", "after_sales", "system"]
Severity = Literal["low", "medium", "high", "critical"]
NumberOperator = Literal["more_than", "at_least", "below", "at_most"]
TextOperator = Literal["is_one_of", "is_not_one_of", "contains_any"]
CauseKind = Literal["order", "buyer", "address", "sku", "warehouse", "carrier", "waybill", "shop", "system"]
Response = Literal[
    "highlight",
    "notify",
    "assign",
    "hold_shipment",
    "request_address",
    "call_customer",
    "resync_order",
    "intercept_parcel",
    "reship",
]
Place = Literal["shop", "warehouse", "carrier", "province"]
Step = Literal["placed", "paid", "in_erp", "printed", "outbound", "picked_up", "delivered"]
Limit = Literal["shop", "warehouse", "carrier", "province", "vip_level"]
Milestone = Literal[
    "placed",
    "paid",
    "in_erp",
    "erp_shipped",
    "printed",
    "first_outbound",
    "outbound",
    "picked_up",
    "last_scan",
    "delivered",
    "promised_ship",
    "storefront_updated",
]

NUMBER_OPERATORS: Final[tuple[NumberOperator, ...]] = ("more_than", "at_least", "below", "at_most")
TEXT_OPERATORS: Final[tuple[TextOperator, ...]] = ("is_one_of", "is_not_one_of", "contains_any")
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
FUNNEL_STEPS: Final[tuple[Step, ...]] = get_args(Step)
PLACES: Final[tuple[Place, ...]] = get_args(Place)
LIMITS: Final[tuple[Limit, ...]] = get_args(Limit)

_DURATION: Final = re.compile(r"([1-9]\d{0,5})\s*(m|h|d)")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST: Final = timedelta(days=366)
_CHINESE: Final = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
_FOLD: Final = re.compile(
    rf"(?<=[{_CHINESE}]) (?=[{_CHINESE}])|(?<=[，。；：、！？（）]) | (?=[，。；：、！？（）])"
)
_LONGEST_TEXT: Final = 4000
_BLANKS: Final = re.compile(r"\s+")


_Words = TypeVar("_Words", bound=FrozenModel)


class _InBothLanguages(FrozenModel, Generic[_Words]):
    zh: _Words
    en: _Words


def words_of(file: Path, kind: type[_Words], locale: Locale) -> _Words:
    """Return the words of one language of a file that holds both under the same keys, `zh` and `en`.

    Raises ConfigurationError with file and line where they do not fit `kind`.
    """
    return cast("_Words", getattr(_both_languages(file, kind), locale))


@cache
def _both_languages(file: Path, kind: type[FrozenModel]) -> FrozenModel:
    return read_model(file, _InBothLanguages[kind])  # type: ignore[valid-type]


class Text(FrozenModel):
    """A text in both languages of the reports."""

    zh: str = Field(min_length=1, max_length=_LONGEST_TEXT)
    en: str = Field(min_length=1, max_length=_LONGEST_TEXT)

    @field_validator("zh")
    @classmethod
    def _unfold(cls, text: str) -> str:
        """Take out the blanks that YAML puts where a line is folded: Chinese has none."""
        return _FOLD.sub("", text)

    def in_locale(self, locale: Locale) -> str:
        """Return the text in one language."""
        return self.zh if locale == "zh" else self.en


def read_duration(value: Any) -> timedelta:
    """Read a span of time such as `30m`, `24h` or `7d`, at most 366 days. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(str(value).strip())
    span = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
    if span is None or span > _LONGEST:
        raise ValueError("a span of time is expected, such as 30m, 24h or 7d, at most 366d")
    return span


def write_duration(span: timedelta) -> str:
    """Write a span of time in its largest whole unit, such as `24h` or `90m`."""
    minutes = span // timedelta(minutes=1)
    if minutes % 1440 == 0 and minutes > 1440:  # noqa: PLR2004 - the minutes of a day
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


Duration = Annotated[timedelta, BeforeValidator(read_duration), PlainSerializer(write_duration)]
"""A span of time, written `30m`, `24h` or `7d`."""


def fold(text: str) -> str:
    """Return a text as texts are compared: NFKC, lower case, without blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).lower()
