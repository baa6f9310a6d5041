"""Who takes part in the comparison, and what happened when one was run.

What belongs here: how a contender is called and measured. What does not: the contenders themselves, comparing
them, and anything that needs more than the standard library: what this process holds counts for every process
that it starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
ORDERHEALTH = Path(sys.executable).with_name("orderhealth")
RULES = HERE.parent / "expectations"
"""The eleven rules that every contender implements: a rule that is added elsewhere changes no comparison."""

SECONDS_BETWEEN_LOOKS = 0.02
BYTES_A_KIBIBYTE = 1024
BYTES_A_MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Task:
    """What is to be evaluated, and a folder for what comes of it."""

    feeds: Path
    as_of: str
    folder: Path


@dataclass(frozen=True)
class Contender:
    """One way to hold the rules against the orders: a module that is a program, or the pipeline."""

    name: str
    title: str
    module: str = ""

    @property
    def is_pipeline(self) -> bool:
        """Say whether this is what the others are compared with."""
        return self.name == "pipeline"

    def results(self, task: Task) -> Path:
        """Name the file that holds the findings after a run: a store of the pipeline, else Parquet."""
        return task.folder / f"{self.name}.{'duckdb' if self.is_pipeline else 'parquet'}"

    def command(self, task: Task) -> list[str]:
        """Return the command that makes it."""
        common = ["--feeds", str(task.feeds), "--as-of", task.as_of]
        out = str(self.results(task))
        if self.is_pipeline:
            rules = ["--expectations", str(RULES)]
            return [str(ORDERHEALTH), "--quiet", "run", *common, *rules, "--store", out, "--json"]
        return [sys.executable, "-m", self.module, *common, "--out", out]


CONTENDERS = (
    Contender("pipeline", "this pipeline (`orderhealth run`)"),
    Contender(
        "expectations_on_pandas",
        "Great Expectations alone, on pandas",
        "benchmarks.side_by_side.expectations_on_pandas",
    ),
    Contender("plain_pandas", "plain pandas", "benchmarks.side_by_side.plain_pandas"),
    Contender("dbt_duckdb", "dbt models and tests on DuckDB", "benchmarks.side_by_side.dbt_duckdb"),
    Contender("yardstick", "one SQL statement, on what the pipeline loaded", "benchmarks.rebuild.yardstick"),
)
"""The pipeline first."""


@dataclass(frozen=True)
class Run:
    """One run of a contender, with the file that holds its findings.

    `processor_seconds` are those of all its processes, `peak_mebibytes` the most resident memory that they
    held at one time; `parts` are seconds of parts of the work, as the contender itself tells them; `failure`
    says why there are no findings.
    """

    contender: Contender
    results: Path
    seconds: float
    processor_seconds: float
    peak_mebibytes: float
    parts: dict[str, float] = field(default_factory=dict)
    failure: str | None = None


def run_contender(contender: Contender, task: Task) -> Run:
    """Run a contender in a process of its own; a failure is part of the result."""
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as complaints:
        started = time.perf_counter()
        process = subprocess.Popen(contender.command(task), stdout=printed, stderr=complaints)
        peak, ended = 0, 0
        while not ended:
            peak = max(peak, _bytes_held(process.pid))
            time.sleep(SECONDS_BETWEEN_LOOKS)
            # Unlike getrusage this tells of one child alone, and of those it waited for.
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output, last_words = _text(printed), _text(complaints).splitlines()[-1:] or ["it said nothing"]
    # What lasted no longer than between two looks is missed, but the kernel knows the largest process.
    peak = max(peak, used.ru_maxrss * BYTES_A_KIBIBYTE)
    processor = used.ru_utime + used.ru_stime
    figures = (contender, contender.results(task), seconds, processor, peak / BYTES_A_MEBIBYTE)
    if process.returncode != 0:
        return Run(*figures, failure=f"exit code {process.returncode}: {last_words[0]}")
    return Run(*figures, parts=_parts(output))


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


def _parts(output: str) -> dict[str, float]:
    lines = output.splitlines()
    parts: dict[str, float] = json.loads(lines[-1])["seconds"] if lines else {}
    return parts
