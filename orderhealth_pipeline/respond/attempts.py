"""Sending what is due: tries with backoff, one thread per channel, no store in sight.

What belongs here: the effects of sending and their outcome. What does not: reading and recording deliveries
(outbox.py), and platforms (channels/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from queue import SimpleQueue
from typing import Final, Literal

from pydantic import ValidationError

from orderhealth_pipeline.report.failure import read_recorded
from orderhealth_pipeline.respond.channels.channel import Channel, Envelope, SendError
from orderhealth_pipeline.respond.redaction import redact
from orderhealth_pipeline.respond.retry import RetryPolicy

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]
DeliveryState = Literal["pending", "sent", "failed"]

LONGEST_ERROR: Final = 500


@dataclass(frozen=True)
class PendingDelivery:
    """One message that one channel has not confirmed yet; `attempts` tries were made, `payload` is JSON."""

    alert_id: str
    channel: str
    attempts: int
    idempotency_key: str
    payload: str


@dataclass(frozen=True)
class DeliveryResult:
    """What became of one delivery. `attempts` counts the tries of all runs; instants are UTC.

    `last_error` holds no address and no secret. A pending delivery is tried again at `next_attempt_at` or
    later.
    """

    alert_id: str
    channel: str
    state: DeliveryState
    attempts: int
    last_error: str | None = None
    sent_at: datetime | None = None
    next_attempt_at: datetime | None = None


def send_all(
    due: Iterable[PendingDelivery],
    channels: Mapping[str, Channel],
    *,
    clock: Clock,
    sleep: Sleep,
    policy: RetryPolicy,
) -> Iterator[DeliveryResult]:
    """Send what is due, channels side by side, and return one result per delivery as soon as it is known.

    `due` is grouped by channel and ordered by time within it. Nothing that a channel does is raised: a slow
    or broken one delays and stops no other.
    """
    queues = {name: list(queue) for name, queue in groupby(due, key=lambda delivery: delivery.channel)}
    if not queues:
        return
    outcomes: SimpleQueue[DeliveryResult | None] = SimpleQueue()
    ends_at = clock() + timedelta(seconds=policy.run_seconds)

    def send(queue: Sequence[PendingDelivery], channel: Channel) -> None:
        try:
            for result in _send_queue(queue, channel, ends_at, clock=clock, sleep=sleep, policy=policy):
                outcomes.put(result)
        finally:
            outcomes.put(None)

    with ThreadPoolExecutor(max_workers=len(queues), thread_name_prefix="deliver") as threads:
        running = [threads.submit(send, queue, channels[name]) for name, queue in queues.items()]
        for _ in running:
            yield from iter(outcomes.get, None)
    for queue in running:
        queue.result()


def _send_queue(
    queue: Sequence[PendingDelivery],
    channel: Channel,
    ends_at: datetime,
    *,
    clock: Clock,
    sleep: Sleep,
    policy: RetryPolicy,
) -> Iterator[DeliveryResult]:
    """Send one channel's messages in their order: a recovery never overtakes the breach it belongs to.

    What this run has no time for is left to the next one.
    """
    waits_until: datetime | None = None
    for delivery in queue:
        now = clock()
        if waits_until is None and now > ends_at:
            waits_until = now
        if waits_until is not None:
            yield _postponed(delivery, waits_until)
            continue
        result = _send_one(delivery, channel, ends_at, clock=clock, sleep=sleep, policy=policy)
        waits_until = result.next_attempt_at
        yield result


def _send_one(
    delivery: PendingDelivery,
    channel: Channel,
    ends_at: datetime,
    *,
    clock: Clock,
    sleep: Sleep,
    policy: RetryPolicy,
) -> DeliveryResult:
    tries = 0
    while True:
        tries += 1
        attempts = delivery.attempts + tries
        failure = _try(delivery, channel, clock())
        now = clock()
        if failure is None:
            return DeliveryResult(delivery.alert_id, delivery.channel, "sent", attempts, sent_at=now)
        wait = policy.quick_wait(tries, failure.retry_after_seconds)
        is_last = attempts >= policy.max_attempts
        if is_last or tries >= policy.quick_tries or now + timedelta(seconds=wait) > ends_at:
            return DeliveryResult(
                delivery.alert_id,
                delivery.channel,
                "failed" if is_last else "pending",
                attempts,
                last_error=redact(str(failure), channel.settings)[:LONGEST_ERROR],
                next_attempt_at=None
                if is_last
                else policy.next_attempt_at(now, attempts, failure.retry_after_seconds),
            )
        sleep(wait)


def _try(delivery: PendingDelivery, channel: Channel, now: datetime) -> SendError | None:
    try:
        message = read_recorded(delivery.payload)
        channel.send(message, Envelope(delivery.idempotency_key, now))
    except SendError as failure:
        return failure
    except ValidationError:
        return SendError("the recorded message cannot be read; it was written by another version")
    except Exception as error:  # noqa: BLE001 - one channel's defect must cost no other its message
        return SendError(f"unexpected {type(error).__name__} while sending")
    return None


def _postponed(delivery: PendingDelivery, until: datetime | None) -> DeliveryResult:
    return DeliveryResult(
        delivery.alert_id,
        delivery.channel,
        "pending",
        delivery.attempts,
        last_error="waits for an earlier message of this channel",
        next_attempt_at=until,
    )
