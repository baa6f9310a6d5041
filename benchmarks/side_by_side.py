"""The same rules over the same simulated orders by every contender: time, memory, and whether they agree.

What belongs here: one comparison, from the simulation to the documents. What does not: how a contender is run
(contenders.py), comparing findings (comparison.py), the page and the plots (comparison_page.py).

    make bench ORDERS=100000

Exits with 1, and leaves the documents as they are, when a contender fails or finds something else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from contenders import CONTENDERS, HERE, ORDERHEALTH, Contender, Run, Task, run_contender

WARM_UP_ORDERS = 1000


def main() -> None:
    """Compare, print the tables, and write them and the plots into the documents."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--docs", type=Path, default=HERE.parent / "docs")
    others = [contender.name for contender in CONTENDERS if not contender.is_pipeline]
    arguments.add_argument("--only", nargs="*", choices=others, default=others, metavar="NAME")
    asked = arguments.parse_args()
    chosen = [each for each in CONTENDERS if each.is_pipeline or each.name in asked.only]
    with tempfile.TemporaryDirectory(prefix="orderhealth-bench-") as folder:
        # Nobody is to pay for files that were not read before, or that Python has not compiled.
        run_all(chosen, simulate(Path(folder) / "warm-up", WARM_UP_ORDERS, asked.seed))
        task = simulate(Path(folder) / "bench", asked.orders, asked.seed)
        runs = run_all(chosen, task)
        # Polars and Altair are loaded now, so that no contender was started by a large process.
        from comparison import compare
        from comparison_page import markdown, write_page

        results = compare(runs, task)
        tables = markdown(results, json.loads((task.feeds / "simulation.json").read_text(encoding="utf-8")))
    print(tables)
    if not all(result.agrees for result in results):
        sys.exit("The documents stay as they are: a contender failed, or found something else.")
    write_page(asked.docs, tables, results)


def simulate(folder: Path, orders: int, seed: int) -> Task:
    """Write the feeds of a shop on the eve of a promotion; its results go beside them."""
    feeds = folder / "feeds"
    shop = ["--scenario", "promo_eve", "--orders", str(orders), "--seed", str(seed), "--out", str(feeds)]
    subprocess.run([ORDERHEALTH, "simulate", *shop], check=True, capture_output=True)
    as_of = json.loads((feeds / "simulation.json").read_text(encoding="utf-8"))["as_of"]
    return Task(feeds, as_of, folder)


def run_all(contenders: list[Contender], task: Task) -> list[Run]:
    """Run one after the other, and say on standard error which one is under way."""
    runs = []
    for contender in contenders:
        print(f"{contender.name} over {task.folder.name} ...", file=sys.stderr, flush=True)
        runs.append(run_contender(contender, task))
    return runs


if __name__ == "__main__":
    main()
