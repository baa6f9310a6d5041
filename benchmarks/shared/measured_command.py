"""Runs a command in a process of its own, and measures it: seconds, processor time, memory.

What belongs here: the gauges of a whole process with all that it starts. What does not: what the command is,
what its figures mean, and anything that needs more than the standard library: what this process holds counts
for every process that it starts. Linux only.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

SECONDS_BETWEEN_LOOKS: Final = 0.02
BYTES_A_KIBIBYTE: Final = 1024
BYTES_A_MEBIBYTE: Final = 1024**2


@dataclass(frozen=True)
class Measured:
    """What a command took and printed.

    `processor_seconds` are those of all its processes, `peak_mebibytes` the most resident memory that they
    held at one time; what several of them share counts for each.
    """

    exit_code: int
    output: str
    complaints: str
    seconds: float
    processor_seconds: float
    peak_mebibytes: float


def run_measured(command: Sequence[str]) -> Measured:
    """Run a command to its end, whatever that is."""
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as complaints:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=printed, stderr=complaints)
        peak, ended = 0, 0
        while not ended:
            peak = max(peak, _bytes_held(process.pid))
            time.sleep(SECONDS_BETWEEN_LOOKS)
            # Unlike getrusage this tells of one child alone, and of those it waited for.
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        # What lasted no longer than between two looks is missed, but the kernel knows the largest process.
        peak = max(peak, used.ru_maxrss * BYTES_A_KIBIBYTE)
        return Measured(
            process.returncode,
            _text(printed),
            _text(complaints),
            seconds,
            used.ru_utime + used.ru_stime,
            peak / BYTES_A_MEBIBYTE,
        )


def _bytes_held(process: int) -> int:
    """Sum up the resident memory of a process and of all that it has started; nothing if it has ended."""
    folder = Path("/proc") / str(process)
    try:
        own = int((folder / "statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        lists = [file.read_text(encoding="ascii") for file in folder.glob("task/*/children")]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return own + sum(_bytes_held(int(child)) for children in lists for child in children.split())


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip()
