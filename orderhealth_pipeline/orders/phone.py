"""Whether the phone of an order is a number that can be called.

What belongs here: how people and platforms write phone numbers, and asking libphonenumber about them. What
does not: what a bad phone means for the order.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import phonenumbers
import polars as pl

from orderhealth_pipeline.orders.address_text import is_masked, visible

PUNCTUATION: Final = r"[\p{Z}\p{Cc}\p{Pd}\x{2212}().·/]+"
"""What may stand within one number. Two numbers in one field are too many digits for one and not valid."""

EXTENSION: Final = r"(?i)\s*(?:\p{Pd}|[,;#_]+|转|轉|分机|分機|x|ext\.?)\s*[0-9]{1,6}\s*$"
"""The extension of a privacy number or a switchboard: 13812345678-1234, …转1234, … ext. 801."""

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

    Masked means that it contains `*` of any width: neither valid nor invalid. Null and empty are not valid.
    Valid is what libphonenumber calls valid in `default_region` (ISO 3166 code; a number with + or with the
    region's international prefix brings its own), in full- or half-width digits, with an extension or not.
    A number with letters is not valid, nor is a spreadsheet's 1.38123E+10, whose digits are lost.
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


def _valid_mobiles() -> str:
    """Give libphonenumber's pattern of mainland mobiles; should it know none any more, none is valid."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region("CN")
    mobile = metadata.mobile if metadata else None
    return (mobile.national_number_pattern if mobile else None) or r"\z."


def _validity_of_any(phones: pl.Series, default_region: str) -> pl.Series:
    """The same, however the numbers are written."""
    text = visible(pl.col("phone"))
    spellings = pl.DataFrame({"phone": phones}).select(
        is_masked=is_masked(pl.col("phone")),
        main_number=_digits(text.str.replace(EXTENSION, ""), default_region),
        whole_number=_digits(text, default_region),
    )
    has_main_number = _is_among_valid("main_number", spellings["main_number"], default_region)
    # The end of a landline looks like an extension (0571-8888-7777); behind a full mobile number it is one.
    ends_like_landline = ~has_main_number & ~pl.col("main_number").str.contains(MAINLAND_MOBILE)
    landlines = spellings.filter(ends_like_landline)["whole_number"]
    is_valid = has_main_number | (
        ends_like_landline & _is_among_valid("whole_number", landlines, default_region)
    )
    return spellings.select(pl.when(~pl.col("is_masked")).then(is_valid).alias(phones.name)).to_series()


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
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
