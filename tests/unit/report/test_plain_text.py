"""Nothing that a terminal obeys, or that turns the direction of reading, is left in a text from outside."""

from __future__ import annotations

import polars as pl
import pytest

from orderhealth_pipeline.report.words.plain_text import plain, plain_column

CASES = [
    ("已付款 paid", "已付款 paid"),
    ("one\ttwo\nthree", "one\ttwo\nthree"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("\x1b]0;a new title\x07order", "order"),
    ("\x1b]8;;http://evil.example\x1b\\order\x1b]8;;\x1b\\", "order"),
    ("\x1b]0;a title without an end", ""),
    ("\x1bc reset", " reset"),
    ("\x9b2J clear", " clear"),
    ("\x90 a string \x9c after", " after"),
    ("\x1b", ""),
    ("abc\x08\x08\x08xyz", "abcxyz"),
    ("first\rsecond", "firstsecond"),
    ("pay\u202egnp.exe\u202c", "paygnp.exe"),
    ("\u2066A\u2069\u200e\u200f\u061c", "A"),
    ("ORDER\u200b1\ufeff", "ORDER1"),
    ("one\u2028two", "one two"),
    ("👨‍👩‍👧", "👨‍👩‍👧"),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_what_a_terminal_obeys_is_taken_out(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_column_is_cleaned_like_a_text() -> None:
    texts = pl.DataFrame({"text": [text for text, _ in CASES]})
    assert texts.select(plain_column(pl.col("text"))).to_series().to_list() == [shown for _, shown in CASES]
