"""The message comes back from the store as it went in, and names no person."""

from __future__ import annotations

import string
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from orderhealth_pipeline.report.message import AlertMessage, message_texts
from orderhealth_pipeline.words import Text


def test_a_stored_payload_gives_back_the_same_message(breach: AlertMessage, recovery: AlertMessage) -> None:
    for message in (breach, recovery):
        assert AlertMessage.model_validate_json(message.model_dump_json()) == message


def test_the_identity_is_kind_and_instant_whatever_zone_the_instant_came_in(breach: AlertMessage) -> None:
    local = {**breach.model_dump(), "as_of": datetime.fromisoformat("2026-11-11T00:15:00+08:00")}
    message = AlertMessage.model_validate(local)
    assert message.as_of == datetime(2026, 11, 10, 16, 15, tzinfo=UTC)
    assert message.alert_id == breach.alert_id == "breach-20261110T161500.000000Z"


def test_a_phone_number_in_a_free_text_is_masked(breach: AlertMessage) -> None:
    data = breach.model_dump(mode="json")
    data["orders"][0]["rules"][0]["evidence"] = "电话 13812345678 无人接听"
    data["orders"][0]["what_to_do"] = "致电 138-1234-5678"
    message = AlertMessage.model_validate(data)
    assert message.orders[0].rules[0].evidence == "电话 138****5678 无人接听"
    assert "1234" not in message.orders[0].what_to_do


def test_a_link_to_a_file_of_this_machine_is_dropped(breach: AlertMessage) -> None:
    recorded = {**breach.model_dump(mode="json"), "link": "file:///srv/shop/reports/risk-report.html"}
    assert AlertMessage.model_validate(recorded).link is None


def test_an_order_is_as_severe_as_its_worst_finding(breach: AlertMessage) -> None:
    first = breach.orders[0]
    assert [finding.severity for finding in first.rules] == ["critical", "medium"]
    assert (first.severity, first.stages) == ("critical", ("after_sales", "logistics"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("score", "100.01"),
        ("confidence", "1.1"),
        ("as_of", "2026-11-11T00:15:00"),
        ("time_zone", "Shanghai"),
        ("link", "javascript:alert(1)"),
        ("kind", "cases"),
        ("receiver", "张三"),
    ],
)
def test_a_message_that_cannot_be_true_is_refused(breach: AlertMessage, key: str, value: str) -> None:
    with pytest.raises(ValidationError, match=key):
        AlertMessage.model_validate({**breach.model_dump(mode="json"), key: value})


def test_both_languages_fill_in_the_same_things() -> None:
    def fields(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    pairs: list[Text] = []
    for value in vars(message_texts()).values():
        candidates = value.values() if isinstance(value, dict) else [value]
        pairs += [text for text in candidates if isinstance(text, Text)]
    assert len(pairs) > 10
    assert [text.en for text in pairs if fields(text.zh) != fields(text.en)] == []
