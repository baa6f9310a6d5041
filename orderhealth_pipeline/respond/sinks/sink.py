"""What every sink is to the rest of the package, and how it says what became of an action.

What belongs here: the protocol and its errors. What does not: any kind of sink, and when to try again
(pipeline/actions/deliver.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orderhealth_pipeline.respond.actions.settings import SinkSettings


@dataclass(frozen=True)
class Parcel:
    """One action on its way: its names, and what it tells (JSON)."""

    action_id: str
    idempotency_key: str
    type: str
    order_id: str
    rule_id: str
    case_id: str | None
    proposed_at: datetime
    payload: str


class SinkError(Exception):
    """The action was not taken; `retry_after_seconds` is the pause that was asked for, if any."""

    def __init__(self, reason: str, *, retry_after_seconds: float | None = None) -> None:
        """Keep the reason as the text."""
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class NotDoneError(SinkError):
    """It surely had no effect, so it may be sent again."""


class RefusedError(SinkError):
    """The receiver looked at it and does not want it: sending it again would change nothing."""


class DoubtfulError(SinkError):
    """Nobody can say whether it had its effect."""


class Sink(Protocol):
    """Somewhere that actions go."""

    @property
    def settings(self) -> SinkSettings:
        """What the user configured."""
        ...

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        ...

    def written(self, parcel: Parcel, now: datetime) -> bytes:
        """Return what `send` would send at an instant, for people to look at."""
        ...

    @property
    def most_at_once(self) -> int:
        """How many actions one call of `send` may take."""
        ...

    def send(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Send actions once. Raises SinkError, which is true of all of them, unless the sink took them."""
        ...
