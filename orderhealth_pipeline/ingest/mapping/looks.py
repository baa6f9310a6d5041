"""What the values of a column look like: one rule a column, and none where they can be read in two ways.

What belongs here: judging the first values of a column. What does not: applying the rule
(adapters/column_looks.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from orderhealth_pipeline.ingest.adapters.column_looks import MILLISECONDS, SECONDS, SERIAL, ColumnLook

DayOrder = Literal["day_first", "month_first"]

INSTANTS: Final = frozenset({"instant", "promise", "day"})
"""Types of columns whose values are judged as dates."""

NUMBERS: Final = frozenset({"amount", "quantity"})
"""Types of columns whose values are judged as amounts."""

_FROM_YEAR: Final = re.compile(r"(?:19|20)\d{2}(?:[-/.年]\s*\d{1,2}[-/.月].*|\d{4}.*)", re.DOTALL)
_DAY_AND_MONTH: Final = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(:\d{2})?\s*([AaPp][Mm])?)?"
)
_SECONDS: Final = re.compile(r"1\d{9}")
_MILLISECONDS: Final = re.compile(r"1\d{12}")
_SERIAL: Final = re.compile(r"[3-6]\d{4}(\.\d+)?")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_AMOUNT: Final = re.compile(
    r"\(?[+-]?\s*([¥￥$€£]|rmb|cny|usd|eur|人民币)?\s*[+-]?[\d.,\s]*\d[\d.,\s]*(万?元|万|块|[¥￥$€£]|rmb|cny|usd|eur)?\)?",
    re.IGNORECASE,
)
_DECIMAL_COMMA: Final = re.compile(r"\d{1,3}(\.\d{3})*,\d{1,2}\D*$")
_YEARS_LAST: Final = 12
_LONGEST_AMOUNT: Final = 60
_MOST_OTHERS: Final = 0.2


@dataclass(frozen=True)
class Judged:
    """A rule for a column, or None where its values are written as feeds have them.

    `is_ambiguous`: they can be read in two ways. `fits` is the share of values that are of the kind.
    """

    look: ColumnLook | None = None
    fits: float = 0
    is_ambiguous: bool = False


def judge_dates(values: Sequence[str], order: DayOrder | None = None) -> Judged:
    """Say how instants are written. `order` is what a person said of days and months."""
    if not values:
        return Judged(fits=1)
    from_year = _share(_FROM_YEAR, values)
    if from_year == 1:
        return Judged(fits=1)
    for pattern, word in ((_SECONDS, SECONDS), (_MILLISECONDS, MILLISECONDS), (_SERIAL, SERIAL)):
        if (fits := _share(pattern, values)) >= 1 - _MOST_OTHERS:
            return Judged(ColumnLook(dates=(word,)), fits)
    found = [match for value in values if (match := _DAY_AND_MONTH.fullmatch(value))]
    fits = from_year + len(found) / len(values)
    # A few others among dates that begin with their year are rejected, each by itself.
    without = Judged(fits=from_year) if from_year >= 1 - _MOST_OTHERS else None
    if not found or fits < 1 - _MOST_OTHERS:
        return without or Judged(fits=fits)
    days_first = any(int(match[1]) > _YEARS_LAST for match in found)
    months_first = any(int(match[3]) > _YEARS_LAST for match in found)
    if days_first == months_first:
        if order is None or days_first:
            return without or Judged(fits=fits, is_ambiguous=True)
        days_first = order == "day_first"
    return Judged(ColumnLook(dates=tuple(_patterns(found, days_first=days_first))), fits)


def _patterns(found: Sequence[re.Match[str]], *, days_first: bool) -> list[str]:
    patterns = []
    for match in found:
        sign = match[2]
        date = sign.join(("%d", "%m", "%Y") if days_first else ("%m", "%d", "%Y"))
        hour = "%I" if match[8] else "%H"
        time = "" if match[5] is None else f" {hour}:%M{':%S' if match[7] else ''}{' %p' if match[8] else ''}"
        patterns.append(date + time)
    return sorted(set(patterns), key=len, reverse=True)


def judge_amounts(written: Sequence[str]) -> Judged:
    """Say how amounts are written."""
    if not written:
        return Judged(fits=1)
    values = [unicodedata.normalize("NFKC", value[:_LONGEST_AMOUNT]) for value in written]
    fits = _share(_AMOUNT, values)
    if all(map(_NUMBER.fullmatch, written)):
        return Judged(fits=fits)
    commas = [value for value in values if _DECIMAL_COMMA.search(value)]
    points = [
        value for value in values if re.search(r"\d\.\d{1,2}\D*$", value) or re.search(r",\d{3}\.", value)
    ]
    if commas and points:
        return Judged(fits=fits, is_ambiguous=True)
    return Judged(ColumnLook(amounts="1.234,56" if commas else "1,234.56"), fits)


def _share(pattern: re.Pattern[str], values: Sequence[str]) -> float:
    return sum(pattern.fullmatch(value) is not None for value in values) / len(values)
