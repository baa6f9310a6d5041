"""Events on their way to landing files: on the disk before anybody is told that they arrived.

What belongs here: writing together what comes together, and giving files their names. What does not: who may
send events (schemes.py).
"""

from __future__ import annotations

import logging
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Final

from orderhealth_pipeline.sources.landing.files import (
    PRIVATE,
    UNFINISHED,
    LandingName,
    after,
    finish,
    landing_name,
    part_of,
    sync_folder,
)
from orderhealth_pipeline.sources.push.memory import EventMemory
from orderhealth_pipeline.sources.push.schemes import Event

_LOG: Final = logging.getLogger(__name__)
_LONGEST_QUEUE: Final = 5_000
_AT_ONCE: Final = 1_000
_LOOK_EVERY_SECONDS: Final = 0.1
LAND_AFTER_SECONDS: Final = 1.0
"""How long events wait for others until their file gets its name, and a run may read it."""

_LARGEST_FILE: Final = 32 * 1024 * 1024


class BusySpoolError(Exception):
    """More comes than the disk takes: the sender is to try again."""


@dataclass(frozen=True)
class _Waiting:
    series: str
    events: Sequence[Event]
    done: Future[int]


@dataclass
class _Open:
    """A file that is written: nobody reads it until it gets its name."""

    path: Path
    handle: int
    since: float
    size: int = 0

    def append(self, content: bytes) -> None:
        """Write all of it, or nothing: half a line would spoil the one that follows."""
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(self.handle, left) :]
            os.fsync(self.handle)
        except OSError:
            os.ftruncate(self.handle, self.size)
            raise
        self.size += len(content)


class Spool:
    """The events of one source. `clock` counts seconds, `now` returns the instant for names of files."""

    def __init__(
        self,
        folder: Path,
        source: str,
        memory: EventMemory,
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._folder, self._source, self._memory = folder, source, memory
        self._clock, self._now = clock, now
        self._queue: Queue[_Waiting | None] = Queue(_LONGEST_QUEUE)
        self._open: dict[str, _Open] = {}
        self._newest: datetime | None = None
        recover(folder, source)
        self._writer = threading.Thread(target=self._run, name=f"spool-{source}", daemon=True)
        self._writer.start()

    def keep(self, series: str, events: Sequence[Event]) -> Future[int]:
        """Keep events; the future says how many were new once they are on disk. Raises BusySpoolError."""
        waiting = _Waiting(series, events, Future())
        try:
            self._queue.put_nowait(waiting)
        except Full:
            raise BusySpoolError from None
        return waiting.done

    def close(self) -> None:
        """Let everything land that waits, and stop."""
        self._queue.put(None)
        self._writer.join()

    def _run(self) -> None:
        is_closing = False
        while not is_closing:
            batch: list[_Waiting] = []
            try:
                first = self._queue.get(timeout=_LOOK_EVERY_SECONDS)
                while first is not None:
                    batch.append(first)
                    if len(batch) >= _AT_ONCE:
                        break
                    first = self._queue.get_nowait()
                is_closing = first is None
            except Empty:
                pass
            if batch:
                self._write(batch)
            self._land(everything=is_closing)

    def _write(self, batch: Sequence[_Waiting]) -> None:
        """Write what came together, with one wait for the disk."""
        counts = []
        texts: defaultdict[str, list[str]] = defaultdict(list)
        for waiting in batch:
            new = self._memory.new_of(waiting.events)
            counts.append(len(new))
            if new:
                texts[waiting.series] += [f"{event.payload}\n" for event in new]
        try:
            for series, lines in texts.items():
                self._opened(series).append("".join(lines).encode(errors="replace"))
            self._memory.keep()
        except OSError as error:
            self._memory.forget()
            for waiting in batch:
                waiting.done.set_exception(error)
            return
        for waiting, count in zip(batch, counts, strict=True):
            waiting.done.set_result(count)

    def _opened(self, series: str) -> _Open:
        if series not in self._open:
            self._newest = after(self._now(), self._newest)
            path = self._folder / LandingName(series, self._newest, self._source, "jsonl").file
            handle = os.open(part_of(path), os.O_CREAT | os.O_WRONLY | os.O_APPEND, PRIVATE)
            self._open[series] = _Open(path, handle, self._clock())
            sync_folder(self._folder)
        return self._open[series]

    def _land(self, *, everything: bool) -> None:
        for series, opened in list(self._open.items()):
            is_old = self._clock() - opened.since >= LAND_AFTER_SECONDS
            if not (everything or is_old or opened.size > _LARGEST_FILE):
                continue
            try:
                os.close(opened.handle)
                finish([opened.path])
            except OSError as error:
                # It is on disk under its other name, and lands when the source is opened the next time.
                _LOG.warning("%s: %s waits to land: %s", self._source, opened.path.name, error)
            del self._open[series]


def recover(folder: Path, source: str) -> None:
    """Let land what a dead process left: whole lines were acknowledged, half of one was not."""
    for left in sorted(folder.glob(f".*.jsonl{UNFINISHED}")):
        name = landing_name(left.name.removeprefix(".").removesuffix(UNFINISHED))
        if name is None or name.source != source:
            continue
        content = left.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if not whole:
            left.unlink()
            continue
        if len(whole) < len(content):
            os.truncate(left, len(whole))
        finish([folder / name.file])
