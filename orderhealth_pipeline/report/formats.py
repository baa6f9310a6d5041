"""How numbers, instants and long names are written, the same in every form of the report.

What belongs here: values → short texts, without words of a language. What does not: sentences (texts.py).
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Final

NOTHING: Final = "—"
_MINUS: Final = "−"
_SYMBOLS: Final = {"CNY": "¥", "RMB": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
"""Currencies whose sign everybody knows; the yen, which shares one with the yuan, is written JPY."""


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
