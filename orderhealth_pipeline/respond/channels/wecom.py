"""WeCom (企业微信) group robot: Markdown within 4,096 bytes.

What belongs here: WeCom's body, limits and codes. What does not: words and transport. The address carries the
key; the platform has no signature. Source: WeCom developer documents, "group robot configuration".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.respond.channels import http, markdown
from orderhealth_pipeline.respond.channels.channel import Envelope
from orderhealth_pipeline.respond.channels.robot_answer import require_success
from orderhealth_pipeline.respond.redaction import redact

LIMIT_BYTES: Final = 4096
"""Of the content in UTF-8; a longer one is refused with 40058."""

PAUSE_SECONDS_OF_CODE: Final = {45009: 60.0}
"""More than 20 messages a minute, refused ones counted."""


def render(message: Message) -> dict[str, Any]:
    """Return the request body."""
    content = markdown.text_within(message, separator="\n", limit_bytes=LIMIT_BYTES)
    return {"msgtype": "markdown", "markdown": {"content": content}}


@dataclass(frozen=True)
class WeComChannel:
    """A WeCom group."""

    settings: WebSettings

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the message; raises SendError unless the answer's errcode is 0."""
        hide = partial(redact, settings=self.settings)
        answer = http.post(
            self.settings.address, http.json_bytes(render(message)), now=envelope.now, hide=hide
        )
        require_success(
            answer, code_key="errcode", text_key="errmsg", pause_seconds_of_code=PAUSE_SECONDS_OF_CODE
        )
