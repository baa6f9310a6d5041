"""Whatever one server answers, and however slowly: no other channel's message or record suffers."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Envelope, SendError
from orderhealth_pipeline.respond.channels.registry import build_channels
from orderhealth_pipeline.respond.outbox import deliver_pending, record_alert
from tests.integration.respond.chat_platforms import (
    Answer,
    DingTalk,
    Fault,
    answers,
    drip,
    drip_header,
    json_answer,
)
from tests.integration.respond.conftest import Clock, Platforms, Store

HEALTHY = "slack"
HOSTILE = ("钉钉群", "企业微信", "飞书", "own")


@pytest.mark.parametrize(
    "header",
    [
        "9" * 400,
        "9" * 5000,
        "1794326400",
        "1794326400000",
        "-5",
        "1e999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Wed, 11 Nov 99999999999999999999 04:01:30 GMT",
    ],
)
def test_a_pause_without_measure_costs_no_record_and_ends_within_the_hour(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock, header: str
) -> None:
    for platform in (platforms.dingtalk, platforms.wecom, platforms.feishu, platforms.receiver):
        platform.always = answers(Answer(429, b"slow down", {"Retry-After": header}))
    channels = platforms.settings()
    with store.open() as con:
        record_alert(con, breach, channels)
    results = deliver_pending(store.open, build_channels(channels), clock=clock, sleep=clock.sleep)
    assert {result.channel: result.state for result in results} == {
        HEALTHY: "sent",
        **dict.fromkeys(HOSTILE, "pending"),
    }
    latest = clock.now + timedelta(hours=1)
    assert all(result.next_attempt_at <= latest for result in results if result.next_attempt_at)
    assert store.rows("select count(*) from deliveries where state = 'sent'") == [(1,)]
    clock.sleep(3601)
    deliver_pending(store.open, build_channels(channels), clock=clock, sleep=clock.sleep)
    assert len(platforms.slack.accepted) == 1


@pytest.mark.parametrize("fault", [drip, drip_header], ids=["body", "header"])
@pytest.mark.parametrize("name", ["企业微信", HEALTHY, "own"])
def test_a_server_that_drips_is_given_up_within_one_deadline(
    platforms: Platforms,
    breach: AlertMessage,
    clock: Clock,
    name: str,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.5)
    index = [each.name for each in platforms.settings()].index(name)
    platforms.all()[index].faults.append(fault)
    threads = threading.active_count()
    started = time.monotonic()
    with pytest.raises(SendError, match="no answer in time"):
        build_channels(platforms.settings())[index].send(breach, Envelope("key", clock.now))
    assert time.monotonic() - started < 1.5
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= threads, "the request goes on in the background"


def test_an_outcome_is_recorded_while_another_channel_still_waits_for_its_answer(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    seen: list[int] = []

    def answer_once_the_others_are_recorded(_: BaseHTTPRequestHandler) -> Answer:
        for _try in range(100):
            ((sent,),) = store.rows("select count(*) from deliveries where state = 'sent'")
            if sent == 4:
                break
            time.sleep(0.05)
        seen.append(sent)
        return json_answer(code=0)

    platforms.feishu.faults.append(answer_once_the_others_are_recorded)
    channels = platforms.settings()
    with store.open() as con:
        record_alert(con, breach, channels)
    deliver_pending(store.open, build_channels(channels), clock=clock, sleep=clock.sleep)
    assert seen == [4]


@pytest.mark.parametrize("padding", range(150, 215, 7))
def test_a_secret_that_the_cut_would_halve_is_hidden_whole(
    platforms: Platforms, breach: AlertMessage, clock: Clock, padding: int
) -> None:
    text = "x" * padding + " " + DingTalk.token + " " + DingTalk.secret
    platforms.dingtalk.always = answers(Answer(500, text.encode()))
    with pytest.raises(SendError) as caught:
        build_channels(platforms.settings())[0].send(breach, Envelope("key", clock.now))
    assert DingTalk.token[:4] not in str(caught.value)
    assert "SEC-" not in str(caught.value)


def test_what_is_left_of_a_secret_at_the_end_of_what_was_read_is_hidden(
    platforms: Platforms, breach: AlertMessage, clock: Clock
) -> None:
    text = (DingTalk.token + " ") * 2000
    platforms.dingtalk.always = answers(Answer(500, text.encode()))
    with pytest.raises(SendError) as caught:
        build_channels(platforms.settings())[0].send(breach, Envelope("key", clock.now))
    assert "d1ng" not in str(caught.value)
