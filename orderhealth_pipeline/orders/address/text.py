"""How a text that people typed is read before anything is looked for in it: one width, nothing invisible.

What belongs here: what the key of an address, the search for its door and the check of a phone share. What
does not: any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

INVISIBLE: Final = r"\p{Default_Ignorable_Code_Point}+"
"""Zero-width characters, soft hyphens and variation selectors: nobody sees them, so they separate nothing."""


_NOT_PLAIN: Final = r"[^ -~\x{4E00}-\x{9FFF}]"
"""Anything but ASCII and common Chinese characters, which look the same in every form: few texts have any."""

_NOT_READABLE: Final = r"[^0-9a-z\x{4E00}-\x{9FFF}]"
"""Anything in which a text may differ from the readable one."""


def changed_where(texts: pl.Series, pattern: str, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Change the texts that match a pattern: a conditional expression would change all of them first."""
    places = texts.str.contains(pattern).arg_true()
    if places.is_empty():
        return texts
    return texts.scatter(places, change(texts.gather(places)))


def visible(text: pl.Expr) -> pl.Expr:
    """Return the text in half-width forms (NFKC) and without invisible characters; null becomes empty."""
    return text.fill_null("").map_batches(_visible, return_dtype=pl.String(), is_elementwise=True)


def readable(text: pl.Expr) -> pl.Expr:
    """Return the visible text in lower case, each kind of hyphen as `-`, every run of blanks as one space."""
    return text.fill_null("").map_batches(_readable, return_dtype=pl.String(), is_elementwise=True)


def _visible(texts: pl.Series) -> pl.Series:
    return changed_where(
        texts, _NOT_PLAIN, lambda odd: odd.str.normalize("NFKC").str.replace_all(INVISIBLE, "")
    )


def _readable(texts: pl.Series) -> pl.Series:
    return changed_where(
        texts,
        _NOT_READABLE,
        lambda odd: (
            _visible(odd)
            .str.to_lowercase()
            .str.replace_all(r"[\p{Pd}\x{2212}]+", "-")
            .str.replace_all(r"[\p{Z}\p{Cc}]+", " ")
            .str.strip_chars(" ")
        ),
    )


def is_masked(text: pl.Expr) -> pl.Expr:
    """Say per row whether the platform hid part of the text behind `*`; never null, null is not masked."""
    return visible(text).str.contains("*", literal=True)
