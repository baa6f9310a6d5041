"""WeCom (企业微信) group robot: Markdown within 4,096 bytes.

What belongs here: WeCom's body, limits and codes. What does not: words and transport. The address carries the
key; the platform has no signature. Source: WeCom developer documents, "group robot configuration".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.respond.channels import http, markdown
from orderhealth_pipeline.respond.channels.channel import Envelope
from orderhealth_pipeline.respond.channels.robot_answer import require_success
from orderhealth_pipeline.respond.messages.mentions import EVERYBODY, NOBODY_IS_NAMED, Mentions, is_phone
from orderhealth_pipeline.respond.redaction import redact

LIMIT_BYTES: Final = 4096
"""Of the content in UTF-8; a longer one is refused with 40058."""

TEXT_LIMIT_BYTES: Final = 2048
"""Of a plain text, likewise."""

PAUSE_SECONDS_OF_CODE: Final = {45009: 60.0}
"""More than 20 messages a minute, refused ones counted."""


def render(message: Message, mentions: Sequence[str] = ()) -> dict[str, Any]:
    """Return the request body. Markdown names people by user id alone: with a phone number it is a text."""
    if any(is_phone(person) or person == EVERYBODY for person in mentions):
        return _text(message, mentions)
    called = " ".join(f"<@{person}>" for person in mentions)
    content = markdown.text_within(message, separator="\n", limit_bytes=LIMIT_BYTES, called=called)
    return {"msgtype": "markdown", "markdown": {"content": content}}


def _text(message: Message, mentions: Sequence[str]) -> dict[str, Any]:
    content = markdown.plain_within(message, limit_bytes=TEXT_LIMIT_BYTES)
    everybody = "@all"
    return {
        "msgtype": "text",
        "text": {
            "content": content,
            "mentioned_list": [
                everybody if person == EVERYBODY else person for person in mentions if not is_phone(person)
            ],
            "mentioned_mobile_list": [person for person in mentions if is_phone(person)],
        },
    }


@dataclass(frozen=True)
class WeComChannel:
    """A WeCom group."""

    settings: WebSettings
    mentions: Mentions = NOBODY_IS_NAMED

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the message; raises SendError unless the answer's errcode is 0."""
        hide = partial(redact, settings=self.settings)
        body = http.json_bytes(render(message, self.mentions.of(message, self.settings)))
        answer = http.post(self.settings.address, body, now=envelope.now, hide=hide)
        require_success(
            answer, code_key="errcode", text_key="errmsg", pause_seconds_of_code=PAUSE_SECONDS_OF_CODE
        )
