"""Slack incoming webhook: Block Kit, through slack-sdk.

What belongs here: Slack's blocks, limits and answers. What does not: words. Source: Slack's Block Kit
reference (50 blocks, header of 150 and section of 3,000 characters) and "rate limits" (1 message a second a
channel, 429).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import Message as Headers
from functools import partial
from io import BytesIO
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request

from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.webhook import WebhookClient, WebhookResponse

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import WebSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Envelope, SendError
from orderhealth_pipeline.respond.channels.outside_text import harmless
from orderhealth_pipeline.respond.messages.mentions import EVERYBODY, NOBODY_IS_NAMED, Mentions
from orderhealth_pipeline.respond.messages.message_lines import MessageLines
from orderhealth_pipeline.respond.messages.wording import most_detailed
from orderhealth_pipeline.respond.redaction import redact

LONGEST_HEADER: Final = 150
LONGEST_SECTION: Final = 3000
LONGEST_MESSAGE: Final = 12_000
"""Characters of all blocks; Slack refuses messages near 13,000."""

LONGEST_WAIT_SECONDS: Final = 5
"""A longer Retry-After is left to the outbox: a channel must not hold its thread for minutes."""

# slack-sdk logs the webhook's address at DEBUG whenever its logger has no level of its own.
_LOGGER: Final = logging.getLogger(__name__)


def render(message: Message, mentions: Sequence[str] = ()) -> dict[str, Any]:
    """Return `text` (what a notification shows) and `blocks`; people are named by member or group id."""
    called = " ".join(_mention(person) for person in mentions)
    lines = most_detailed(message, lambda wording: _fits(_sections(wording, called)))
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": lines.title[:LONGEST_HEADER], "emoji": True},
        },
        # Verbatim: what looks like an address or a channel's name is left as it is.
        *(
            {"type": "section", "text": {"type": "mrkdwn", "text": section, "verbatim": True}}
            for section in _sections(lines, called)
        ),
    ]
    return {"text": escape(lines.title), "blocks": blocks}


def escape(text: str) -> str:
    """Make an outside text harmless and escape the sign that is left to Slack's mrkdwn."""
    return harmless(text).replace("&", "&amp;")


class PatientRateLimitHandler(RateLimitErrorRetryHandler):
    """slack-sdk's handler for 429, which would otherwise sleep for as long as a Retry-After says."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or not super()._can_retry(
            state=state, request=request, response=response, error=error
        ):
            return False
        pauses = [values[0] for name, values in response.headers.items() if name.lower() == "retry-after"]
        return bool(pauses) and pauses[0].isdecimal() and int(pauses[0]) <= LONGEST_WAIT_SECONDS


class BoundedWebhookClient(WebhookClient):
    """slack-sdk's client over the transport of all channels: bounded in time and size, without redirects."""

    def __init__(self, url: str, post: Callable[[bytes], http.HttpAnswer]) -> None:
        super().__init__(url, logger=_LOGGER, retry_handlers=[PatientRateLimitHandler(max_retry_count=1)])
        self._post = post

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        """Send once; the handlers of slack-sdk look at a refusal as urllib raises it."""
        body = req.data
        if not isinstance(body, bytes):
            raise TypeError("slack-sdk is expected to send bytes")
        answer = self._post(body)
        if answer.is_success:
            return WebhookResponse(url=url, status_code=answer.status, body=answer.body, headers={})
        headers = Headers()
        if answer.retry_after_seconds is not None:
            headers["Retry-After"] = str(int(answer.retry_after_seconds))
        raise HTTPError(url, answer.status, "", headers, BytesIO(answer.body.encode()))


@dataclass(frozen=True)
class SlackChannel:
    """A Slack channel behind an incoming webhook."""

    settings: WebSettings
    mentions: Mentions = NOBODY_IS_NAMED

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the message; raises SendError unless the answer is 200 and "ok"."""
        _LOGGER.setLevel(logging.CRITICAL)
        hide = partial(redact, settings=self.settings)
        post = partial(http.post, self.settings.address, now=envelope.now, hide=hide)
        try:
            response = BoundedWebhookClient(self.settings.address, post).send_dict(
                render(message, self.mentions.of(message, self.settings))
            )
        except (SlackClientError, ValueError) as error:
            raise SendError(f"slack-sdk could not send the message ({type(error).__name__})") from None
        pause = http.retry_after_seconds(response.headers.get("Retry-After"), envelope.now)
        answer = http.HttpAnswer(response.status_code, pause, response.body, hide)
        if not answer.is_success:
            raise answer.as_failure()
        if answer.body.strip() != "ok":
            raise SendError(f"HTTP {answer.status} without 'ok': {answer.excerpt(answer.body)}")


def _mention(person: str) -> str:
    if person == EVERYBODY:
        return "<!channel>"
    return f"<!subteam^{person}>" if person.startswith("S") else f"<@{person}>"


def _linked(lines: MessageLines, cause: str, address: str | None) -> str:
    shown = f"• {escape(cause)}"
    return f"{shown} <{address.replace('&', '&amp;')}|{escape(lines.open_text)}>" if address else shown


def _sections(lines: MessageLines, called: str = "") -> list[str]:
    sections = [[escape(fact) for fact in lines.facts]]
    if lines.causes:
        causes = (_linked(lines, cause, address) for cause, address in lines.linked_causes)
        sections.append([f"*{lines.causes_heading}*", *causes])
    if lines.orders:
        sections.append([f"*{lines.orders_heading}*"])
    for order in lines.orders:
        details = [*(f"• {escape(finding)}" for finding in order.findings), escape(order.what_to_do)]
        sections.append([f"*{escape(order.headline)}*", *details])
    foot = [escape(note) for note in lines.footnotes]
    if lines.link:
        foot.append(f"<{lines.link.replace('&', '&amp;')}|{escape(lines.link_text)}>")
    if foot:
        sections.append(foot)
    if called:
        sections.append([called])
    return ["\n".join(section) for section in sections]


def _fits(sections: Sequence[str]) -> bool:
    return max(map(len, sections)) <= LONGEST_SECTION and sum(map(len, sections)) <= LONGEST_MESSAGE
