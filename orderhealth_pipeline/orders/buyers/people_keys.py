"""Keys by which orders of one person are told apart from those of others: the phone, and the receiver's name.

What belongs here: making them comparable. What does not: whether a phone can be called (phone.py). A key
that is missing or masked is null: it groups nothing.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.orders.address.text import changed_where, visible
from orderhealth_pipeline.orders.buyers.phone_spelling import PUNCTUATION, main_text

_ODD: Final = r"^(?:[^1]|1[^3-9]|.{0,10}$|.{12,})|[^0-9]"
_COUNTRY: Final = r"^(?:\+|00)86"
_NAMED: Final = 2
"""A name of fewer characters is all that a platform left of one."""


def phone_key(phone: pl.Expr, phone_valid: pl.Expr) -> pl.Expr:
    """Return the digits of a phone that can be called, with those of its extension; else null.

    The extension of a privacy number is part of the key: the number before it belongs to many people.
    """
    digits = phone.map_batches(_digits, return_dtype=pl.String(), is_elementwise=True)
    return pl.when(phone_valid).then(digits)


def receiver_key(receiver: pl.Expr) -> pl.Expr:
    """Return the name without blanks and capitals; null where it is masked or too short to be a name."""
    name = visible(receiver).str.replace_all(r"\s", "").str.to_lowercase()
    is_name = (name.str.len_chars() >= _NAMED) & ~name.str.contains("*", literal=True)
    return pl.when(is_name).then(name)


def _digits(phones: pl.Series) -> pl.Series:
    return changed_where(
        phones,
        _ODD,
        lambda odd: (
            odd.to_frame("phone")
            .select(main_text(pl.col("phone")).str.replace_all(PUNCTUATION, "").str.replace(_COUNTRY, ""))
            .to_series()
        ),
    )
