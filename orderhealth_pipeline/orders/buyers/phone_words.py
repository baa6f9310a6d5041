"""The data about phones: words and signs around a number, regions, and prefixes that the library lacks.

What belongs here: reading phone_words.yml and phone_prefixes.yml, and what follows from their entries alone.
What does not: how a number is taken apart (phone_spelling.py) and judged (phone.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

import polars as pl
from pydantic import HttpUrl, StringConstraints

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

WORDS_FILE: Final = Path(__file__).with_name("phone_words.yml")
PREFIXES_FILE: Final = Path(__file__).with_name("phone_prefixes.yml")

RegionCode = Literal["HK", "MO", "TW"]
"""ISO 3166 codes of the regions whose numbers may be written without a country code."""

MobilePrefix = Annotated[str, StringConstraints(pattern="^1[3-9][0-9]{1,3}$")]
"""At most five digits: no later ones change the verdict on a mainland mobile number."""


class RegionWords(FrozenModel):
    """By which words of province and city a region is known."""

    provinces: tuple[str, ...]
    codes: tuple[str, ...]
    cities: tuple[str, ...]


class PhoneWords(FrozenModel):
    """The vocabulary of phones; phone_words.yml says what each list is for."""

    labels: tuple[str, ...]
    extensions: tuple[str, ...]
    after_extensions: tuple[str, ...]
    masks: str
    masks_in_threes: str
    masked_words: tuple[str, ...]
    regions: dict[RegionCode, RegionWords]


class PrefixBlock(FrozenModel):
    """Prefixes that one user was given, and where that stands."""

    prefixes: tuple[MobilePrefix, ...]
    used_by: str
    source: HttpUrl


class ExtraPrefixes(FrozenModel):
    """The file of prefixes that the phone library lacks."""

    blocks: tuple[PrefixBlock, ...]


@cache
def phone_words() -> PhoneWords:
    """Read the vocabulary, once."""
    return read_model(WORDS_FILE, PhoneWords)


@cache
def extra_prefixes() -> tuple[str, ...]:
    """Return the prefixes of mainland mobile numbers that the phone library lacks."""
    blocks = read_model(PREFIXES_FILE, ExtraPrefixes).blocks
    return tuple(prefix for block in blocks for prefix in block.prefixes)


def region_of(province: pl.Expr, city: pl.Expr) -> pl.Expr:
    """Return per row the region in which an address lies, of those that write numbers their own way."""
    state, town = (part.fill_null("").str.strip_chars().str.to_lowercase() for part in (province, city))
    says_nothing_else = (state == "") | (state == town) | state.str.starts_with("中国")
    region = pl.lit(None, dtype=pl.String)
    for code, words in phone_words().regions.items():
        lies_there = (
            state.str.contains_any([*words.provinces])
            | state.is_in(words.codes)
            | (says_nothing_else & (town.str.contains_any([*words.provinces]) | town.is_in(words.codes)))
        )
        if words.cities:
            lies_there |= says_nothing_else & pl.any_horizontal(
                town.str.starts_with(name) for name in words.cities
            )
        region = pl.when(lies_there).then(pl.lit(code)).otherwise(region)
    return region
