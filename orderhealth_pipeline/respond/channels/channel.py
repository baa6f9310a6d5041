"""What every channel is to the rest of the package, and how a channel says that it failed.

What belongs here: the protocol and its error. What does not: platforms, and retries (respond/attempts.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import ChannelSettings


class SendError(Exception):
    """The platform did not take the message; it may be sent again.

    `retry_after_seconds` is the pause that the platform asked for, null when it asked for none.
    """

    def __init__(self, reason: str, *, retry_after_seconds: float | None = None) -> None:
        """Keep the reason as the text."""
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class NotReachedError(SendError):
    """Nothing of the message left this machine, or its receiver was not reached: it surely has no effect."""


@dataclass(frozen=True)
class Envelope:
    """What goes with a message: the key of all its tries, and the time (with a zone) of this try."""

    idempotency_key: str
    now: datetime


class Channel(Protocol):
    """Somewhere that messages go."""

    @property
    def settings(self) -> ChannelSettings:
        """What the user configured."""
        ...

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the message once; signatures carry the envelope's time, and the key goes where it has a place.

        Raises SendError unless the platform confirmed that it took the message.
        """
        ...
