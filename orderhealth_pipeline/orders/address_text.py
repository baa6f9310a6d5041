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


_PLAIN: Final = r"^[ -~\x{4E00}-\x{9FFF}]*$"
"""ASCII and common Chinese characters, which look the same in every form: most texts have nothing else."""


def visible(text: pl.Expr) -> pl.Expr:
    """Give the text in half-width forms (NFKC) and without invisible characters; null becomes empty."""
    return changed_where(
        text.fill_null(""),
        lambda texts: ~texts.str.contains(_PLAIN),
        lambda odd: odd.str.normalize("NFKC").str.replace_all(INVISIBLE, ""),
    )


def changed_where(
    values: pl.Expr,
    is_concerned: Callable[[pl.Series], pl.Series],
    change: Callable[[pl.Series], pl.Series],
) -> pl.Expr:
    """Change some of the values, and leave the others without looking at them again.

    `is_concerned` tells per value whether it is given to `change`, which keeps length, order and type. An
    expression with a condition would change all values, and take some of them.
    """

    def changed(series: pl.Series) -> pl.Series:
        places = is_concerned(series).arg_true()
        return series if places.is_empty() else series.scatter(places, change(series.gather(places)))

    return values.map_batches(changed, is_elementwise=True)


def readable(text: pl.Expr) -> pl.Expr:
    """Give the visible text in lower case, every kind of hyphen as `-`, every run of blanks as one space."""
    return (
        visible(text)
        .str.to_lowercase()
        .str.replace_all(r"[\p{Pd}\x{2212}]+", "-")
        .str.replace_all(r"[\p{Z}\p{Cc}]+", " ")
        .str.strip_chars(" ")
    )


def is_masked(text: pl.Expr) -> pl.Expr:
    """Say per row whether the platform hid part of the text behind `*`; never null, null is not masked."""
    return visible(text).str.contains("*", literal=True)
