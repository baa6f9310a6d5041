"""How people and platforms write a phone number: marks around it, extensions behind it, masks in it.

What belongs here: finding the number in the text, and telling a masked one. What does not: whether the number
exists (phone.py), and the words themselves (phone_words.yml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.address.text import visible
from orderhealth_pipeline.orders.address.words import any_of
from orderhealth_pipeline.orders.buyers.phone_words import phone_words

PUNCTUATION: Final = r"[\p{Z}\p{Cc}\p{Pd}\x{2212}().·/]+"
"""What may stand within one number. Two numbers in one field are too many digits for one and not valid."""

PROTECTION: Final = r"^[\s=]*[\s'\x22`‘’“”]+|[\s'\x22`‘’“”]+$"
"""What spreadsheets and exports put around digits so that they stay a text: '138…, ="138…", `138…."""

MARKS: Final = r"\p{Pd}|[,;:#_/~、+]"
"""The signs before an extension: 13812345678-1234, 13812345678,,1234."""

OPEN: Final = r"[\[({<【〔〖「『《]"
CLOSE: Final = r"[\])}>】〕〗」』》]"

COUNTRY: Final = rf"^{OPEN}\s*\+?86\s*{CLOSE}\s*"
"""The country in brackets, as in [86]13812345678. Other digits could be the area of a number."""

FEWEST_SIGNS, MOST_SIGNS = 7, 15
"""How many digits and hidden digits a number has."""


@dataclass(frozen=True)
class SpellingPatterns:
    """The regular expressions made of the vocabulary."""

    label: str
    extension: str
    masked: str
    masked_words: tuple[str, ...]
    hidden_digits: str


def main_text(phone: pl.Expr) -> pl.Expr:
    """Return the text in half-width forms, without what protects or announces the number; null is empty."""
    text = visible(phone).str.replace_all(PROTECTION, "")
    text = text.str.replace(_patterns().label, "").str.replace_all(PROTECTION, "")
    return text.str.replace(COUNTRY, "+86 ")


def without_extension(text: pl.Expr) -> pl.Expr:
    """Return the text without the extension of a privacy number or a switchboard, where it ends in one."""
    return text.str.replace(_patterns().extension, "")


def hides_digits(text: pl.Expr) -> pl.Expr:
    """Say per row whether signs stand for some digits of a number, or a word for all of them; never null.

    Signs (x, •, ×, ?, …) do, two or more in a row, where the rest is digits; those that also stand between
    digits (· . - _ #) do from three in a row. Stars are not looked for: they are a mask wherever they stand.
    """
    patterns = _patterns()
    digits_and_signs = text.str.replace_all(r"\s", "")
    stripped = without_extension(digits_and_signs)
    return text.str.contains_any([*patterns.masked_words]) | pl.any_horizontal(
        each.str.contains(patterns.masked)
        & each.str.count_matches(patterns.hidden_digits).is_between(FEWEST_SIGNS, MOST_SIGNS)
        for each in (digits_and_signs, stripped)
    )


@cache
def _patterns() -> SpellingPatterns:
    words = phone_words()
    masks, in_threes = re.escape(words.masks), re.escape(words.masks_in_threes)
    runs = "|".join((f"[{masks}]{{2,}}", *(f"{re.escape(mark)}{{3,}}" for mark in words.masks_in_threes)))
    around = rf"[0-9+() {masks}{in_threes}]*"
    announced = (
        rf"(?:(?:{MARKS}|{any_of(words.extensions)})[\s.:]*)+(?:{any_of(words.after_extensions)})?[\s.:]*"
    )
    return SpellingPatterns(
        label=rf"(?i)^{OPEN}?{any_of(words.labels)}{CLOSE}?[\s:.]*",
        extension=(
            rf"(?i)\s*(?:{OPEN}?\s*{announced}[0-9]{{1,6}}\s*{CLOSE}?"
            rf"|{OPEN}\s*(?:{announced})?[0-9]{{1,6}}\s*{CLOSE}"
            r"|\s[0-9]{3,6})[\s#]*$"
        ),
        masked=f"(?i)^{around}(?:{runs}){around}$",
        masked_words=words.masked_words,
        hidden_digits=f"(?i)[0-9{masks}{in_threes}]",
    )
