"""How long a run over many simulated orders takes, stage by stage, and how much memory it needs.

What belongs here: one measurement of the real command in a process of its own. What does not: comparing
programs.

    .venv/bin/python benchmarks/million_orders.py --orders 1000000
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

AS_OF = "2026-11-10T20:00:00+08:00"
PROGRAM = Path(sys.executable).with_name("orderhealth")


def main() -> None:
    """Simulate the eve of a promotion, run the pipeline over it and print the figures as a Markdown table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=5)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderhealth-bench-") as folder:
        feeds = Path(folder) / "feeds"
        simulation = [
            "simulate",
            "--scenario",
            "promo_eve",
            "--orders",
            str(asked.orders),
            "--seed",
            str(asked.seed),
        ]
        subprocess.run([PROGRAM, *simulation, "--out", str(feeds)], check=True, capture_output=True)
        rows = json.loads((feeds / "simulation.json").read_text(encoding="utf-8"))["rows"]
        megabytes = sum(file.stat().st_size for file in feeds.glob("*.csv")) / 1e6
        print(f"{asked.orders:,} orders, {sum(rows.values()):,} rows, {megabytes:,.0f} MB of CSV\n")
        show(*measure(feeds, Path(folder) / "orderhealth.duckdb"))


def measure(feeds: Path, store: Path) -> tuple[dict[str, Any], float, float]:
    """Run the command once: its JSON, wall seconds, and peak memory in GiB of the process that ran."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [PROGRAM, "--quiet", "run", "--feeds", feeds, "--as-of", AS_OF, "--store", store, "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(f"wall {seconds:.1f} s, processor {cpu:.1f} s\n")
    return json.loads(done.stdout), seconds, used.ru_maxrss / 1024**2


def show(outcome: dict[str, Any], seconds: float, gibibytes: float) -> None:
    """Print what the run found and where its time went."""
    print("| stage | seconds | share |\n| --- | ---: | ---: |")
    for stage, spent in outcome["seconds"].items():
        print(f"| {stage} | {spent:.1f} | {spent / seconds:.0%} |")
    print(f"\nscore {outcome['score']}, {outcome['active_orders']:,} active orders")
    print(f"peak memory {gibibytes:.2f} GiB")


if __name__ == "__main__":
    main()
