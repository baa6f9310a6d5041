"""The same rules over the same simulated orders by every contender: time, memory, and whether they agree.

What belongs here: one comparison, from the simulation to the documents. What does not: how a contender is run
(contenders.py), comparing findings (comparison.py), the page and the plots (page.py).

    make bench ORDERS=100000

Exits with 1, and leaves the documents as they are, when a contender fails or finds something else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.side_by_side.contenders import CHECKOUT, CONTENDERS, ORDERHEALTH, Run, Task, run_contender

ROUNDS = 3
"""The fastest run of each contender counts: others may use the machine, or a file be read anew."""

SEED = 5
DOCS = CHECKOUT / "docs"


def main() -> None:
    """Compare, print the tables, and write them and the plots into the documents."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=100_000)
    orders = arguments.parse_args().orders
    with tempfile.TemporaryDirectory(prefix="orderhealth-bench-") as folder:
        task = simulate(Path(folder), orders)
        rounds = [run_all(task, number) for number in range(1, ROUNDS + 1)]
        runs = [fastest(of_one) for of_one in zip(*rounds, strict=True)]
        # Polars and Altair are loaded now, so that no contender was started by a large process.
        from benchmarks.side_by_side.comparison import compare
        from benchmarks.side_by_side.page import markdown, write_page

        results = compare(runs)
        tables = markdown(results, json.loads((task.feeds / "simulation.json").read_text(encoding="utf-8")))
    print(tables)
    if not all(result.agrees for result in results):
        sys.exit("The documents stay as they are: a contender failed, or found something else.")
    write_page(DOCS, tables, results)


def simulate(folder: Path, orders: int) -> Task:
    """Write the feeds of a shop on the eve of a promotion."""
    feeds = folder / "feeds"
    shop = ["--scenario", "promo_eve", "--orders", str(orders), "--seed", str(SEED), "--out", str(feeds)]
    subprocess.run([ORDERHEALTH, "simulate", *shop], check=True, capture_output=True)
    as_of = json.loads((feeds / "simulation.json").read_text(encoding="utf-8"))["as_of"]
    return Task(feeds, as_of, folder)


def run_all(task: Task, number: int) -> list[Run]:
    """Run one after the other, and say on standard error which one is under way."""
    turn = replace(task, folder=task.folder / f"round-{number}")
    turn.folder.mkdir()
    runs = []
    for contender in CONTENDERS:
        print(f"round {number} of {ROUNDS}: {contender.name} ...", file=sys.stderr, flush=True)
        runs.append(run_contender(contender, turn))
    return runs


def fastest(runs: tuple[Run, ...]) -> Run:
    """Return a run that failed, else the fastest."""
    return min(runs, key=lambda run: (run.failure is None, run.seconds))


if __name__ == "__main__":
    main()
