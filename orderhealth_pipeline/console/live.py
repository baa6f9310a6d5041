"""What happened since a page was made: a stream of thin events, and the watch that they come from.

What belongs here: noticing that something was published or said, and telling all who listen. What does not:
what pages make of it; they are fetched again.

An event's id is `<evaluation>.<entry>`: the evaluation that is published and the newest entry of the desk.
So who comes back with the id that they heard last (`Last-Event-ID`) is told at once what they missed, also
after the console was started again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.desk.reading import read_position
from orderhealth_pipeline.errors import OrderHealthError

_LOG: Final = logging.getLogger(__name__)
_SECONDS_BETWEEN_LOOKS: Final = 0.4
_SECONDS_OF_SILENCE: Final = 15.0
"""After so long a comment is sent: networks cut connections on which nothing is said."""
_MILLISECONDS_TO_RETRY: Final = 1000
_ID: Final = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class State:
    """What there is to be seen: the evaluation that is published, and the newest entry of the desk."""

    evaluation: int = 0
    entry: int = 0

    @property
    def id(self) -> str:
        """The id of the event that leads to this state."""
        return f"{self.evaluation}.{self.entry}"


class Watch:
    """Looks for news while the console runs, and wakes all who listen.

    `prepare` makes what most of them will ask for, before they are told.
    """

    def __init__(self, site: Site, prepare: Callable[[], object]) -> None:
        self._site = site
        self._prepare = prepare
        self._news = asyncio.Condition()
        self._version: str | None = None
        self.state = State()
        self.listeners = 0
        self.is_stopping = False

    async def run(self) -> None:
        """Look until the task is cancelled; what cannot be read is looked at again."""
        with suppress(OrderHealthError):
            await run_in_threadpool(self._prepare)
        while True:
            try:
                await self.look()
            except OrderHealthError as error:
                _LOG.warning("%s", error)
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    async def look(self) -> None:
        """Look once, and tell what is new."""
        state = await run_in_threadpool(self._look)
        self._site.shown_state = state.id
        if state != self.state:
            async with self._news:
                self.state = state
                self._news.notify_all()

    async def stop(self) -> None:
        """Let every stream end, so that the server can stop."""
        async with self._news:
            self.is_stopping = True
            self._news.notify_all()

    async def stream(self, last_heard: str | None) -> AsyncIterator[bytes]:
        """Return events as they happen, beginning with what somebody missed who heard `last_heard` last."""
        self.listeners += 1
        try:
            known = _state_of(last_heard) or self.state
            yield f"retry: {_MILLISECONDS_TO_RETRY}\nid: {known.id}\n\n".encode()
            while not self.is_stopping:
                state = self.state
                for event in _events(known, state):
                    yield event
                known = state
                if not await self._news_within(_SECONDS_OF_SILENCE, known):
                    yield b": still here\n\n"
        finally:
            self.listeners -= 1

    async def _news_within(self, seconds: float, known: State) -> bool:
        async with self._news:
            try:
                await asyncio.wait_for(
                    self._news.wait_for(lambda: self.is_stopping or self.state != known), seconds
                )
            except TimeoutError:
                return False
        return True

    def _look(self) -> State:
        version = self._site.snapshot.version()
        evaluation = self.state.evaluation
        if version is not None and version != self._version:
            with self._site.snapshot.reading() as con:
                rows = sql.run(con, "store/runs/select_published_run")
            evaluation = rows[0][0] if rows else 0
            if self._version is not None:
                self._prepare()
            self._version = version
        return State(evaluation, read_position(self._site.settings.desk_address))


def _state_of(id_heard: str | None) -> State | None:
    found = _ID.fullmatch(id_heard or "")
    return State(int(found[1]), int(found[2])) if found else None


def _events(known: State, state: State) -> list[bytes]:
    events = []
    if state.evaluation != known.evaluation:
        events.append(_event("published", State(state.evaluation, known.entry), state.evaluation))
    if state.entry != known.entry:
        events.append(_event("said", state, state.entry))
    return events


def _event(name: str, state: State, number: int) -> bytes:
    data = json.dumps({name: number})
    return f"id: {state.id}\nevent: {name}\ndata: {data}\n\n".encode()
