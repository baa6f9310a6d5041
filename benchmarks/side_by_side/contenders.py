"""Who takes part in the comparison, and what happened when one was run.

What belongs here: how a contender is called and measured. What does not: the contenders themselves, comparing
them, and anything that needs more than the standard library: what this process holds counts for every process
that it starts.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.shared.measured_command import run_measured

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
ORDERHEALTH = Path(sys.executable).with_name("orderhealth")
RULES = HERE.parent / "expectations"
"""The eleven rules that every contender implements: a rule that is added elsewhere changes no comparison."""


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
            return [str(ORDERHEALTH), "run", *common, *rules, "--store", out, "--json"]
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
    done = run_measured(contender.command(task))
    figures = (
        contender,
        contender.results(task),
        done.seconds,
        done.processor_seconds,
        done.peak_mebibytes,
    )
    if done.exit_code != 0:
        last_words = done.complaints.splitlines()[-1:] or ["it said nothing"]
        return Run(*figures, failure=f"exit code {done.exit_code}: {last_words[0]}")
    return Run(*figures, parts=_parts(done.output))


def _parts(output: str) -> dict[str, float]:
    lines = output.splitlines()
    parts: dict[str, float] = json.loads(lines[-1])["seconds"] if lines else {}
    return parts
