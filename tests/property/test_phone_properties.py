"""Phones checked all at once are judged as a slow and obviously right loop over the rows judges them."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.orders.buyers.phone import phone_validity
from orderhealth_pipeline.orders.buyers.phone_words import extra_prefixes

bodies = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"0(10|2[0-9]|571|755)[- ]?[0-9]{4}[- ]?[0-9]{3,4}", fullmatch=True),
    st.from_regex(r"(\+|00)(1|44|55|852|86)[ -]?[0-9]{3}[ -]?[0-9]{3,8}", fullmatch=True),
    st.from_regex(r"400-?[0-9]{3}-?[0-9]{4}", fullmatch=True),
    st.text("0123456789１２３+-－ ().*＊转xE", max_size=16),
)
extensions = st.one_of(
    st.just(""), st.from_regex(r" ?(-|－|,{1,2}|，|#|;|转|分机|x|ext\.?) ?[0-9]{1,8}", fullmatch=True)
)
phones = st.one_of(
    st.none(), st.tuples(st.sampled_from(["", " ", "+86", "0086", "\u200b"]), bodies, extensions).map("".join)
)


def slow_validity(phone: str | None, region: str) -> bool | None:
    text = unicodedata.normalize("NFKC", phone or "").replace("\u200b", "")
    if "*" in text:
        return None
    parts = re.fullmatch(r"(.*?)\s*(?:-|[,;#]+|转|分机|x|ext\.?)\s*\d{1,6}\s*", text)
    if parts is None:
        return can_be_called(text, region)
    if can_be_called(parts[1], region):
        return True
    is_mobile = re.fullmatch(r"(\+86|0086)?1[3-9]\d{9}", re.sub(r"[-\s().]", "", parts[1]))
    return not is_mobile and can_be_called(text, region)


def is_in_use(number: phonenumbers.PhoneNumber) -> bool:
    """Say whether the library knows the number, or it is a mobile one that the library lacks."""
    mobile = str(number.national_number)
    is_added = number.country_code == 86 and len(mobile) == 11 and mobile.startswith(extra_prefixes())
    return is_added or phonenumbers.is_valid_number(number)


def can_be_called(text: str, region: str) -> bool:
    digits = re.sub(r"[-\s().]", "", text)
    if not re.fullmatch(r"\+?\d+", digits):
        return False
    try:
        return is_in_use(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return False


@given(st.lists(phones, max_size=30), st.sampled_from(["CN", "BR", "US"]))
def test_all_at_once_is_as_one_by_one(texts: list[str | None], region: str) -> None:
    verdicts = phone_validity(pl.Series("phone", texts, dtype=pl.String), region)
    assert verdicts.to_list() == [slow_validity(text, region) for text in texts]


@given(st.lists(st.from_regex(r"(\+86)?1[3-9][0-9]{9}", fullmatch=True), min_size=1, max_size=50))
def test_every_mainland_mobile_gets_its_own_verdict(texts: list[str]) -> None:
    own = [is_in_use(phonenumbers.parse(text, "CN")) for text in texts]
    assert phone_validity(pl.Series(texts)).to_list() == own
    assert phone_validity(pl.Series([f"{text}-1234" for text in texts])).to_list() == own
