"""Feishu (飞书) custom robot: a signed interactive card.

What belongs here: Feishu's card, signature, limits and codes. What does not: words and transport.
Source: Feishu open platform, "custom bot usage guide".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Envelope
from orderhealth_pipeline.respond.channels.markdown import linked_causes
from orderhealth_pipeline.respond.channels.outside_text import harmless
from orderhealth_pipeline.respond.channels.robot_answer import require_success
from orderhealth_pipeline.respond.messages.mentions import NOBODY_IS_NAMED, Mentions
from orderhealth_pipeline.respond.messages.message_lines import MessageLines
from orderhealth_pipeline.respond.messages.wording import most_detailed
from orderhealth_pipeline.respond.redaction import redact

LIMIT_BYTES: Final = 20_000
"""The platform takes bodies of 20 KB; timestamp and signature need some of the 480 bytes left."""

PAUSE_SECONDS_OF_CODE: Final = {11232: 60.0}
"""More than 100 messages a minute."""

_COLOUR_OF_KIND: Final = {
    "breach": "red",
    "worse": "red",
    "reminder": "orange",
    "cases": "orange",
    "source": "orange",
    "digest": "blue",
    "heartbeat": "grey",
    "report": "blue",
    "recovered": "green",
    "unconfirmed": "grey",
    "run_failed": "orange",
}


def render(message: Message, mentions: Sequence[str] = ()) -> dict[str, Any]:
    """Return the request body without timestamp and signature; people are named by open id or user id."""
    called = " ".join(f"<at id={person}></at>" for person in mentions)
    return _body(
        most_detailed(message, lambda wording: len(http.json_bytes(_body(wording, called))) <= LIMIT_BYTES),
        called,
    )


def sign(secret: str, timestamp_seconds: int) -> str:
    """Return base64(HMAC-SHA256(key = timestamp, line feed, secret; message = empty))."""
    key = f"{timestamp_seconds}\n{secret}"
    return base64.b64encode(hmac.digest(key.encode(), b"", hashlib.sha256)).decode()


def signed(body: dict[str, Any], secret: str, now: datetime) -> dict[str, Any]:
    """Add timestamp (seconds, as text) and signature to a body."""
    timestamp = int(now.timestamp())
    return {"timestamp": str(timestamp), "sign": sign(secret, timestamp), **body}


@dataclass(frozen=True)
class FeishuChannel:
    """A Feishu group."""

    settings: WebSettings
    mentions: Mentions = NOBODY_IS_NAMED

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the message; raises SendError unless the answer's code is 0."""
        body = render(message, self.mentions.of(message, self.settings))
        for secret in self.settings.secrets:
            body = signed(body, secret, envelope.now)
        hide = partial(redact, settings=self.settings)
        answer = http.post(self.settings.address, http.json_bytes(body), now=envelope.now, hide=hide)
        require_success(answer, code_key="code", text_key="msg", pause_seconds_of_code=PAUSE_SECONDS_OF_CODE)


def _body(lines: MessageLines, called: str = "") -> dict[str, Any]:
    elements = [_markdown([harmless(fact) for fact in lines.facts])]
    if lines.causes:
        elements.append(_markdown([f"**{lines.causes_heading}**", *linked_causes(lines)]))
    if lines.orders:
        elements += [{"tag": "hr"}, _markdown([f"**{lines.orders_heading}**"])]
    for order in lines.orders:
        details = [harmless(line) for line in (*order.findings, order.what_to_do)]
        elements.append(_markdown([f"**{harmless(order.headline)}**", *details]))
    elements += [_markdown([harmless(note)]) for note in lines.footnotes]
    if called:
        elements.append(_markdown([called]))
    if lines.link:
        elements.append({"tag": "action", "actions": [_button(lines.link_text, lines.link)]})
    return {
        "msg_type": "interactive",
        "card": {
            "config": {"wide_screen_mode": True},
            "header": {
                "template": _COLOUR_OF_KIND[lines.kind],
                "title": {"tag": "plain_text", "content": lines.title},
            },
            "elements": elements,
        },
    }


def _markdown(lines: Sequence[str]) -> dict[str, Any]:
    return {"tag": "div", "text": {"tag": "lark_md", "content": "\n".join(lines)}}


def _button(text: str, url: str) -> dict[str, Any]:
    return {"tag": "button", "type": "primary", "text": {"tag": "plain_text", "content": text}, "url": url}
