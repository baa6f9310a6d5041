"""HTTP sink: one POST of JSON per action, signed as Standard Webhooks says.

What belongs here: the body, and what an answer means for an action. What does not: transport
(channels/http.py) and signatures (standard_webhooks.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from orderhealth_pipeline.respond.actions.settings import SinkSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import NotReachedError, SendError
from orderhealth_pipeline.respond.redaction import hidden
from orderhealth_pipeline.respond.sinks.sink import DoubtfulError, NotDoneError, Parcel, RefusedError
from orderhealth_pipeline.respond.sinks.standard_webhooks import signed_headers

_NOT_YET: Final = frozenset({HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
"""The receiver says that it did nothing, and that it may be asked again."""

_REFUSALS: Final = range(400, 500)
_DOUBTFUL: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})
"""What may be said of a request that has its effect already, or is being worked on."""


def body_of(parcel: Parcel) -> bytes:
    """Return the bytes of a request: they are the same for all tries."""
    return http.json_bytes(
        {
            "type": f"order.{parcel.type}",
            "timestamp": parcel.proposed_at.astimezone(UTC).isoformat(),
            "data": {"action_id": parcel.action_id, **json.loads(parcel.payload)},
        }
    )


@dataclass(frozen=True)
class HttpSink:
    """A system with a web address."""

    name: str
    settings: SinkSettings

    def written(self, parcel: Parcel, now: datetime) -> bytes:
        """Return the request with its headers; of the address the host alone."""
        headers = signed_headers(parcel.idempotency_key, now, body_of(parcel), self.settings.secrets)
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join(["POST", *lines, "", ""]).encode() + body_of(parcel)

    @property
    def most_at_once(self) -> int:
        """One request has one action."""
        return 1

    def send(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Send the request; any 2xx means that it was taken, which is no proof that it was done."""
        (parcel,) = parcels
        body = body_of(parcel)
        headers = signed_headers(parcel.idempotency_key, now, body, self.settings.secrets)
        try:
            answer = http.post(self.settings.address, body, now=now, headers=headers, hide=self._hide)
        except NotReachedError as error:
            raise NotDoneError(str(error)) from None
        except SendError as error:
            raise DoubtfulError(str(error)) from None
        if answer.is_success:
            return
        failure = answer.as_failure()
        if answer.status in _NOT_YET:
            raise NotDoneError(str(failure), retry_after_seconds=failure.retry_after_seconds)
        if answer.status in _REFUSALS and answer.status not in _DOUBTFUL:
            raise RefusedError(str(failure))
        raise DoubtfulError(str(failure), retry_after_seconds=failure.retry_after_seconds)

    def _hide(self, text: str) -> str:
        return hidden(text, self.settings.secrets, self.settings.address)
