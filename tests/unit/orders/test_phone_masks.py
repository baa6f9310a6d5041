"""Phones whose digits a platform hides, in every spelling, are neither valid nor invalid."""

from __future__ import annotations

import polars as pl
import pytest

from orderhealth_pipeline.orders.buyers.phone import phone_validity

MASKED = {
    "stars": [
        "138****1234",
        "138＊＊＊＊1234",
        "*",
        "138﹡﹡﹡﹡1234",
        "1**********",
        "138****1234转1234",
        "'138****1234",
    ],
    "the letter x": [
        "138xxxx1234",
        "138XXXX1234",
        "138ｘｘｘｘ1234",
        "138xxxxxxxx",
        "1381234xxxx",
        "xxxx1234567",
        "xxxxxxxxxxx",
        "138-xxxx-1234",
        "138 xxxx 1234",
        "138x x x x1234",
    ],
    "bullets and other signs": [
        "138••••1234",
        "138●●●●1234",
        "138××××1234",
        "138○○○○1234",
        "138■■■■1234",
        "138★★★★1234",
        "138????1234",
        "138✱✱✱✱1234",
    ],
    "signs that also stand between digits": [
        "138···1234",
        "138····1234",
        "138....1234",
        "138…1234",
        "138……1234",
        "138----1234",
        "138____1234",
        "138####1234",
    ],
    "with a country code, an extension, a label, a word": [
        "+86138••••1234",
        "86-138xxxx1234",
        "0571-8888xxxx",
        "138xxxx1234-5678",
        "138xxxx1234[5678]",
        "手机:138xxxx1234",
        "已加密",
        "+86 138 •••• 1234",
    ],
}
NOT_MASKED = ["xxx", "x", "???", "----", "...", "13812345678xyz", "12xx", "无"]


@pytest.mark.parametrize("phone", [phone for group in MASKED.values() for phone in group])
def test_a_masked_phone_is_neither_valid_nor_invalid(phone: str) -> None:
    assert phone_validity(pl.Series([phone])).to_list() == [None]


@pytest.mark.parametrize("phone", NOT_MASKED)
def test_a_few_signs_are_no_hidden_digits(phone: str) -> None:
    assert phone_validity(pl.Series([phone])).to_list() == [False]


def test_signs_within_a_valid_number_hide_nothing() -> None:
    assert phone_validity(pl.Series(["010---62345678", "138--1234--5678"])).to_list() == [True, True]
