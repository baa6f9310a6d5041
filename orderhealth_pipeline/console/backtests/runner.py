"""Runs the back-tests of a console one after the other, each in a process of its own, while nobody looks.

What belongs here: who runs which, and what becomes of one whose process is gone. What does not: a back-test
itself (worker.py).
"""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock, Thread
from typing import Final

from orderhealth_pipeline.console.backtests.worker import work
from orderhealth_pipeline.desk.backtests import Backtests, KeptBacktest
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.settings import Settings

_LONGEST_SILENCE: Final = timedelta(hours=1)
"""After so long without a sign a worker of another machine is taken to be gone."""

_SECONDS_BETWEEN_SIGNS: Final = 20.0
_DIED: Final = {
    "zh": "进程中断了，可能是内存不足；请看日志。",
    "en": "Its process ended, perhaps because memory ran out: see the log.",
}


class Runner:
    """The back-tests of one console: `wake` lets those that wait be run."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings, self._clock = settings, clock
        self._lock = Lock()
        self._thread: Thread | None = None

    @cached_property
    def kept(self) -> Backtests:
        """The back-tests of the desk. Raises StoreError where it cannot be opened."""
        return Backtests(self.settings.desk_address)

    def resume(self) -> None:
        """Begin anew what was under way when a console ended, and run what waits. Raises StoreError."""
        unfinished = self.kept.unfinished()
        for job in unfinished:
            if job.state == "running" and self._is_gone(job):
                self.kept.wait_again(job.backtest)
        if unfinished:
            self.wake()

    def wake(self) -> None:
        """Run what waits, unless that is under way."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="backtests", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        with suppress(OrderHealthError):
            while (job := self._next()) is not None:
                self._run_one(job.backtest)

    def _next(self) -> KeptBacktest | None:
        waiting = (each for each in self.kept.unfinished() if each.state == "waiting")
        return next(waiting, None)

    def _run_one(self, number: int) -> None:
        # A child of this process, which ends with it: the next console begins it anew.
        process = multiprocessing.get_context("spawn").Process(
            target=work, args=(self.settings, number), daemon=True
        )
        if not self.kept.take(number, f"{socket.gethostname()}:{os.getpid()}", self._clock()):
            return
        process.start()
        while process.is_alive():
            process.join(_SECONDS_BETWEEN_SIGNS)
            self.kept.sign(number, self._clock())
        if process.exitcode:
            self.kept.fail(number, _DIED)

    def _is_gone(self, job: KeptBacktest) -> bool:
        host, _, process = (job.worker or "").rpartition(":")
        if host == socket.gethostname() and process.isdecimal():
            if int(process) == os.getpid():
                return self._thread is None
            return not _is_alive(int(process))
        return job.seen_at is None or self._clock() - job.seen_at > _LONGEST_SILENCE


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
