"""The program as something that is killed: started warm, watched through its log, killed at a chosen moment.

What belongs here: processes. What does not: what they leave (remains.py).
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tests.integration.docs.pages import CHECKOUT

_WARM_PROGRAM: Final = Path(__file__).with_name("warm_program.py")
_POLL_MILLISECONDS: Final = 1
_LONGEST_SECONDS: Final = 600
"""Ends a test that hangs; on a busy machine a run takes minutes."""

KILLED: Final = -signal.SIGKILL


@dataclass(frozen=True)
class Moment:
    """A moment of a call: so many seconds after the log has a line that starts so; empty: after the start."""

    after: str
    seconds: float


@dataclass(frozen=True)
class Ending:
    """How a call ended: its exit code (or minus its signal), what it said, and when, in seconds."""

    code: int
    log: str
    said_at: tuple[float, ...]
    lasted: float

    def seconds_after(self, line: str) -> float:
        """Return the time from the first line that starts so to the next one; empty: to the first line."""
        said = ("", *self.log.splitlines())
        number = next(number for number, text in enumerate(said) if text.startswith(line))
        instants = (0.0, *self.said_at, self.lasted)
        return instants[number + 1] - instants[number]


class Program:
    """Calls of the program, one after the other, each a process of its own."""

    def __init__(self, requests: IO[str], answers: IO[str], folder: Path) -> None:
        self._requests, self._answers, self._folder = requests, answers, folder

    def call(self, *arguments: str | Path, at: Path, kill: Moment | None = None) -> Ending:
        """Call the program in the folder `at`; with a moment, kill it there, unless it has ended before."""
        log = self._folder / "log"
        log.write_bytes(b"")
        request = {"arguments": ["-v", *map(str, arguments)], "folder": str(at), "log": str(log)}
        started = time.perf_counter()
        process = os.pidfd_open(int(self._ask(json.dumps(request))))
        said_at: list[float] = []
        ended = select.poll()
        ended.register(process, select.POLLIN)
        try:
            while not ended.poll(_POLL_MILLISECONDS):
                now = time.perf_counter() - started
                assert now < _LONGEST_SECONDS, f"{arguments} hangs"
                said = log.read_text(encoding="utf-8")
                said_at += [now] * (said.count("\n") - len(said_at))
                if kill is not None and f"\n{said}".find(f"\n{kill.after}") >= 0:
                    time.sleep(kill.seconds)
                    signal.pidfd_send_signal(process, signal.SIGKILL)
                    kill = None
        finally:
            os.close(process)
        lasted = time.perf_counter() - started
        code = int(self._ask(""))
        said = log.read_text(encoding="utf-8")
        said_at += [lasted] * (said.count("\n") - len(said_at))
        return Ending(code, said, tuple(said_at), lasted)

    def _ask(self, line: str) -> str:
        self._requests.write(line + "\n")
        self._requests.flush()
        return self._answers.readline()


@contextmanager
def warm_program(folder: Path) -> Iterator[Program]:
    """Have the program ready to start without its imports; `folder` takes its logs."""
    server = subprocess.Popen(
        [sys.executable, _WARM_PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield Program(server.stdin, server.stdout, folder)
    finally:
        server.stdin.close()
        server.wait(timeout=_LONGEST_SECONDS)
        server.stdout.close()
