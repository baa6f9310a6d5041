"""Telling the data team: a message that is about the pipeline itself and does not pass through the store.

What belongs here: whom it concerns, and sending it now. What does not: alerts about orders (outbox.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from orderhealth_pipeline.report.failure import RunFailure
from orderhealth_pipeline.respond.attempts import Clock, Sleep
from orderhealth_pipeline.respond.channel_settings import ChannelSettings
from orderhealth_pipeline.respond.channels.channel import Channel, Envelope, SendError
from orderhealth_pipeline.respond.channels.registry import build_channels
from orderhealth_pipeline.respond.outbox import idempotency_key
from orderhealth_pipeline.respond.redaction import redact
from orderhealth_pipeline.respond.retry import RetryPolicy


def concerned(channels: Sequence[ChannelSettings]) -> tuple[ChannelSettings, ...]:
    """Return the channels that hear of a failed run: those not limited to stages, or all if every one is."""
    unlimited = tuple(channel for channel in channels if not channel.stages)
    return unlimited or tuple(channels)


def announce(
    message: RunFailure, channels: Iterable[ChannelSettings], *, clock: Clock, sleep: Sleep
) -> dict[str, str | None]:
    """Send the message to all channels side by side, two tries each, and return what went wrong (or null).

    Nothing that a channel does is raised, and no address or secret stands in the reason.
    """
    built = build_channels(channels)
    with ThreadPoolExecutor(max_workers=max(1, len(built)), thread_name_prefix="announce") as threads:
        reasons = threads.map(lambda channel: _send(message, channel, clock=clock, sleep=sleep), built)
        return {channel.settings.name: reason for channel, reason in zip(built, reasons, strict=True)}


def _send(message: RunFailure, channel: Channel, *, clock: Clock, sleep: Sleep) -> str | None:
    policy = RetryPolicy(quick_tries=2)
    key = idempotency_key(message.alert_id, channel.settings.name)
    reason = None
    for tries in range(1, policy.quick_tries + 1):
        try:
            channel.send(message, Envelope(key, clock()))
        except SendError as failure:
            reason = redact(str(failure), channel.settings)
        else:
            return None
        if tries < policy.quick_tries:
            sleep(policy.quick_wait(tries, None))
    return reason
