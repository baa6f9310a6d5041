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

HERE = Path(__file__).resolve().parent
ORDERHEALTH = Path(sys.executable).with_name("orderhealth")
KIBIBYTES_A_MEBIBYTE = 1024


@dataclass(frozen=True)
class Task:
    """What is to be evaluated, and a folder for what comes of it."""

    feeds: Path
    as_of: str
    folder: Path


@dataclass(frozen=True)
class Contender:
    """One way to hold the rules against the orders: a program beside this file, or the pipeline itself."""

    name: str
    title: str

    @property
    def is_pipeline(self) -> bool:
        """Say whether this is what the others are compared with."""
        return self.name == "pipeline"

    def results(self, task: Task) -> Path:
        """Name the file that holds the findings after a run: a store of the pipeline, else Parquet."""
        return task.folder / f"{self.name}.{'duckdb' if self.is_pipeline else 'parquet'}"

    def command(self, task: Task) -> list[str]:
        """Give the command that makes it."""
        common = ["--feeds", str(task.feeds), "--as-of", task.as_of]
        out = str(self.results(task))
        if self.is_pipeline:
            return [str(ORDERHEALTH), "--quiet", "run", *common, "--store", out, "--json"]
        return [sys.executable, str(HERE / f"{self.name}.py"), *common, "--out", out]


CONTENDERS = (
    Contender("pipeline", "this pipeline (`orderhealth run`)"),
    Contender("expectations_on_pandas", "Great Expectations alone, on pandas"),
    Contender("plain_pandas", "plain pandas"),
    Contender("dbt_duckdb", "dbt models and tests on DuckDB"),
    Contender("yardstick", "one SQL statement (the yardstick)"),
)
"""The pipeline first."""


@dataclass(frozen=True)
class Run:
    """One run of a contender.

    `processor_seconds` are those of all its processes, `peak_mebibytes` the most memory that any one of them
    held; `parts` are seconds of parts of the work, as the contender itself tells them; `failure` says why
    there are no findings.
    """

    contender: Contender
    seconds: float
    processor_seconds: float
    peak_mebibytes: float
    parts: dict[str, float] = field(default_factory=dict)
    failure: str | None = None


def run_contender(contender: Contender, task: Task) -> Run:
    """Run a contender in a process of its own; a failure is part of the result."""
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            contender.command(task), stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        printed = process.stdout.read() if process.stdout else ""
        # Unlike getrusage this tells of one child alone, and of those it waited for, as dbt is.
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        complaints.seek(0)
        last_words = complaints.read().strip().splitlines()[-1:] or ["it said nothing"]
    processor = used.ru_utime + used.ru_stime
    figures = (contender, seconds, processor, used.ru_maxrss / KIBIBYTES_A_MEBIBYTE)
    if process.returncode != 0:
        return Run(*figures, failure=f"exit code {process.returncode}: {last_words[0]}")
    return Run(*figures, parts=_parts(printed))


def _parts(printed: str) -> dict[str, float]:
    lines = printed.strip().splitlines()
    parts: dict[str, float] = json.loads(lines[-1])["seconds"] if lines else {}
    return parts
