"""Slack incoming webhook: Block Kit, through slack-sdk.

What belongs here: Slack's blocks, limits and answers. What does not: words. Source: Slack's Block Kit
reference (50 blocks, header of 150 and section of 3,000 characters) and "rate limits" (1 message a second a
channel, 429).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any, Final
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.webhook import WebhookClient, WebhookResponse

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channel_settings import ChannelSettings
from orderhealth_pipeline.respond.channels import http
from orderhealth_pipeline.respond.channels.channel import Envelope, SendError
from orderhealth_pipeline.respond.wording import MessageLines, most_detailed

LONGEST_HEADER: Final = 150
LONGEST_SECTION: Final = 3000
LONGEST_MESSAGE: Final = 12_000
"""Characters of all blocks; Slack refuses messages near 13,000."""

LONGEST_WAIT_SECONDS: Final = 5
"""A longer Retry-After is left to the outbox: a channel must not hold its thread for minutes."""

# slack-sdk logs the webhook's address at DEBUG whenever its logger has no level of its own.
_LOGGER: Final = logging.getLogger(__name__)


def render(message: Message) -> dict[str, Any]:
    """Give `text` (what a notification shows) and `blocks`."""
    lines = most_detailed(message, lambda wording: _fits(_sections(wording)))
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": lines.title[:LONGEST_HEADER], "emoji": True},
        },
        *({"type": "section", "text": {"type": "mrkdwn", "text": section}} for section in _sections(lines)),
    ]
    return {"text": lines.title, "blocks": blocks}


def escape(text: str) -> str:
    """Escape the three signs that Slack's mrkdwn gives a meaning, so that no text can mention or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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


class DirectWebhookClient(WebhookClient):
    """slack-sdk's client, without redirects, without proxies for loopback, and with bounded answers."""

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        proxies = ProxyHandler({}) if http.is_loopback(url) else ProxyHandler()
        with build_opener(proxies, _NoRedirect()).open(req, timeout=self.timeout) as response:
            body = response.read(http.LONGEST_ANSWER).decode("utf-8", errors="replace")
            return WebhookResponse(
                url=url, status_code=response.status, body=body, headers=dict(response.headers)
            )


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class SlackChannel:
    """A Slack channel behind an incoming webhook."""

    settings: ChannelSettings

    def send(self, message: Message, envelope: Envelope) -> None:
        """Send the message; raises SendError unless the answer is 200 and "ok"."""
        _LOGGER.setLevel(logging.CRITICAL)
        client = DirectWebhookClient(
            self.settings.address,
            timeout=int(http.READ_SECONDS),
            logger=_LOGGER,
            retry_handlers=[PatientRateLimitHandler(max_retry_count=1)],
        )
        try:
            response = client.send_dict(render(message))
        except TimeoutError:
            raise SendError("Slack gave no answer in time") from None
        except (OSError, HTTPException, SlackClientError, ValueError) as error:
            raise SendError(f"the connection to Slack failed or was cut ({type(error).__name__})") from None
        _require_ok(response, envelope.now)


def _require_ok(response: WebhookResponse, now: datetime) -> None:
    headers = {name.lower(): value for name, value in response.headers.items()}
    answer = http.HttpAnswer(
        response.status_code, http.retry_after_seconds(headers.get("retry-after"), now), response.body
    )
    if not answer.is_success:
        raise answer.as_failure()
    if answer.body.strip() != "ok":
        raise SendError(f"HTTP {answer.status} without 'ok': {http.excerpt(answer.body)}")


def _sections(lines: MessageLines) -> list[str]:
    sections = [[escape(fact) for fact in lines.facts]]
    if lines.causes:
        sections.append([f"*{lines.causes_heading}*", *(f"• {escape(cause)}" for cause in lines.causes)])
    if lines.orders:
        sections.append([f"*{lines.orders_heading}*"])
    for order in lines.orders:
        details = [*(f"• {escape(finding)}" for finding in order.findings), escape(order.what_to_do)]
        sections.append([f"*{escape(order.headline)}*", *details])
    foot = [escape(note) for note in lines.footnotes]
    if lines.link:
        foot.append(f"<{escape(lines.link)}|{escape(lines.link_text)}>")
    if foot:
        sections.append(foot)
    return ["\n".join(section) for section in sections]


def _fits(sections: Sequence[str]) -> bool:
    return max(map(len, sections)) <= LONGEST_SECTION and sum(map(len, sections)) <= LONGEST_MESSAGE
