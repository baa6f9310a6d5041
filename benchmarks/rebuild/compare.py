"""How long a full rebuild takes, compared with one hand-written statement over the same store.

What belongs here: alternating the two, comparing their results, a table. What does not: either of them.

    .venv/bin/python -m benchmarks.rebuild.compare --orders 1000000
    .venv/bin/python -m benchmarks.rebuild.compare --feeds history --rounds 1

Both run in processes of their own on two cores, and write what they find to disk. A rebuild is what comes
after loading the files and before the snapshot, without the second opinion: the stages of REBUILD. The others
are shown, and not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from benchmarks.rebuild.agreement import show_agreement
from benchmarks.shared.history import ORDERS_A_PART, write_history

PROGRAM: Final = Path(sys.executable).with_name("orderhealth")
AS_OF: Final = "2026-11-10T20:00:00+08:00"
REBUILD: Final = ("read", "orders", "rules_and_score", "write", "cases")
CORES: Final = 2

Figures = dict[str, dict[str, float]]


def main() -> None:
    """Simulate or take the feeds, measure both, compare their results and print a Markdown table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    source = arguments.add_mutually_exclusive_group(required=True)
    source.add_argument("--orders", type=int)
    source.add_argument("--feeds", type=Path)
    arguments.add_argument("--as-of", default=AS_OF)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--folder", type=Path, help="where there is room; default: the temporary folder")
    asked = arguments.parse_args()
    use_two_cores()
    with tempfile.TemporaryDirectory(prefix="orderhealth-rebuild-", dir=asked.folder) as folder:
        feeds = asked.feeds or Path(folder) / "feeds"
        if asked.feeds is None:
            simulate(asked.orders, asked.seed, feeds)
        store, result = Path(folder) / "orderhealth.duckdb", Path(folder) / "yardstick.duckdb"
        on_store = ["--store", str(store), "--as-of", asked.as_of]
        pipeline, yardstick = [], []
        for number in range(asked.rounds):
            load = ["--feeds", str(feeds)] if number == 0 else []
            pipeline.append(figures_of("benchmarks.rebuild.pipeline_stages", *on_store, *load))
            yardstick.append(figures_of("benchmarks.rebuild.yardstick", *on_store, "--result", str(result)))
        show_figures(medians(pipeline), medians(yardstick)["statement"])
        print()
        if not show_agreement(store, result):
            sys.exit(1)


def use_two_cores() -> None:
    """Bind this process, and with it all that it starts, to two cores."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    os.environ["POLARS_MAX_THREADS"] = str(CORES)


def simulate(orders: int, seed: int, feeds: Path) -> None:
    """Write the eve of a promotion, behind it months of history where one simulation does not hold them."""
    if orders > ORDERS_A_PART:
        write_history(orders, seed, feeds)
        return
    command: list[str | Path] = [
        PROGRAM,
        "simulate",
        "--scenario",
        "promo_eve",
        "--orders",
        str(orders),
        "--seed",
        str(seed),
    ]
    subprocess.run([*command, "--out", feeds], check=True, capture_output=True)


def figures_of(program: str, *arguments: str) -> Figures:
    """Run a program of this folder and give the figures it prints, by stage."""
    command: list[str | Path] = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    printed: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return {
        stage: {kind: values[stage] for kind, values in printed.items() if stage in values}
        for stage in printed["seconds"]
    }


def medians(rounds: Iterable[Figures]) -> Figures:
    """Return the median of every figure over the rounds in which its stage ran."""
    found: dict[str, dict[str, list[float]]] = {}
    for figures in rounds:
        for stage, values in figures.items():
            for kind, value in values.items():
                found.setdefault(stage, {}).setdefault(kind, []).append(value)
    return {
        stage: {kind: statistics.median(all_values) for kind, all_values in values.items()}
        for stage, values in found.items()
    }


def show_figures(stages: Figures, yardstick: dict[str, float]) -> None:
    """Print a row per stage, the rebuild as their sum, the yardstick, and the ratios."""
    counted = [stages[stage] for stage in REBUILD]
    rebuild = {
        "seconds": sum(figures["seconds"] for figures in counted),
        "processor_seconds": sum(figures["processor_seconds"] for figures in counted),
        "peak_gib": max(figures["peak_gib"] for figures in counted),
    }
    print("| | seconds | processor seconds | peak memory, GiB |\n| --- | ---: | ---: | ---: |")
    for stage, figures in stages.items():
        show_row(stage if stage in REBUILD else f"{stage} (not counted)", figures)
    show_row("**rebuild**", rebuild)
    show_row("**yardstick**", yardstick)
    show_row("**ratio**", {kind: rebuild[kind] / yardstick[kind] for kind in rebuild})


def show_row(name: str, figures: dict[str, float]) -> None:
    """Print one row of the table."""
    cells = (f"{figures[kind]:,.2f}" for kind in ("seconds", "processor_seconds", "peak_gib"))
    print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
