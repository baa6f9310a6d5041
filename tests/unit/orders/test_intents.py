"""What remarks ask for: labelled remarks, negation, widths, and the page that tells how well it goes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.orders.wishes.intents import intents_of, read_intents
from orderhealth_pipeline.resources import expectations_folder
from tests.unit.orders.write_intent_docs import PAGE, exact, judged_remarks, page

KNOWN = read_intents(expectations_folder())


def intents(text: str | None) -> list[str]:
    found: list[str] = intents_of(pl.Series([text], dtype=pl.String), KNOWN)[0].to_list()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("急用!请今天发出", ["urgent"]),
        ("急用！请今天发出", ["urgent"]),
        ("不急,慢慢发", []),
        ("不用今天发,周五前到就行", ["deliver_by"]),
        ("别打电话", ["do_not_call"]),
        ("别 打 电 话", ["do_not_call"]),
        ("电话联系后再送", []),
        ("ＡＳＡＰ", ["urgent"]),
        ("１２号前到", ["deliver_by"]),
        ("", []),
        (None, []),
    ],
)
def test_sentences_that_must_be_right(text: str | None, expected: list[str]) -> None:
    assert intents(text) == expected


def test_95_of_100_labelled_remarks_are_exactly_right_and_of_the_hard_ones_too() -> None:
    judged = judged_remarks()
    hard = [each for each in judged if each.is_hard]
    assert len(judged) - len(hard) >= 200
    assert len(hard) >= 100
    assert exact(judged) >= 0.95 * len(judged)
    assert exact(hard) >= 0.95 * len(hard)


def test_the_page_says_what_the_phrases_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_list_that_there_is_not_is_told_with_its_file(tmp_path: Path) -> None:
    text = (expectations_folder() / "intents.yml").read_text(encoding="utf-8")
    (tmp_path / "intents.yml").write_text(text.replace('"发{carrier}"', '"发{courier}"'), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"change_carrier: there is no list 'courier'"):
        read_intents(tmp_path)
