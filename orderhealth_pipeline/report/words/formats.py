"""How numbers, instants and long names are written, the same in every form of the report.

What belongs here: values → short texts, without words of a language. What does not: sentences (texts.py).
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

NOTHING: Final = "—"
_MINUS: Final = "−"
_SYMBOLS: Final = {"CNY": "¥", "RMB": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
"""Currencies whose sign everybody knows; the yen, which shares one with the yuan, is written JPY."""

_MINUTES_ALONE: Final = 120
_DAYS_FROM: Final = 48
_UNITS: Final = {"minute": "分钟", "hour": "小时", "day": "天"}


def whole(value: int) -> str:
    """Write a count: 12,345."""
    return f"{value:,}"


def score(value: float | None) -> str:
    """Write a score with its two decimals; a dash where there is none."""
    return NOTHING if value is None else f"{value:.2f}"


def points(value: float) -> str:
    """Write points of the score that are lost: −7.21."""
    return f"{_MINUS}{value:.2f}" if round(value, 2) else "0.00"


def signed(value: float) -> str:
    """Write a change with its sign: +1.20, −0.35, ±0.00."""
    rounded = round(value, 2)
    sign = "+" if rounded > 0 else _MINUS if rounded < 0 else "±"
    return f"{sign}{abs(rounded):.2f}"


def percent(share: float | None) -> str:
    """Write a share of 1 as 96.4%, never rounded up to a full 100%; a dash where there is none."""
    if share is None:
        return NOTHING
    if share == 1:
        return "100%"
    return f"{min(share, 0.999) if share < 1 else share:.1%}"


def money(value: Decimal | None, currency: str | None = None) -> str:
    """Write an amount with two decimals, and the currency where it is known: ¥1,299.50, 99.00 BRL."""
    if value is None:
        return NOTHING
    figure = f"{value:,.2f}"
    if not currency:
        return figure
    symbol = _SYMBOLS.get(currency.upper())
    return f"{symbol}{figure}" if symbol else f"{figure} {currency}"


def number(value: Decimal | float) -> str:
    """Write a measured value with at most two decimals and no idle zeros."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def duration(minutes: Decimal, locale: Literal["zh", "en"]) -> str:
    """Write a span of time in its two largest units: 88 分钟, 18 小时 58 分钟, 20 天 2 小时."""
    whole_minutes = max(int(minutes), 0)
    if whole_minutes < _MINUTES_ALONE:
        return _counted(whole_minutes, "minute", locale)
    if whole_minutes < _DAYS_FROM * 60:
        parts = ((whole_minutes // 60, "hour"), (whole_minutes % 60, "minute"))
    else:
        parts = ((whole_minutes // 1440, "day"), (whole_minutes % 1440 // 60, "hour"))
    return " ".join(_counted(count, unit, locale) for count, unit in parts if count)


def _counted(count: int, unit: str, locale: Literal["zh", "en"]) -> str:
    if locale == "zh":
        return f"{count:,} {_UNITS[unit]}"
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def minute(value: datetime | None) -> str:
    """Write an instant to the minute, in the zone it carries: 2026-11-10 21:30."""
    return NOTHING if value is None else f"{value:%Y-%m-%d %H:%M}"


def short_minute(value: datetime | None) -> str:
    """Write an instant of the current year's business: 11-10 21:30."""
    return NOTHING if value is None else f"{value:%m-%d %H:%M}"


def shorten(text: str, width: int) -> str:
    """Cut a text to a width in Latin letters, a Chinese character counting as two.

    Control characters become spaces.
    """
    clean = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text)
    used = 0
    for position, letter in enumerate(clean):
        used += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used > width:
            return clean[: max(position - 1, 0)].rstrip() + "…"
    return clean
