"""One HTTP POST to a webhook, bounded in time and size, that leaks its address nowhere.

What belongs here: the transport that all webhook platforms share. What does not: what an answer's body means
(robot_answer.py), signatures and retries.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from orderhealth_pipeline.respond.channels.channel import SendError

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
LONGEST_ANSWER: Final = 16_384
"""Bytes of an answer that are read; a platform's answer has a few hundred."""

LONGEST_EXCERPT: Final = 200


@dataclass(frozen=True)
class HttpAnswer:
    """A complete answer: status, the pause it asks for in seconds (null: none), and its body as text."""

    status: int
    retry_after_seconds: float | None
    body: str

    @property
    def is_success(self) -> bool:
        """Say whether the status is one of 200–299."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def as_failure(self) -> SendError:
        """Make an error of an answer whose status is no success."""
        return SendError(
            f"HTTP {self.status}: {excerpt(self.body)}", retry_after_seconds=self.retry_after_seconds
        )


def json_bytes(body: Mapping[str, Any]) -> bytes:
    """Write a body as compact UTF-8 JSON: the bytes that are sent, signed and measured."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def excerpt(text: str) -> str:
    """Give the beginning of an answer in one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_EXCERPT else flat[: LONGEST_EXCERPT - 1] + "…"


def is_loopback(url: str) -> bool:
    """Say whether the address is this machine itself, which no proxy can reach for us."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or an HTTP date seen from `now` (RFC 9110, section 10.2.3)."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def post(url: str, body: bytes, *, now: datetime, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """POST JSON and give the answer, whatever its status.

    Redirects are not followed: the body is meant for one host. Proxies of the environment are used except for
    loopback. Raises SendError, naming the host alone, when the address cannot be reached, is too slow or cuts
    the connection.
    """
    # urllib3 writes path and query of every request to its DEBUG log, and they are the webhook's key.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    host = urlsplit(url).hostname
    with requests.Session() as session:
        session.trust_env = not is_loopback(url)
        try:
            with session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                text = _read(response)
                pause = retry_after_seconds(response.headers.get("Retry-After"), now)
                return HttpAnswer(response.status_code, pause, text)
        except requests.exceptions.SSLError:
            raise SendError(f"the certificate of {host} was not accepted") from None
        except requests.Timeout:
            raise SendError(f"{host} gave no answer in time") from None
        except requests.RequestException as error:
            raise SendError(f"the connection to {host} failed or was cut ({type(error).__name__})") from None


def _read(response: requests.Response) -> str:
    """Read at most LONGEST_ANSWER bytes within READ_SECONDS; the library's own timeout is one per packet."""
    deadline = time.monotonic() + READ_SECONDS
    received = bytearray()
    # Larger pieces would make the library wait for a full one, past the deadline.
    for piece in response.iter_content(chunk_size=1):
        received += piece
        if len(received) >= LONGEST_ANSWER:
            break
        if time.monotonic() > deadline:
            raise requests.Timeout
    return received.decode("utf-8", errors="replace")
