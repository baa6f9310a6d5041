"""What an answer means: success is what the body says, and pauses are read from code and header."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orderhealth_pipeline.respond.addresses import is_loopback
from orderhealth_pipeline.respond.channels.channel import SendError
from orderhealth_pipeline.respond.channels.http import HttpAnswer, retry_after_seconds
from orderhealth_pipeline.respond.channels.robot_answer import require_success

NOW = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)


def judge(status: int, body: str, pause: float | None = None) -> None:
    answer = HttpAnswer(status, pause, body)
    require_success(answer, code_key="errcode", text_key="errmsg", pause_seconds_of_code={130101: 600.0})


def test_code_0_with_a_success_is_the_only_success() -> None:
    judge(200, '{"errcode": 0, "errmsg": "ok"}')


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, '{"errcode": 310000, "errmsg": "sign not match"}', "errcode 310000: sign not match"),
        (400, '{"errcode": 310000, "errmsg": "sign not match"}', "errcode 310000: sign not match"),
        (500, '{"errcode": 0, "errmsg": "ok"}', "HTTP 500: "),
        (502, "<html>Bad gateway</html>", "HTTP 502: <html>Bad gateway"),
        (200, "<html>Sign in to this network</html>", "HTTP 200 without 'errcode'"),
        (200, "", "HTTP 200 without 'errcode'"),
        (200, "[0]", "HTTP 200 without 'errcode'"),
        (200, '{"errcode": false}', "HTTP 200 without 'errcode'"),
        (200, '{"errcode": null}', "HTTP 200 without 'errcode'"),
    ],
)
def test_everything_else_is_a_failure(status: int, body: str, reason: str) -> None:
    with pytest.raises(SendError) as caught:
        judge(status, body)
    assert str(caught.value).startswith(reason)
    assert caught.value.retry_after_seconds is None


@pytest.mark.parametrize(("header", "pause"), [(None, 600.0), (7.0, 7.0)])
def test_a_rate_code_asks_for_a_pause_unless_the_answer_does(header: float | None, pause: float) -> None:
    with pytest.raises(SendError) as caught:
        judge(200, '{"errcode": 130101, "errmsg": "send too fast"}', header)
    assert caught.value.retry_after_seconds == pause


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("30", 30.0),
        ("Wed, 11 Nov 2026 04:01:30 GMT", 90.0),
        ("Wed, 11 Nov 2026 03:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("Wed, 11 Nov 2026 04:01:30", None),
        ("", None),
        ("3600", 3600.0),
        ("3601", 3600.0),
        ("9" * 400, 3600.0),
        ("9" * 9000, 3600.0),
        ("1794326400", 3600.0),
        ("1794326400000", 3600.0),
        ("-1794326400", None),
        ("1e400", None),
        ("nan", None),
        ("²", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600.0),
        ("Mon, 01 Jan 0001 00:00:00 GMT", 0.0),
        ("Wed, 11 Nov 99999999999999999999 04:01:30 GMT", None),
        ("Wed, 11 Nov 2026 04:01:30 +999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_of_at_most_an_hour(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after_seconds(header, NOW) == seconds


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("https://oapi.dingtalk.com/robot", False),
        ("http://10.0.0.1/x", False),
        ("http://localhost.example/x", False),
    ],
)
def test_loopback_is_this_machine_alone(url: str, *, expected: bool) -> None:
    assert is_loopback(url) is expected


def test_a_long_answer_is_cut() -> None:
    text = str(HttpAnswer(500, None, "x" * 5000).as_failure())
    assert len(text) < 250
    assert text.endswith("…")
