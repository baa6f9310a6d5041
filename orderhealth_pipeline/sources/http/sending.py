"""Sending one request of a source, within time and size, so that no address reaches a log.

What belongs here: bytes out, and the answer as text. What does not: what an answer means (client.py).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import requests

from orderhealth_pipeline.respond.addresses import is_loopback
from orderhealth_pipeline.respond.channels.deadline import Connections, WatchedAdapter, within
from orderhealth_pipeline.sources.http.signing import Request

_CONNECT_SECONDS: Final = 5.0
_REQUEST_SECONDS: Final = 60.0
_LARGEST_ANSWER: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Response:
    """An answer as it came; `next_url` is where its Link header leads on."""

    status: int
    headers: Mapping[str, str]
    text: str
    next_url: str | None


def send(request: Request) -> Response:
    """Send a request. Raises requests.RequestException and TimeoutError."""
    return within(_REQUEST_SECONDS, lambda connections: _sent(request, connections))


def _sent(request: Request, connections: Connections) -> Response:
    # urllib3 writes path and query of every request to its DEBUG log.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    with requests.Session() as session:
        session.trust_env = not is_loopback(request.url)
        for scheme in ("http://", "https://"):
            session.mount(scheme, WatchedAdapter(connections))
        with session.request(
            request.method,
            request.url,
            data=request.body,
            headers=dict(request.headers),
            timeout=(_CONNECT_SECONDS, _REQUEST_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            received = bytearray()
            for piece in response.iter_content(chunk_size=65_536):
                received += piece
                if len(received) > _LARGEST_ANSWER:
                    raise requests.exceptions.ContentDecodingError
            link = response.links.get("next", {}).get("url")
            return Response(
                response.status_code, response.headers, received.decode("utf-8", errors="replace"), link
            )
