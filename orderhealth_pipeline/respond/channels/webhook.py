"""Generic webhook: the whole message as JSON, signed with HMAC-SHA256.

What belongs here: the public JSON record, its headers and its signature. What does not: transport.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import ChannelSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Envelope
from orderhealth_pipeline.respond.redaction import redact
from orderhealth_pipeline.respond.wording import compose

SIGNATURE_HEADER: Final = "X-OrderHealth-Signature"
TIMESTAMP_HEADER: Final = "X-OrderHealth-Timestamp"
IDEMPOTENCY_HEADER: Final = "Idempotency-Key"


def render(message: Message) -> dict[str, Any]:
    """Give alert_id, title and every field of the message (decimals as text, instants as ISO 8601 in UTC)."""
    return {
        "alert_id": message.alert_id,
        "title": compose(message).title,
        **message.model_dump(mode="json"),
    }


def sign(secret: str, body: bytes) -> str:
    """Give `sha256=` and the hexadecimal HMAC-SHA256 (key = secret) of the body as it is sent."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


@dataclass(frozen=True)
class WebhookChannel:
    """A receiver of one's own."""

    settings: ChannelSettings

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the record with timestamp (seconds) and key; raises SendError unless the status is 2xx."""
        body = http.json_bytes(render(message))
        headers = {
            TIMESTAMP_HEADER: str(int(envelope.now.timestamp())),
            IDEMPOTENCY_HEADER: envelope.idempotency_key,
        }
        if self.settings.secret is not None:
            headers[SIGNATURE_HEADER] = sign(self.settings.secret.get_secret_value(), body)
        hide = partial(redact, settings=self.settings)
        answer = http.post(self.settings.address, body, now=envelope.now, headers=headers, hide=hide)
        if not answer.is_success:
            raise answer.as_failure()
