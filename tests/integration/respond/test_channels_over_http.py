"""Every channel against a local server that judges as its platform does."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.channel_settings import FileSettings, WebSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Channel, Envelope, SendError
from orderhealth_pipeline.respond.channels.registry import build_channels
from tests.integration.respond.chat_platforms import (
    Answer,
    Fault,
    Platform,
    WeCom,
    answers,
    cut,
    drip,
    json_answer,
    serving,
)
from tests.integration.respond.conftest import Clock, Platforms

CHANNELS = ("钉钉群", "企业微信", "飞书", "slack", "own")
on_every_platform = pytest.mark.parametrize("name", CHANNELS)


def channel_and_platform(platforms: Platforms, name: str) -> tuple[Channel, Platform]:
    index = CHANNELS.index(name)
    return build_channels(platforms.settings())[index], platforms.all()[index]


def send(channel: Channel, message: AlertMessage, clock: Clock) -> None:
    channel.send(message, Envelope("breach-1/channel", clock.now))


@on_every_platform
def test_the_platform_accepts_the_message(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    send(channel, breach, clock)
    assert len(platform.accepted) == 1
    assert "72.31" in json.dumps(platform.accepted[0].json)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("钉钉群", "errcode 310000: sign not match"),
        ("飞书", "code 19021: sign match fail"),
        ("own", "HTTP 401: bad sign"),
    ],
)
def test_a_wrong_secret_is_refused(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str, reason: str
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    settings = channel.settings.model_dump() | {"secret": "another", "url": channel.settings.key_address}
    with pytest.raises(SendError, match=reason):
        send(build_channels([WebSettings.model_validate(settings)])[0], breach, clock)
    assert platform.accepted == []


@pytest.mark.parametrize(("name", "reason"), [("钉钉群", "310000: invalid timestamp"), ("飞书", "19021")])
@pytest.mark.parametrize(
    ("drift_seconds", "is_refused"), [(3599, False), (-3599, False), (3601, True), (-3601, True)]
)
def test_a_clock_that_is_wrong_by_more_than_an_hour_is_refused(
    platforms: Platforms,
    breach: AlertMessage,
    name: str,
    reason: str,
    drift_seconds: int,
    *,
    is_refused: bool,
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    sender = Clock()
    sender.sleep(drift_seconds)
    if is_refused:
        with pytest.raises(SendError, match=reason):
            send(channel, breach, sender)
    else:
        send(channel, breach, sender)
        assert len(platform.accepted) == 1


@pytest.mark.parametrize(
    ("name", "limit_and_refusal"),
    [("钉钉群", (20, "130101", 600.0)), ("企业微信", (20, "45009", 60.0)), ("飞书", (100, "11232", 60.0))],
)
def test_one_message_too_many_in_a_minute_asks_for_a_pause(
    platforms: Platforms,
    recovery: AlertMessage,
    clock: Clock,
    name: str,
    limit_and_refusal: tuple[int, str, float],
) -> None:
    limit, code, pause = limit_and_refusal
    channel, platform = channel_and_platform(platforms, name)
    for _ in range(limit):
        send(channel, recovery, clock)
    with pytest.raises(SendError, match=code) as caught:
        send(channel, recovery, clock)
    assert caught.value.retry_after_seconds == pause
    assert len(platform.accepted) == limit
    clock.sleep(61)
    send(channel, recovery, clock)
    assert len(platform.accepted) == limit + 1


FAULTS: list[tuple[str, Fault, str]] = [
    ("http_500", answers(Answer(500, b"internal error")), "HTTP 500: internal error"),
    ("http_503", answers(Answer(503, b"")), "HTTP 503"),
    ("http_404", answers(Answer(404, b"no_service")), "HTTP 404: no_service"),
    ("cut", cut, "failed or was cut"),
]


@on_every_platform
@pytest.mark.parametrize(
    ("fault", "reason"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_failure_is_reported_and_the_next_try_succeeds(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str, fault: Fault, reason: str
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    platform.faults.append(fault)
    with pytest.raises(SendError, match=reason):
        send(channel, breach, clock)
    send(channel, breach, clock)
    assert (len(platform.received), len(platform.accepted)) == (2, 1)


@pytest.mark.parametrize("name", ["钉钉群", "企业微信", "飞书", "slack"])
@pytest.mark.parametrize(
    "answer",
    [
        json_answer(errcode=40035, code=9499, errmsg="bad", msg="bad"),
        Answer(200, b"<html>sign in</html>"),
        Answer(200),
    ],
    ids=["errcode", "login_page", "empty"],
)
def test_http_200_is_no_success_when_the_body_says_otherwise(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str, answer: Answer
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    platform.faults.append(answers(answer))
    with pytest.raises(SendError, match=r"code \d+|without"):
        send(channel, breach, clock)


@on_every_platform
def test_a_server_that_does_not_answer_is_given_up(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 1.0)
    channel, platform = channel_and_platform(platforms, name)
    platform.faults.append(platform.hold)
    started = time.monotonic()
    with pytest.raises(SendError, match="no answer in time"):
        send(channel, breach, clock)
    assert time.monotonic() - started < 3


def test_an_answer_that_never_ends_is_given_up(
    platforms: Platforms, breach: AlertMessage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.5)
    channel, platform = channel_and_platform(platforms, "企业微信")
    platform.faults.append(drip)
    started = time.monotonic()
    with pytest.raises(SendError, match="no answer in time"):
        send(channel, breach, clock)
    assert time.monotonic() - started < 3


def test_a_long_answer_is_read_in_part(platforms: Platforms, breach: AlertMessage, clock: Clock) -> None:
    channel, platform = channel_and_platform(platforms, "企业微信")
    platform.faults.append(answers(Answer(200, b'{"errcode": 0, "x": "' + b"x" * 10_000_000 + b'"}')))
    with pytest.raises(SendError, match="without 'errcode'"):
        send(channel, breach, clock)


@on_every_platform
def test_nobody_listening_is_a_failure_that_names_no_address(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str
) -> None:
    closed = WeCom()
    with serving(closed):
        address = closed.url
    channel, _ = channel_and_platform(platforms, name)
    settings = channel.settings.model_dump() | {"url": address}
    with pytest.raises(SendError, match="failed or was cut") as caught:
        send(build_channels([WebSettings.model_validate(settings)])[0], breach, clock)
    assert WeCom.key not in str(caught.value)
    assert caught.value.__suppress_context__


@on_every_platform
def test_a_redirect_is_not_followed(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    elsewhere = WeCom()
    with serving(elsewhere):
        platform.faults.append(answers(Answer(302, b"", {"Location": elsewhere.url})))
        with pytest.raises(SendError, match="HTTP 302"):
            send(channel, breach, clock)
    assert elsewhere.received == []


@on_every_platform
def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = WeCom()
    with serving(proxy):
        for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(variable, proxy.host)
        channel, platform = channel_and_platform(platforms, name)
        send(channel, breach, clock)
    assert proxy.received == []
    assert len(platform.accepted) == 1


@on_every_platform
def test_the_log_shows_no_address_even_at_debug(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    platform.faults.extend([answers(Answer(500, b"")), cut])
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            with pytest.raises(SendError):
                send(channel, breach, clock)
        send(channel, breach, clock)
    for secret in ("d1ngta1kt0ken", WeCom.key, "feishu-token", "slackwebhooktoken", "receivertoken", "秘密"):
        assert secret not in caplog.text


def test_slack_waits_out_a_short_429(platforms: Platforms, breach: AlertMessage, clock: Clock) -> None:
    channel, platform = channel_and_platform(platforms, "slack")
    platform.faults.append(answers(Answer(429, b"rate_limited", {"Retry-After": "1"})))
    started = time.monotonic()
    send(channel, breach, clock)
    assert time.monotonic() - started >= 1
    assert len(platform.accepted) == 1


@on_every_platform
@pytest.mark.parametrize(
    ("header", "pause"), [("120", 120.0), ("Tue, 10 Nov 2026 16:17:00 GMT", 120.0), ("soon", None)]
)
def test_a_long_429_says_how_long_to_wait(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str, header: str, pause: float | None
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    platform.faults.append(answers(Answer(429, b"rate_limited", {"Retry-After": header})))
    with pytest.raises(SendError, match="HTTP 429") as caught:
        send(channel, breach, clock)
    assert caught.value.retry_after_seconds == pause
    assert len(platform.received) == 1


def test_the_webhook_carries_timestamp_key_and_the_whole_message(
    platforms: Platforms, breach: AlertMessage, clock: Clock
) -> None:
    channel, platform = channel_and_platform(platforms, "own")
    send(channel, breach, clock)
    [request] = platform.accepted
    assert request.headers["webhook-id"] == "breach-1/channel"
    assert request.headers["webhook-timestamp"] == str(int(clock.seconds()))
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    content = request.json
    assert (content.pop("alert_id"), content.pop("title")) == (
        breach.alert_id,
        "⚠️ 订单健康度 72.31 分，低于 85 分",
    )
    assert AlertMessage.model_validate(content) == breach


def test_channels_without_a_secret_send_unsigned(
    platforms: Platforms, breach: AlertMessage, clock: Clock
) -> None:
    for name in ("钉钉群", "飞书", "own"):
        channel, platform = channel_and_platform(platforms, name)
        platform.always = answers(json_answer(code=0, errcode=0))
        settings = channel.settings.model_dump() | {"secret": None, "url": channel.settings.key_address}
        send(build_channels([WebSettings.model_validate(settings)])[0], breach, clock)
        [request] = platform.received
        assert "sign" not in request.query
        assert "sign" not in request.json
        assert "x-orderhealth-signature" not in request.headers


def file_channel(path: Path) -> Channel:
    entry: dict[str, Any] = {"name": "archive", "type": "file", "path": path}
    return build_channels([FileSettings.model_validate(entry)])[0]


def test_lines_of_many_writers_never_mix(tmp_path: Path, breach: AlertMessage, clock: Clock) -> None:
    path = tmp_path / "new" / "folder" / "alerts.jsonl"

    def write(number: int) -> Callable[[], None]:
        return lambda: file_channel(path).send(breach, Envelope(f"key-{number}", clock.now))

    threads = [threading.Thread(target=write(number)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["idempotency_key"] for line in lines) == sorted(
        f"key-{number}" for number in range(20)
    )
    assert {line["alert_id"] for line in lines} == {breach.alert_id}


def test_a_file_that_cannot_be_written_is_a_failure(
    tmp_path: Path, breach: AlertMessage, clock: Clock
) -> None:
    with pytest.raises(SendError, match="cannot be written: Is a directory"):
        send(file_channel(tmp_path), breach, clock)


def test_a_line_that_the_disk_takes_only_in_part_is_taken_back(tmp_path: Path) -> None:
    """A limit on the file's size makes a real write end early; it needs a process of its own."""
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b'{"first": 1}\n')
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from orderhealth_pipeline.respond.channels.file import append_line\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "append_line(Path(sys.argv[1]), b'x' * 300)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert "the disk took only a part of the line" in done.stderr
    assert path.read_bytes() == b'{"first": 1}\n'


@pytest.mark.parametrize("name", ["钉钉群", "own", "slack"])
def test_a_server_without_tls_behind_https_is_refused(
    platforms: Platforms, breach: AlertMessage, clock: Clock, name: str
) -> None:
    channel, platform = channel_and_platform(platforms, name)
    settings = channel.settings.model_dump() | {
        "url": str(channel.settings.key_address).replace("http:", "https:")
    }
    with pytest.raises(SendError, match=r"certificate|failed or was cut"):
        send(build_channels([WebSettings.model_validate(settings)])[0], breach, clock)
    assert platform.received == []


def test_a_disk_that_is_full_is_a_failure(breach: AlertMessage, clock: Clock) -> None:
    with pytest.raises(SendError, match="cannot be written: No space left on device"):
        send(file_channel(Path("/dev/full")), breach, clock)
