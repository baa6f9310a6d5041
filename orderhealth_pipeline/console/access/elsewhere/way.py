"""What every other system's sign-in is asked: where to send a browser, and who came back.

What belongs here: the journey of one browser, and its signed note that the browser carries meanwhile. What
does not: any one system, and letting people in (sign_in.py).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from orderhealth_pipeline.console.access.sign_in import SignInError, Somebody
from orderhealth_pipeline.desk.accounts.random_texts import random_text
from orderhealth_pipeline.messages import Message

_LASTS: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Journey:
    """One browser on its way to another system and back to `redirect_uri`, then to `next_path`.

    `state` is in the address it comes back with, and nobody else knows it; `nonce` and `verifier` bind the
    answer to this journey where the system knows how.
    """

    way: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    next_path: str
    ends_at: float

    @classmethod
    def begin(cls, way: str, redirect_uri: str, next_path: str, now: datetime) -> Journey:
        """Return a new journey of ten minutes."""
        ends_at = (now + _LASTS).timestamp()
        return cls(way, random_text(), random_text(), random_text(), redirect_uri, next_path, ends_at)

    def note(self, key: str) -> str:
        """Return the journey as a signed text for the browser's cookie."""
        text = base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()
        return f"{text}.{_signature(text, key)}"


class Way(Protocol):
    """One system's sign-in."""

    def page(self, journey: Journey, user_agent: str) -> str:
        """Return the address that the browser is sent to."""
        ...

    def somebody(self, journey: Journey, came_back: Mapping[str, str]) -> Somebody:
        """Return who came back with these values of the address. Raises SignInError."""
        ...


def journey_of(note: str | None, way: str, came_back: Mapping[str, str], key: str, now: datetime) -> Journey:
    """Return the journey that a browser comes back from. Raises SignInError where it is not this one's."""
    text, _, signature = (note or "").partition(".")
    if note is None or not hmac.compare_digest(signature, _signature(text, key)):
        raise SignInError(_AGAIN)
    journey = Journey(**json.loads(base64.urlsafe_b64decode(text)))
    is_late = datetime.fromtimestamp(journey.ends_at, UTC) <= now
    is_same = hmac.compare_digest(came_back.get("state", ""), journey.state)
    if is_late or not is_same or journey.way != way:
        raise SignInError(_AGAIN)
    return journey


def refused(title: str, reason: str) -> SignInError:
    """Say that another system let nobody in, and why: a word or a number of it, never a secret."""
    return SignInError(
        Message("{system} did not let you in ({reason}); try again", system=title, reason=reason)
    )


_AGAIN: Final = "this sign-in took too long, or was begun in another browser: begin again"


def _signature(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
