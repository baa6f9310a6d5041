"""Serving the console on a port, and stopping while pages are open.

What belongs here: uvicorn. What does not: the application (app.py).
"""

from __future__ import annotations

import asyncio
import socket
from types import FrameType
from typing import Any, Final, Protocol

import uvicorn
from starlette.types import Receive, Scope, Send

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.console import ConsoleSettings

_SECONDS_TO_STOP: Final = 3
_WAITING: Final = 256


class Application(Protocol):
    """An application that is served; `state.watch` ends its streams."""

    state: Any

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ...


class ConsoleServer(uvicorn.Server):
    """Ends all streams of events first when it is told to stop: open ones would keep it from that."""

    def __init__(self, config: uvicorn.Config, app: Application) -> None:
        super().__init__(config)
        self._watch = app.state.watch
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Remember the loop that streams run in."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the streams, then stop."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._watch.stop(), self._loop)
        super().handle_exit(sig, frame)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes any free one. Raises ConfigurationError where it cannot."""
    listening: socket.socket | None = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        # Who opens the address as soon as it is printed waits, and is not turned away.
        listening.listen(_WAITING)
    except (OSError, OverflowError) as error:
        if listening is not None:
            listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(
            Message(
                "the console cannot listen on {host}:{port} ({reason}); name another port with --port",
                host=host,
                port=port,
                reason=reason,
            )
        ) from None
    return listening


def serve(app: Application, listening: socket.socket, settings: ConsoleSettings) -> None:
    """Serve until a signal comes, by TLS where the settings name a certificate."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        lifespan="on",
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
    )
    ConsoleServer(config, app).run(sockets=[listening])
