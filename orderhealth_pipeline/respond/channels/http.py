"""One HTTP POST to a webhook, bounded in time and size, that leaks its address nowhere.

What belongs here: the transport that all webhook platforms share. What does not: what an answer's body means
(robot_answer.py), signatures and retries.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from orderhealth_pipeline.respond.addresses import is_loopback
from orderhealth_pipeline.respond.channels.channel import NotReachedError, SendError
from orderhealth_pipeline.respond.channels.deadline import Connections, WatchedAdapter, within
from orderhealth_pipeline.respond.messages.one_line import one_line

CONNECT_SECONDS: Final = 5.0
REQUEST_SECONDS: Final = 10.0
"""For a whole request, from the look-up of the host's name to the last byte of the answer."""

LONGEST_PAUSE_SECONDS: Final = 3600.0
"""No server keeps its channel silent for longer by a Retry-After, which may be an instant by mistake."""

LONGEST_ANSWER: Final = 16_384
"""Bytes of an answer that are read; a platform's answer has a few hundred."""

LONGEST_EXCERPT: Final = 200
_LONGEST_SECRET: Final = 4096
_REFUSED_CERTIFICATE: Final = "CERTIFICATE_VERIFY_FAILED"


def as_it_is(text: str) -> str:
    """Hide nothing: the text repeats no secret."""
    return text


@dataclass(frozen=True)
class HttpAnswer:
    """A complete answer: status, the pause it asks for in seconds (null: none), and its body as text.

    `hide` takes secrets out of what the body says. It sees the whole text: half a secret is known no more.
    """

    status: int
    retry_after_seconds: float | None
    body: str
    hide: Callable[[str], str] = as_it_is

    @property
    def is_success(self) -> bool:
        """Say whether the status is one of 200–299."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def as_failure(self) -> SendError:
        """Make an error of an answer whose status is no success."""
        return SendError(
            f"HTTP {self.status}: {self.excerpt(self.body)}", retry_after_seconds=self.retry_after_seconds
        )

    def excerpt(self, text: str) -> str:
        """Return the beginning of what the answer says in one line, without secrets."""
        said = self.hide(text)
        if len(self.body.encode()) >= LONGEST_ANSWER:
            # The end of what was read may be the beginning of a secret.
            said = said[:-_LONGEST_SECRET]
        return one_line(said, LONGEST_EXCERPT)


def json_bytes(body: Mapping[str, Any]) -> bytes:
    """Write a body as compact UTF-8 JSON: the bytes that are sent, signed and measured."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or an HTTP date seen from `now` (RFC 9110, section 10.2.3).

    A pause is never longer than LONGEST_PAUSE_SECONDS; what is neither seconds nor a date asks for none.
    """
    text = (header or "").strip()
    if text.isdecimal():
        return min(float(text), LONGEST_PAUSE_SECONDS)
    try:
        seconds = (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError, IndexError, ArithmeticError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE_SECONDS)


def post(
    url: str,
    body: bytes,
    *,
    now: datetime,
    headers: Mapping[str, str] | None = None,
    hide: Callable[[str], str] = as_it_is,
) -> HttpAnswer:
    """POST JSON and return the answer, whatever its status; `hide` takes secrets out of what it says.

    Redirects are not followed: the body is meant for one host. Proxies of the environment are used except for
    loopback. Raises SendError, naming the host alone, when the address is too slow or cuts the connection,
    and NotReachedError where nothing can have arrived.
    """
    # urllib3 writes path and query of every request to its DEBUG log, and they are the webhook's key.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    host = urlsplit(url).hostname
    sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}

    def request(connections: Connections) -> HttpAnswer:
        with requests.Session() as session:
            session.trust_env = not is_loopback(url)
            for scheme in ("http://", "https://"):
                session.mount(scheme, WatchedAdapter(connections))
            with session.post(
                url,
                data=body,
                headers=sent,
                timeout=(CONNECT_SECONDS, REQUEST_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                pause = retry_after_seconds(response.headers.get("Retry-After"), now)
                return HttpAnswer(response.status_code, pause, _read(response), hide)

    try:
        return within(REQUEST_SECONDS, request)
    except requests.exceptions.SSLError as error:
        kind = NotReachedError if _REFUSED_CERTIFICATE in str(error) else SendError
        raise kind(f"the certificate of {host} was not accepted") from None
    except requests.ConnectTimeout:
        raise NotReachedError(f"{host} gave no answer in time") from None
    except (requests.Timeout, TimeoutError):
        raise SendError(f"{host} gave no answer in time") from None
    except requests.RequestException as error:
        kind = NotReachedError if _is_not_connected(error) else SendError
        raise kind(f"the connection to {host} failed or was cut ({type(error).__name__})") from None


def _is_not_connected(error: requests.RequestException) -> bool:
    """Say whether there was no connection at all: then nothing can have arrived."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)


def _read(response: requests.Response) -> str:
    """Read at most LONGEST_ANSWER bytes."""
    received = bytearray()
    # Larger pieces would make the library wait for a full one, though the answer is complete without it.
    for piece in response.iter_content(chunk_size=1):
        received += piece
        if len(received) >= LONGEST_ANSWER:
            break
    return received.decode("utf-8", errors="replace")
