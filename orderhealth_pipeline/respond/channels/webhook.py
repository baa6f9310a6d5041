"""Generic webhook: the whole message as JSON, signed as Standard Webhooks says.

What belongs here: the public JSON record. What does not: signatures (sinks/standard_webhooks.py) and
transport.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Envelope
from orderhealth_pipeline.respond.messages.wording import compose
from orderhealth_pipeline.respond.redaction import redact
from orderhealth_pipeline.respond.sinks.standard_webhooks import signed_headers


def render(message: Message) -> dict[str, Any]:
    """Return alert_id, title and all fields of the message (decimals as text, instants as ISO 8601, UTC)."""
    return {
        "alert_id": message.alert_id,
        "title": compose(message).title,
        **message.model_dump(mode="json"),
    }


@dataclass(frozen=True)
class WebhookChannel:
    """A receiver of one's own."""

    settings: WebSettings

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the record with key, timestamp and signature; raises SendError unless the status is 2xx."""
        body = http.json_bytes(render(message))
        headers = signed_headers(envelope.idempotency_key, envelope.now, body, self.settings.secrets)
        hide = partial(redact, settings=self.settings)
        answer = http.post(self.settings.address, body, now=envelope.now, headers=headers, hide=hide)
        if not answer.is_success:
            raise answer.as_failure()
