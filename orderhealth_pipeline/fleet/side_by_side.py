"""Runs merchants side by side, in a bounded number of processes; one that dies takes nobody with it.

What belongs here: processes, who gets which run, and what a death means. What does not: a run
(run_merchant.py).
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import connection as pipes
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final

from orderhealth_pipeline.fleet.outcome import Outcome
from orderhealth_pipeline.fleet.run_merchant import MerchantRun
from orderhealth_pipeline.fleet.worker import serve
from orderhealth_pipeline.messages import Message, in_locale

RUNS_A_WORKER: Final = 50
"""After so many runs a process ends and another takes its place, so that nothing it kept can add up."""

_GIB_A_WORKER: Final = 3
_KIB: Final = 1024


@dataclass
class _Worker:
    """A process, its end of the pipe, the run it is at, since when, and how many it has taken."""

    process: SpawnProcess
    pipe: Connection[MerchantRun | None, Outcome]
    asked: MerchantRun | None = None
    started: float = 0.0
    taken: int = 0

    def take(self, asked: MerchantRun) -> None:
        self.asked, self.started = asked, time.monotonic()
        self.taken += 1
        # A process that has died meanwhile is told by its outcome, as one that dies at its run.
        with suppress(OSError):
            self.pipe.send(asked)

    def end(self) -> None:
        try:
            self.pipe.send(None)
        except OSError:
            self.process.terminate()
        self.pipe.close()
        self.process.join()


def workers_that_fit(cores: int, free_gib: float) -> int:
    """Return how many runs fit beside each other: one a core, and three GiB each."""
    return max(1, min(cores, int(free_gib / _GIB_A_WORKER)))


def free_memory_gib() -> float:
    """Return how much memory a program could still take; without a word of the system, a lot."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123 - no file on a disk
            found = {name: value for name, _, value in (line.partition(":") for line in lines)}
        return int(found["MemAvailable"].split()[0]) / _KIB / _KIB
    except (OSError, KeyError, ValueError):
        return float("inf")


def run_side_by_side(
    runs: Iterable[MerchantRun], workers: int, clock: Callable[[], datetime]
) -> Iterator[Outcome]:
    """Yield the outcome of every run as it ends; at most `workers` are under way.

    A process that dies is the failure of the run it was at, and another takes its place.
    """
    waiting = deque(runs)
    busy: list[_Worker] = []
    try:
        with _shared_cores(workers):
            busy += [_started() for _ in range(min(workers, len(waiting)))]
            for worker in busy:
                worker.take(waiting.popleft())
            while busy:
                for worker in _ready(busy):
                    busy.remove(worker)
                    outcome = _outcome(worker, clock)
                    follower = _follower(worker, is_wanted=bool(waiting))
                    if follower is not None:
                        follower.take(waiting.popleft())
                        busy.append(follower)
                    yield outcome
    finally:
        for worker in busy:
            worker.process.terminate()
            worker.process.join()


def _started() -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _ready(busy: list[_Worker]) -> list[_Worker]:
    # A pipe is ready as well when the process at its other end is gone.
    ready = pipes.wait([worker.pipe for worker in busy])
    return [worker for worker in busy if worker.pipe in ready]


def _outcome(worker: _Worker, clock: Callable[[], datetime]) -> Outcome:
    if worker.asked is None:
        raise RuntimeError("a worker that was asked for nothing has an outcome")
    try:
        return worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join()
        return Outcome(
            merchant=worker.asked.merchant.name,
            ended_at=clock(),
            seconds=round(time.monotonic() - worker.started, 2),
            exit_code=1,
            error=str(in_locale(_died(worker.process.exitcode), worker.asked.locale)),
        )


def _died(code: int | None) -> Message:
    return Message("its process died ({code}); memory may have run out", code=code)


def _follower(worker: _Worker, *, is_wanted: bool) -> _Worker | None:
    """Return who takes the next run: the same process, or another where it is gone or has done its share."""
    if is_wanted and worker.process.is_alive() and worker.taken < RUNS_A_WORKER:
        return worker
    worker.end()
    return _started() if is_wanted else None


@contextmanager
def _shared_cores(workers: int) -> Iterator[None]:
    """Let each process that starts in this context compute with its share of the cores."""
    name = "POLARS_MAX_THREADS"
    before = os.environ.get(name)
    os.environ[name] = before or str(max(1, (os.cpu_count() or 1) // workers))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
