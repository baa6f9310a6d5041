"""Given an answer of a platform, its records keep every digit, and half an answer is none."""

from __future__ import annotations

import json

import pytest

from orderhealth_pipeline.sources.http.answers import BrokenAnswerError, at, records_at, within_place


def test_records_are_the_text_they_came_as() -> None:
    text = (
        '{"a": [1, {"x": "]}"}], "data": {"orders": [ {"id": 9007199254740993, "pay": 12.10},\n {"id": 2} ]}}'
    )
    records = records_at(text, "data.orders")
    assert records is not None
    assert [each for each, _ in records] == ['{"id": 9007199254740993, "pay": 12.10}', '{"id": 2}']
    again = within_place([each for each, _ in records], "data.orders")
    assert again == '{"data":{"orders":[{"id": 9007199254740993, "pay": 12.10},{"id": 2}]}}\n'
    assert json.loads(again)["data"]["orders"][1] == {"id": 2}


def test_an_answer_that_is_a_list_is_its_own_place() -> None:
    records = records_at('[{"id": 1}, {"id": 2}]', ".")
    assert records is not None
    assert within_place([each for each, _ in records], ".") == '{"id": 1}\n{"id": 2}\n'


def test_a_list_that_is_not_there_is_none_and_an_empty_one_is_empty() -> None:
    assert records_at('{"data": {"a": null}}', "data.orders") is None
    assert records_at('{"data": null}', "data.orders") is None
    assert records_at('{"data": {"orders": []}}', "data.orders") == []


@pytest.mark.parametrize("text", ['{"data": {"orders": [{"id": 1}, {"i', '{"data": {"orders": [', ""])
def test_half_an_answer_is_refused(text: str) -> None:
    with pytest.raises(BrokenAnswerError):
        records_at(text or " ", "data.orders")


def test_a_place_within_an_answer() -> None:
    assert at({"a": {"b": 0}}, "a.b") == 0
    assert at({"a": []}, "a.b") is None
