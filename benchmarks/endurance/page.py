"""What is written of a day: the table of verdicts, and its place among what people wrote.

What belongs here: Markdown. What does not: the verdicts and the plot.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.endurance.plot import endurance_plot
from benchmarks.endurance.verdicts import COMPARED_HOURS, MEBIBYTE, WARM_UP_HOURS, Tick, Verdict, row_versions

BEGIN = "<!-- What follows is written by `make endurance`. -->"
END = "<!-- Up to here. -->"
PAGE = "benchmarks.md"
PLOT = "images/benchmark-endurance.svg"


def markdown(ticks: Sequence[Tick], judged: Sequence[Verdict], orders: int) -> str:
    """Tell the day in figures."""
    first, last = ticks[0], ticks[-1]
    brought = row_versions(last) - row_versions(first)
    seconds = median(tick["seconds"] for tick in ticks)
    hours = f"{WARM_UP_HOURS + 1} to {WARM_UP_HOURS + COMPARED_HOURS}"
    versions = ", ".join(f"{package} {version(package)}" for package in ("dagster", "duckdb", "polars"))
    return f"""\
Made by `make endurance`: {len(ticks)} ticks brought {orders:,} orders and {brought:,} rows on top of \
{row_versions(first):,}, on {os.cpu_count()} processor cores, with Python {_python()}, {versions}. \
A tick took {seconds:.1f} seconds (median), of which: {_stages(ticks)}.

![The day over time]({PLOT})

| median | hours {hours} | last {COMPARED_HOURS} hours | growth | may grow | flat |
| --- | ---: | ---: | ---: | --- | --- |
{"".join(_row(verdict) for verdict in judged)}
At the end the store has {last["store"]["file"] / MEBIBYTE:,.0f} MiB, of which \
{last["store"]["used"] / MEBIBYTE:,.0f} are in use; made in one go it has \
{last["in_one_go"] / MEBIBYTE:,.0f}."""


def write_page(docs: Path, text: str, ticks: Sequence[Tick]) -> None:
    """Put the text between its marks on the page, and the plot beside it."""
    file = docs / PAGE
    before, _, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    (docs / PLOT).write_text(endurance_plot(ticks), encoding="utf-8")


def _row(verdict: Verdict) -> str:
    measure = verdict.measure
    early, late = (_figure(value, measure.unit) for value in (verdict.early, verdict.late))
    flat = "yes" if verdict.is_flat else "**no**"
    allowed = f"{measure.allowed:.0%}: {measure.why}"
    return f"| {measure.name} | {early} | {late} | {verdict.growth:+.1%} | {allowed} | {flat} |\n"


def _figure(value: float, unit: str) -> str:
    shown = f"{value:.2f}" if unit in ("s", "×") else f"{value:,.0f}"
    return f"{shown} {unit}"


def _stages(ticks: Sequence[Tick]) -> str:
    names = ticks[-1]["stages"]
    return ", ".join(
        f"{name.replace('_', ' ')} {median(tick['stages'][name] for tick in ticks):.1f}" for name in names
    )


def _python() -> str:
    return platform.python_version().rpartition(".")[0]
