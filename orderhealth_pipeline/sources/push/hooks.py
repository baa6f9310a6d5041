"""The address /hooks/<source>: what it answers, and when.

What belongs here: HTTP. What does not: signatures (schemes.py), and keeping events (spool.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.sources import CANONICAL, PushSource
from orderhealth_pipeline.sources.landing.state import locked
from orderhealth_pipeline.sources.push.memory import EventMemory
from orderhealth_pipeline.sources.push.schemes import SCHEMES, Keys, Push, RefusedPushError
from orderhealth_pipeline.sources.push.spool import BusySpoolError, Spool

LARGEST_BODY: Final = 2 * 1024 * 1024
DEFAULT_SERIES: Final = "events"
_RETRY: Final = {"Retry-After": "5"}
_LOG: Final = logging.getLogger(__name__)


class Hooks:
    """The receiving side of all push sources of a configuration; `now` returns the present instant, UTC."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self._sources = {
            name: source for name, source in settings.sources.items() if isinstance(source, PushSource)
        }
        # Read once: reading them takes longer than all else that an event needs.
        self._feeds = frozenset(feed_contracts()) if self._sources else frozenset()
        self._spools: dict[str, Spool] = {}
        self._memories: list[EventMemory] = []
        self._locks = ExitStack()

    def routes(self) -> list[Route]:
        """Return the routes of the console."""
        return [
            Route("/hooks/{source}", self._receive, methods=["POST"]),
            Route("/hooks/{source}/{series}", self._receive, methods=["POST"]),
        ]

    def open(self) -> None:
        """Let land what a dead process left, and begin to keep events. One process at a time has a source."""
        for name, source in self._sources.items():
            folder = self._settings.landing_of(name)
            if not self._locks.enter_context(locked(folder, name)):
                _LOG.warning(Message("{source}: another process receives its events", source=name))
                continue
            memory = EventMemory(folder / f".{name}.events", source.remember, self._now)
            self._memories.append(memory)
            self._spools[name] = Spool(folder, name, memory, clock=time.monotonic, now=self._now)

    def close(self) -> None:
        """Let everything land that was acknowledged."""
        for spool in self._spools.values():
            spool.close()
        for memory in self._memories:
            memory.close()
        self._spools, self._memories = {}, []
        self._locks.close()

    async def _receive(self, request: Request) -> Response:
        name, series = request.path_params["source"], request.path_params.get("series", DEFAULT_SERIES)
        source = self._sources.get(name)
        if source is None or not self._is_expected(source, series):
            return JSONResponse({"error": "there is no such hook"}, 404)
        spool = self._spools.get(name)
        if spool is None:
            return JSONResponse({"error": "not now"}, 503, headers=_RETRY)
        try:
            body = await _body(request)
            scheme = SCHEMES[source.scheme]
            push = Push(
                {key.lower(): value for key, value in request.headers.items()},
                dict(request.query_params),
                body,
            )
            events = scheme.read(push, _keys(source), self._now())
            await asyncio.wrap_future(spool.keep(series, events))
        except RefusedPushError as refused:
            _LOG.info("%s: refused: %s", name, refused.reason)
            return JSONResponse({"error": refused.reason}, refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        except (BusySpoolError, OSError) as error:
            _LOG.warning(Message("{source}: events cannot be kept ({reason})", source=name, reason=error))
            return JSONResponse({"error": "not now"}, 503, headers=_RETRY)
        return JSONResponse(dict(scheme.answer))

    def _is_expected(self, source: PushSource, series: str) -> bool:
        """Say whether files of that series are read: of a feed, or through an adapter."""
        if source.adapter == CANONICAL:
            return series in self._feeds
        return series.isascii() and series.replace("_", "").isalnum() and series.islower()


async def _body(request: Request) -> bytes:
    """Read a body, no further than a platform's events are long."""
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > LARGEST_BODY:
            raise RefusedPushError("the body is too large", 413)
    return bytes(received)


def _keys(source: PushSource) -> Keys:
    other = source.key.get_secret_value() if source.key else ""
    return Keys(tuple(each.get_secret_value() for each in source.secret), other, source.tolerance)
