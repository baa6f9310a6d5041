"""The key by which two orders are known to go to the same address.

What belongs here: which spellings of an address are the same. What does not: whether a courier can find it
(door.py), and anything about the orders or buyers that share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.address.suffix import without_privacy_suffix
from orderhealth_pipeline.orders.address.text import changed_where, is_masked, visible

PART_SEPARATOR: Final = "|"
"""Stands between the parts of a key. It is punctuation, so no part has one of its own."""

_BOUNDARY: Final = "\x1f"
"""Separates the parts while they are being normalised; before that, each part loses its own of these."""

_NEITHER_LETTER_NOR_NUMBER: Final = rf"[^\p{{L}}\p{{M}}\p{{N}}{_BOUNDARY}]+"

_PLAIN_PART: Final = r"[0-9A-WYZa-wyz\x{4E00}-\x{9FFF}--[转轉机機]]*"
_PLAIN_KEY: Final = f"^{_BOUNDARY.join([_PLAIN_PART] * 4)}$"
"""Four parts in which nothing has to be folded but the case of letters, and that have no suffix announced."""

_NOT_LOWER_CASE: Final = r"[^\x1f -@\[-~\x{4E00}-\x{9FFF}]"
"""Anything but ASCII without its capitals, and common Chinese characters, which have no case."""


def address_key(
    province: pl.Expr, city: pl.Expr, district: pl.Expr, street: pl.Expr, masked: pl.Expr
) -> pl.Expr:
    """Return per row the key `province|city|district|street` of an address, null where it must match nothing.

    Full- and half-width forms, spaces, punctuation and symbols, invisible characters and letter case do not
    matter; a null part is an empty part. The key is null where `masked` (Boolean, null is false) says so,
    where the street contains `*` of any width, and where nothing is left of the street. What a platform
    appends to a street per order, the extension of a privacy number such as [7839], is no part of it.

    One trace of punctuation stays: between two digits any run of spaces and punctuation becomes one `-`.
    Which one was typed does not matter (12-3, 12－3, 12—3, 12 3 are the same), but without it strangers
    would share an address: `12-3` (building 12, room 3) is not house number `123`. Nothing but typography is
    folded: 12号 and 12#, 号 and 號, 12 and 十二 stay different.
    """
    parts = (province, city, district, street)
    key = pl.map_batches(
        [part.fill_null("") for part in parts], _keys, return_dtype=pl.String(), is_elementwise=True
    )
    matches_nothing = masked.fill_null(value=False) | is_masked(street) | key.str.ends_with(PART_SEPARATOR)
    return pl.when(~matches_nothing).then(key)


def _keys(parts: Sequence[pl.Series]) -> pl.Series:
    """Fold the addresses in which there is something to fold; in the others only letters have a case."""
    keys = _joined(parts)
    places = (~keys.str.contains(_PLAIN_KEY)).arg_true()
    folded = keys.scatter(places, _folded([part.gather(places) for part in parts]))
    lower = changed_where(folded, _NOT_LOWER_CASE, lambda keys: keys.str.to_lowercase())
    return lower.str.replace_all(_BOUNDARY, PART_SEPARATOR, literal=True)


def _folded(parts: Sequence[pl.Series]) -> pl.Series:
    *places, street = (
        part.to_frame("part").select(visible(pl.col("part"))).to_series().str.replace_all(_BOUNDARY, " ")
        for part in parts
    )
    return (
        _joined([*places, without_privacy_suffix(street)])
        .str.replace_all(_NEITHER_LETTER_NOR_NUMBER, "-")
        .str.replace_all(r"-(\P{Nd})", "$1")
        .str.replace_all(r"(\P{Nd})-", "$1")
        .str.strip_chars("-")
        .str.to_uppercase()
    )


def _joined(parts: Sequence[pl.Series]) -> pl.Series:
    return pl.select(pl.concat_str(*parts, separator=_BOUNDARY)).to_series()
