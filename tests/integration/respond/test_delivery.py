"""The outbox delivers over real HTTP: at least once, with backoff, and no channel in another's way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.attempts import DeliveryResult
from orderhealth_pipeline.respond.channel_settings import ChannelSettings, FileSettings, WebSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Channel, Envelope
from orderhealth_pipeline.respond.channels.registry import build_channels
from orderhealth_pipeline.respond.outbox import OpenStore, deliver_pending, idempotency_key, record_alert
from orderhealth_pipeline.respond.retry import RetryPolicy
from tests.integration.respond.chat_platforms import (
    Answer,
    DingTalk,
    Feishu,
    Received,
    WeCom,
    answers,
    cut,
    json_answer,
)
from tests.integration.respond.conftest import Clock, Platforms, Store

SERVER_ERROR = answers(Answer(500, b"internal error"))
SECRETS = (
    "d1ngta1kt0ken",
    DingTalk.secret,
    WeCom.key,
    "feishu-token",
    Feishu.secret,
    "slackwebhooktoken",
    "receivertoken",
)


def busy() -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    raise StoreError("the store is busy: another process is writing it")


def in_turn(*openings: OpenStore) -> OpenStore:
    turns = iter(openings)

    def open_next() -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return next(turns)()

    return open_next


def record(store: Store, message: AlertMessage, channels: tuple[ChannelSettings, ...]) -> None:
    with store.open() as con:
        record_alert(con, message, channels)


def deliver(
    store: Store, channels: tuple[Channel, ...], clock: Clock, policy: RetryPolicy | None = None
) -> list[DeliveryResult]:
    return deliver_pending(store.open, channels, clock=clock, sleep=clock.sleep, policy=policy)


def only(platforms: Platforms, name: str) -> tuple[WebSettings, ...]:
    return tuple(settings for settings in platforms.settings() if settings.name == name)


def states(store: Store) -> dict[str, tuple[str, int]]:
    rows = store.rows("select channel, state, attempts from deliveries")
    return {channel: (state, attempts) for channel, state, attempts in rows}


def test_every_channel_gets_the_message_once_and_a_second_run_sends_nothing(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock, tmp_path: Path
) -> None:
    archive = FileSettings(name="archive", type="file", path=tmp_path / "alerts.jsonl")
    settings = (*platforms.settings(), archive)
    channels = build_channels(settings)
    record(store, breach, settings)
    results = deliver(store, channels, clock)
    assert {(result.state, result.attempts, result.sent_at) for result in results} == {("sent", 1, clock.now)}
    assert len(results) == 6
    record(store, breach, settings)
    assert deliver(store, channels, clock) == []
    assert [len(platform.received) for platform in platforms.all()] == [1, 1, 1, 1, 1]
    assert len((tmp_path / "alerts.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert set(states(store).values()) == {("sent", 1)}
    assert store.rows("select distinct last_error, next_attempt_at from deliveries") == [(None, None)]


def test_one_channel_in_trouble_is_in_nobodys_way(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 1.0)
    others_are_done = threading.Event()

    def hold_until_the_others_are_done(_: BaseHTTPRequestHandler) -> Answer:
        others_are_done.wait(10)
        return json_answer(code=0)

    platforms.feishu.faults.append(hold_until_the_others_are_done)
    platforms.dingtalk.always = SERVER_ERROR
    platforms.wecom.always = cut
    accept = platforms.receiver.accept

    def accept_and_tell(request: Received, answer: Answer) -> Answer:
        others_are_done.set()
        return accept(request, answer)

    monkeypatch.setattr(platforms.receiver, "accept", accept_and_tell)
    settings = platforms.settings()
    record(store, breach, settings)
    results = {result.channel: result for result in deliver(store, build_channels(settings), clock)}
    assert {name: result.state for name, result in results.items()} == {
        "钉钉群": "pending",
        "企业微信": "pending",
        "飞书": "sent",
        "slack": "sent",
        "own": "sent",
    }
    assert (results["飞书"].attempts, results["钉钉群"].attempts, results["企业微信"].attempts) == (1, 3, 3)


def test_a_run_tries_three_times_with_backoff_and_later_runs_go_on(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "企业微信")
    channels = build_channels(settings)
    record(store, breach, settings)
    platforms.wecom.faults.extend([SERVER_ERROR] * 4)

    [result] = deliver(store, channels, clock)
    assert clock.waits == [1.0, 2.0]
    assert (result.state, result.attempts, result.last_error) == ("pending", 3, "HTTP 500: internal error")
    assert result.next_attempt_at == clock.now + timedelta(seconds=60)

    clock.sleep(59.999999)
    assert deliver(store, channels, clock) == []
    clock.sleep(0.000001)
    [result] = deliver(store, channels, clock)
    assert (result.state, result.attempts, result.last_error) == ("sent", 5, None)
    assert (len(platforms.wecom.received), len(platforms.wecom.accepted)) == (5, 1)


def test_a_failure_within_a_run_is_mended_within_the_run(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "钉钉群")
    record(store, breach, settings)
    platforms.dingtalk.faults.extend([cut, answers(json_answer(errcode=-1, errmsg="system busy"))])
    [result] = deliver(store, build_channels(settings), clock)
    assert (result.state, result.attempts) == ("sent", 3)


def test_a_channel_that_stays_down_is_given_up_and_says_why(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "own")
    channels = build_channels(settings)
    record(store, breach, settings)
    platforms.receiver.always = SERVER_ERROR
    policy = RetryPolicy(max_attempts=5)
    assert [result.state for result in deliver(store, channels, clock, policy)] == ["pending"]
    clock.sleep(60)
    [result] = deliver(store, channels, clock, policy)
    assert (result.state, result.attempts, result.next_attempt_at) == ("failed", 5, None)
    clock.sleep(1_000_000)
    assert deliver(store, channels, clock, policy) == []
    assert len(platforms.receiver.received) == 5
    assert {request.headers["webhook-id"] for request in platforms.receiver.received} == {
        idempotency_key(breach.alert_id, "own")
    }


@pytest.mark.parametrize(
    ("name", "answer_and_seconds"),
    [
        ("钉钉群", (json_answer(errcode=130101, errmsg="send too fast"), 600)),
        ("企业微信", (json_answer(errcode=45009, errmsg="api freq out of limit"), 60)),
        ("飞书", (json_answer(code=11232, msg="frequency limited"), 60)),
        ("slack", (Answer(429, b"rate_limited", {"Retry-After": "90"}), 90)),
        ("own", (Answer(503, b"", {"Retry-After": "3600"}), 3600)),
    ],
)
def test_a_pause_that_a_platform_asks_for_is_kept(
    platforms: Platforms,
    store: Store,
    breach: AlertMessage,
    clock: Clock,
    name: str,
    answer_and_seconds: tuple[Answer, int],
) -> None:
    answer, seconds = answer_and_seconds
    settings = only(platforms, name)
    platform = platforms.all()[platforms.settings().index(settings[0])]
    platform.faults.append(answers(answer))
    record(store, breach, settings)
    before = clock.now
    policy = RetryPolicy(run_seconds=30)
    [result] = deliver(store, build_channels(settings), clock, policy)
    assert (result.state, result.attempts, clock.waits) == ("pending", 1, [])
    assert result.next_attempt_at == before + timedelta(seconds=seconds)
    clock.sleep(seconds - 1)
    assert deliver(store, build_channels(settings), clock, policy) == []
    clock.sleep(1)
    assert [result.state for result in deliver(store, build_channels(settings), clock, policy)] == ["sent"]


def test_a_short_pause_is_waited_out_within_the_run(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "own")
    platforms.receiver.faults.append(answers(Answer(429, b"", {"Retry-After": "7"})))
    record(store, breach, settings)
    assert [result.state for result in deliver(store, build_channels(settings), clock)] == ["sent"]
    assert clock.waits == [7.0]


def test_the_store_is_closed_while_requests_are_under_way(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    # Outcomes are recorded one by one as they come: none comes before all five channels have looked.
    everybody_looks = threading.Barrier(5)
    was_open: list[bool] = []

    def look(request: BaseHTTPRequestHandler) -> Answer | None:
        everybody_looks.wait(10)
        was_open.append(store.is_open)
        everybody_looks.wait(10)
        return SERVER_ERROR(request)

    for platform in platforms.all():
        platform.faults.append(look)
    settings = platforms.settings()
    record(store, breach, settings)
    deliver(store, build_channels(settings), clock)
    assert was_open == [False] * 5


def test_a_run_that_dies_before_recording_sends_again_with_the_same_key(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "own")
    channels = build_channels(settings)
    record(store, breach, settings)
    opened = 0

    @contextmanager
    def die_on_the_second_opening() -> Iterator[duckdb.DuckDBPyConnection]:
        nonlocal opened
        opened += 1
        if opened == 2:
            raise KeyboardInterrupt
        with store.open() as con:
            yield con

    with pytest.raises(KeyboardInterrupt):
        deliver_pending(die_on_the_second_opening, channels, clock=clock, sleep=clock.sleep)
    assert states(store) == {"own": ("pending", 0)}
    assert deliver(store, channels, clock) == [], "the lease still holds"
    clock.sleep(RetryPolicy().lease_seconds)
    assert [result.state for result in deliver(store, channels, clock)] == ["sent"]
    keys = [request.headers["webhook-id"] for request in platforms.receiver.accepted]
    assert keys == [idempotency_key(breach.alert_id, "own")] * 2


@pytest.mark.parametrize(("busy_openings", "waits"), [(1, [1.0]), (5, [1.0, 2.0, 4.0, 8.0, 16.0])])
def test_recording_waits_for_a_store_that_is_busy(
    platforms: Platforms,
    store: Store,
    breach: AlertMessage,
    clock: Clock,
    busy_openings: int,
    waits: list[float],
) -> None:
    settings = only(platforms, "own")
    record(store, breach, settings)
    opening = in_turn(store.open, *[busy] * busy_openings, store.open)
    channels = build_channels(settings)
    results = deliver_pending(opening, channels, clock=clock, sleep=clock.sleep)
    assert [result.state for result in results] == ["sent"]
    assert clock.waits == waits
    assert states(store) == {"own": ("sent", 1)}


def test_a_store_that_stays_busy_is_an_error_and_the_delivery_stays_pending(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "own")
    record(store, breach, settings)
    opening = in_turn(store.open, *[busy] * 6)
    with pytest.raises(StoreError, match="busy"):
        deliver_pending(opening, build_channels(settings), clock=clock, sleep=clock.sleep)
    assert states(store) == {"own": ("pending", 0)}


def test_two_runs_at_once_send_one_message(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "企业微信")
    channels = build_channels(settings)
    record(store, breach, settings)
    arrived = threading.Event()

    def hold(handler: BaseHTTPRequestHandler) -> Answer:
        arrived.set()
        platforms.wecom.hold(handler)
        return json_answer(errcode=0, errmsg="ok")

    platforms.wecom.faults.append(hold)
    first: list[DeliveryResult] = []
    thread = threading.Thread(target=lambda: first.extend(deliver(store, channels, clock)))
    thread.start()
    assert arrived.wait(10)
    assert deliver(store, channels, clock) == []
    platforms.wecom.released.set()
    thread.join()
    assert [result.state for result in first] == ["sent"]
    assert len(platforms.wecom.received) == 1


def test_a_recovery_never_overtakes_its_breach(
    platforms: Platforms, store: Store, breach: AlertMessage, recovery: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "企业微信")
    channels = build_channels(settings)
    record(store, breach, settings)
    record(store, recovery, settings)
    platforms.wecom.faults.extend([SERVER_ERROR] * 3)
    results = deliver(store, channels, clock)
    assert [(result.alert_id, result.state, result.attempts) for result in results] == [
        (breach.alert_id, "pending", 3),
        (recovery.alert_id, "pending", 0),
    ]
    clock.sleep(60)
    assert [result.state for result in deliver(store, channels, clock)] == ["sent", "sent"]
    titles = [request.json["markdown"]["content"].split("\n")[0] for request in platforms.wecom.accepted]
    assert titles == [
        "### ⚠️ 订单健康度 72.31 分，低于 85 分",
        "### ✅ 订单健康度已恢复：91.00 分，达到 88 分",
    ]


def test_no_secret_reaches_the_store_though_every_platform_repeats_the_request(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = platforms.settings()
    for platform, channel in zip(platforms.all(), settings, strict=True):
        secret = " ".join(channel.secrets)
        platform.always = answers(Answer(500, f"{channel.address} {secret} {platform.url}".encode()))
    record(store, breach, settings)
    results = deliver(store, build_channels(settings), clock)
    stored = (
        str(store.rows("select * from deliveries")) + str(store.rows("select * from alerts")) + str(results)
    )
    assert "HTTP 500" in stored
    for secret in SECRETS:
        assert secret not in stored


@dataclass(frozen=True)
class BrokenChannel:
    """A channel with a defect."""

    settings: ChannelSettings

    def send(self, message: Message, envelope: Envelope) -> None:
        raise ZeroDivisionError(f"{message.alert_id} {envelope.idempotency_key} secret")


def test_a_defect_in_one_channel_costs_no_other_its_message(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    broken = FileSettings(name="broken", type="file", path=Path("unused"))
    settings = (*only(platforms, "own"), broken)
    record(store, breach, settings)
    channels = (*build_channels(settings[:1]), BrokenChannel(broken))
    results = {result.channel: result for result in deliver(store, channels, clock)}
    assert results["own"].state == "sent"
    assert results["broken"].last_error == "unexpected ZeroDivisionError while sending"


def test_a_message_that_cannot_be_read_any_more_is_a_failure_of_its_own(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    settings = only(platforms, "own")
    record(store, breach, settings)
    store.rows("update alerts set payload = '{}'")
    [result] = deliver(store, build_channels(settings), clock)
    assert (result.state, platforms.receiver.received) == ("pending", [])
    assert result.last_error == "the recorded message cannot be read; it was written by another version"


def test_what_belongs_to_a_channel_that_is_not_configured_now_stays_as_it_is(
    platforms: Platforms, store: Store, breach: AlertMessage, clock: Clock
) -> None:
    record(store, breach, platforms.settings())
    results = deliver(store, build_channels(only(platforms, "slack")), clock)
    assert [result.channel for result in results] == ["slack"]
    assert states(store)["own"] == ("pending", 0)
    assert deliver(store, (), clock) == []
