"""The comparison as Markdown, and as the page and the plots of the documents.

What belongs here: what a reader sees. What does not: measuring. The page holds nothing that differs without
the figures differing, such as a date.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.side_by_side.comparison import Result
from benchmarks.side_by_side.contenders import HERE
from benchmarks.side_by_side.plots import memory_plot, seconds_plot

BEGIN = "<!-- What follows is written by `make bench`. -->\n"
VALIDATION = "validate"
"""The pipeline's stage that asks Great Expectations for a second opinion."""


def markdown(results: Sequence[Result], simulation: Mapping[str, Any]) -> str:
    """Return what was compared, on what, and both tables."""
    rows, orders = sum(simulation["rows"].values()), simulation["orders"]
    made_by = (
        f"Made by `make bench ORDERS={orders}`: {rows:,} rows of {orders:,} simulated orders "
        f"(scenario {simulation['scenario']}, seed {simulation['seed']}), on {os.cpu_count()} processor "
        f"cores, with {_versions()}.\n"
    )
    told = "Where the time goes, as each of them tells it:\n"
    return "\n".join([made_by, *_figures(results), "", told, *_parts(results), ""])


def write_page(docs: Path, tables: str, results: Sequence[Result]) -> None:
    """Replace the generated part of `benchmarks.md`, and the plots."""
    page = docs / "benchmarks.md"
    written, _, _ = page.read_text(encoding="utf-8").partition(BEGIN)
    page.write_text(f"{written}{BEGIN}\n{tables}", encoding="utf-8")
    for name, plot in (("seconds", seconds_plot(results, VALIDATION)), ("memory", memory_plot(results))):
        (docs / "images" / f"benchmark-{name}.svg").write_text(plot, encoding="utf-8")


def _versions() -> str:
    here = [f"{name} {version(name)}" for name in ("polars", "duckdb", "pandas", "great-expectations")]
    lock = (HERE / "dbt-requirements.lock").read_text(encoding="utf-8")
    dbt = re.findall(r"^(dbt-core|dbt-duckdb|duckdb)==([^ ]+)", lock, re.MULTILINE)
    python = ".".join(str(part) for part in sys.version_info[:2])
    return f"Python {python}, {', '.join(here)}; dbt with {', '.join(f'{name} {of}' for name, of in dbt)}"


def _figures(results: Sequence[Result]) -> list[str]:
    pipeline = results[0].run
    lines = [
        "| | seconds | of the pipeline's | processor seconds | peak memory, MiB | findings | agrees |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for result in results:
        run = result.run
        if run.failure is not None:
            lines.append(f"| {run.contender.title} | failed | | | | | {run.failure.replace('|', '/')} |")
            continue
        agrees = "yes" if result.agrees else f"no, {result.differing:,} rows differ"
        lines.append(
            f"| {run.contender.title} | {run.seconds:.1f} | {run.seconds / pipeline.seconds:.2f} "
            f"| {run.processor_seconds:.1f} | {run.peak_mebibytes:,.0f} | {result.findings:,} | {agrees} |"
        )
        if run.contender.is_pipeline and VALIDATION in run.parts:
            without = run.seconds - run.parts[VALIDATION]
            lines.append(
                f"| … without its second opinion by Great Expectations | {without:.1f} "
                f"| {without / pipeline.seconds:.2f} | | | | |"
            )
    return lines


def _parts(results: Sequence[Result]) -> list[str]:
    lines = ["| | seconds |", "| --- | --- |"]
    for result in results:
        if result.run.parts:
            parts = ", ".join(
                f"{name.replace('_', ' ')} {spent:.1f}" for name, spent in result.run.parts.items()
            )
            lines.append(f"| {result.run.contender.title} | {parts} |")
    return lines
