"""Whether the phone of an order is a number that can be called.

What belongs here: asking libphonenumber, and what it does not know. What does not: how numbers are written
(phone_spelling.py), and what a bad phone means for the order.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import phonenumbers
import polars as pl

from orderhealth_pipeline.orders.address.text import is_masked
from orderhealth_pipeline.orders.buyers.phone_spelling import (
    PUNCTUATION,
    hides_digits,
    main_text,
    without_extension,
)
from orderhealth_pipeline.orders.buyers.phone_words import extra_prefixes, region_of

MAINLAND: Final = 86
MOBILE_DIGITS: Final = 11

MAINLAND_MOBILE: Final = r"^((?:\+86|0086)?1[3-9][0-9]{3})[0-9]{6}$"
"""A mainland mobile number. libphonenumber's verdict depends on the captured first five digits alone."""

MAINLAND_LANDLINE: Final = r"^(0(?:10|2[0-9]|[3-9][0-9]{2})(?:[2-8]|[2-7][0-9]|8[1-9]))[0-9]{6}$"
"""An area code and seven or eight digits, without 800 numbers. The verdict depends on what is captured."""

_ALL_DIGITS: Final = r"^\+?\p{Nd}+$"

_PLAIN_MOBILE: Final = r"^(?:\+86 ?)?({})(?:-[0-9]{{1,6}})?$"
"""Most phones: a mobile number, or a privacy number with its extension."""

_MOBILE_SHAPE: Final = "1[3-9][0-9]{9}"


def phone_validity(phones: pl.Series, default_region: str = "CN") -> pl.Series:
    """Say per row whether the phone is a valid number; Boolean in the order given, null where it is masked.

    Masked means that signs stand for digits (138****1234, 138xxxx1234, 138••••1234): neither valid nor
    invalid. Null and empty are not valid. Valid is what libphonenumber calls valid in `default_region` (ISO
    3166 code; a number with + or with the region's international prefix brings its own), and what
    phone_prefixes.yml adds to that, in full- or half-width digits, with an extension or not. A number with
    other letters is not valid, nor is a spreadsheet's 1.38123E+10, whose digits are lost.
    Mainland mobiles are held against libphonenumber's own pattern of them. Of other numbers it is asked once
    per distinct number, or once per beginning where that decides.
    """
    phones = phones.cast(pl.String)
    if default_region != "CN":
        return _validity_of_any(phones, default_region)
    is_plain = phones.str.contains(_PLAIN_MOBILE.format(_MOBILE_SHAPE)).fill_null(value=False)
    is_valid = phones.str.contains(_PLAIN_MOBILE.format(_valid_mobiles()))
    others = (~is_plain).arg_true()
    return is_valid.scatter(others, _validity_of_any(phones.gather(others), default_region))


def phone_validity_at(phones: pl.Series, provinces: pl.Series, cities: pl.Series) -> pl.Series:
    """Say the same; where an address lies in Hong Kong, Macau or Taiwan, local numbers are valid as well."""
    is_valid = phone_validity(phones)
    rest = is_valid.eq(other=False).arg_true()
    if rest.is_empty():
        return is_valid
    regions = (
        pl.DataFrame({"province": provinces.gather(rest), "city": cities.gather(rest)})
        .select(region_of(pl.col("province"), pl.col("city")))
        .to_series()
    )
    for region in regions.drop_nulls().unique():
        there = rest.filter(regions.eq_missing(region))
        is_valid = is_valid.scatter(there, phone_validity(phones.gather(there), region))
    return is_valid


@cache
def _valid_mobiles() -> str:
    """Return the pattern of mainland mobiles: libphonenumber's, if it still has one, and what it lacks."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region("CN")
    mobile = metadata.mobile if metadata else None
    known = (mobile.national_number_pattern if mobile else None) or r"\z."
    return "|".join(
        (known, *(f"{prefix}[0-9]{{{MOBILE_DIGITS - len(prefix)}}}" for prefix in extra_prefixes()))
    )


def _validity_of_any(phones: pl.Series, default_region: str) -> pl.Series:
    """The same, however the numbers are written. Behind stars nothing is looked for."""
    starred = phones.to_frame("phone").select(is_masked(pl.col("phone"))).to_series()
    open_ones = (~starred).arg_true()
    unknown = pl.Series(phones.name, [None], dtype=pl.Boolean).new_from_index(0, phones.len())
    return unknown.scatter(open_ones, _validity_of_open(phones.gather(open_ones), default_region))


def _validity_of_open(phones: pl.Series, default_region: str) -> pl.Series:
    text = main_text(pl.col("phone"))
    spellings = pl.DataFrame({"phone": phones}).select(
        text=text,
        main_number=_digits(without_extension(text), default_region),
        whole_number=_digits(text, default_region),
    )
    has_main_number = _is_among_valid("main_number", spellings["main_number"], default_region)
    # The end of a landline looks like an extension (0571-8888-7777); behind a full mobile number it is one.
    ends_like_landline = ~has_main_number & ~pl.col("main_number").str.contains(MAINLAND_MOBILE)
    landlines = spellings.filter(ends_like_landline)["whole_number"]
    is_valid = spellings.select(
        has_main_number | (ends_like_landline & _is_among_valid("whole_number", landlines, default_region))
    ).to_series()
    rest = (~is_valid).arg_true()
    hides = (
        spellings.select(pl.col("text").gather(rest.to_list()))
        .select(hides_digits(pl.col("text")))
        .to_series()
    )
    return is_valid.scatter(rest.filter(hides), None)


def _digits(text: pl.Expr, region: str) -> pl.Expr:
    """Take the punctuation out; numbers that get the same verdict become one number."""
    digits = text.str.replace_all(PUNCTUATION, "")
    if region != "CN":
        return digits
    return digits.str.replace(MAINLAND_MOBILE, "${1}000000").str.replace(MAINLAND_LANDLINE, "${1}000000")


def _is_among_valid(column: str, numbers: pl.Series, region: str) -> pl.Expr:
    candidates = numbers.filter(numbers.str.contains(_ALL_DIGITS)).unique()
    return pl.col(column).is_in([number for number in candidates if _is_valid(number, region)])


# Phones come in pieces (see with_address), and the same numbers in many of them.
@lru_cache(maxsize=100_000)
def _is_valid(number: str, region: str) -> bool:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) or _is_mobile_of_our_own(parsed)


def _is_mobile_of_our_own(number: phonenumbers.PhoneNumber) -> bool:
    national = str(number.national_number)
    return (
        number.country_code == MAINLAND
        and len(national) == MOBILE_DIGITS
        and national.startswith(extra_prefixes())
    )
