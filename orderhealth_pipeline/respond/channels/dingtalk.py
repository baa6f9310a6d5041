"""DingTalk custom robot: signed Markdown.

What belongs here: DingTalk's body, signature, limits and codes. What does not: words and transport.
Source: DingTalk open platform, "custom robot access" and "custom robot security settings".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.respond.channels import http, markdown
from orderhealth_pipeline.respond.channels.channel import Envelope
from orderhealth_pipeline.respond.channels.robot_answer import require_success
from orderhealth_pipeline.respond.messages.mentions import EVERYBODY, NOBODY_IS_NAMED, Mentions, is_phone
from orderhealth_pipeline.respond.messages.wording import compose
from orderhealth_pipeline.respond.redaction import redact

LIMIT_BYTES: Final = 18_000
"""The platform takes bodies of 20,000 bytes; the rest is for JSON around the text."""

PAUSE_SECONDS_OF_CODE: Final = {130101: 600.0}
"""More than 20 messages a minute: the robot is silenced for 10 minutes."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# A single line break is no line break in DingTalk's Markdown.
_SEPARATOR: Final = "\n\n"


def render(message: Message, mentions: Sequence[str] = ()) -> dict[str, Any]:
    """Return the request body; the title is what a locked phone shows.

    People are called by `at`, and only those whom the text names too: by phone number or user id.
    """
    called = " ".join(f"@{person}" for person in mentions if person != EVERYBODY)
    text = markdown.text_within(message, separator=_SEPARATOR, limit_bytes=LIMIT_BYTES, called=called)
    body: dict[str, Any] = {
        "msgtype": "markdown",
        "markdown": {"title": compose(message).title, "text": text},
    }
    if mentions:
        people = [person for person in mentions if person != EVERYBODY]
        body["at"] = {
            "atMobiles": [person for person in people if is_phone(person)],
            "atUserIds": [person for person in people if not is_phone(person)],
            "isAtAll": EVERYBODY in mentions,
        }
    return body


def sign(secret: str, timestamp_milliseconds: int) -> str:
    """Return base64(HMAC-SHA256(key = secret, message = timestamp, line feed, secret)), as it is."""
    text = f"{timestamp_milliseconds}\n{secret}"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256)).decode()


def signed_url(url: str, secret: str, now: datetime) -> str:
    """Add timestamp (milliseconds) and signature, percent-encoded once, to a robot's address."""
    timestamp = (now - _EPOCH) // timedelta(milliseconds=1)
    query = urlencode({"timestamp": timestamp, "sign": sign(secret, timestamp)})
    return f"{url}{'&' if '?' in url else '?'}{query}"


@dataclass(frozen=True)
class DingTalkChannel:
    """A DingTalk group."""

    settings: WebSettings
    mentions: Mentions = NOBODY_IS_NAMED

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the message; raises SendError unless the answer's errcode is 0."""
        url = self.settings.address
        for secret in self.settings.secrets:
            url = signed_url(url, secret, envelope.now)
        hide = partial(redact, settings=self.settings)
        body = http.json_bytes(render(message, self.mentions.of(message, self.settings)))
        answer = http.post(url, body, now=envelope.now, hide=hide)
        require_success(
            answer, code_key="errcode", text_key="errmsg", pause_seconds_of_code=PAUSE_SECONDS_OF_CODE
        )
