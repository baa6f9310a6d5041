"""Looks for what grows on a promotion day of 18,000 orders, with a tick every five simulated minutes.

What belongs here: one measurement, from the simulation to the documents. What does not: the day
(day.py), its ticks (ticks.py), the verdicts (verdicts.py), the page and the
plot (page.py, plot.py).

    make endurance

Exits with 1, and leaves the documents as they are, when something is not flat after warm-up.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.endurance.day import TICKS
from benchmarks.endurance.page import markdown, write_page
from benchmarks.endurance.sizes import database_size
from benchmarks.endurance.verdicts import TICKS_AN_HOUR, WARM_UP_HOURS, verdicts, with_bytes_in_one_go
from benchmarks.side_by_side.contenders import CHECKOUT, ORDERHEALTH

DOCS = CHECKOUT / "docs"
KEPT_RUNS = 48
"""Runs, and details of evaluations, are kept for four simulated hours, which stand for the usual 14 days."""

PRUNE_EVERY = 24
"""Ticks between two runs of the nightly job: two simulated hours stand for the night."""


def main() -> None:
    """Simulate, run, judge, and write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--ticks", type=int, default=TICKS, help="fewer than a day's cannot be judged")
    arguments.add_argument("--work", type=Path, help="an empty folder to keep everything in")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderhealth-endurance-") as temporary:
        work = (asked.work or Path(temporary)).resolve()
        simulate(work / "day")
        ticks = run_ticks(work, asked.ticks)
        compared = (WARM_UP_HOURS * TICKS_AN_HOUR, asked.ticks)
        made = {tick: size_in_one_go(work, tick, ticks[tick]["as_of"]) for tick in compared}
        orders = count_orders(work / "day", asked.ticks)
    day = with_bytes_in_one_go(ticks[1:], made)
    judged = verdicts(day)
    text = markdown(day, judged, orders)
    print(text)
    if not all(verdict.is_flat for verdict in judged):
        sys.exit("The documents stay as they are: something is not flat after warm-up.")
    write_page(DOCS, text, day)


def simulate(day: Path) -> None:
    """Write the day's files, in a process of its own whose memory is gone afterwards."""
    subprocess.run([sys.executable, "-m", "benchmarks.endurance.day", "--out", day], check=True)


def run_ticks(work: Path, ticks: int) -> list[dict[str, Any]]:
    """Run all ticks in one process, and keep what it says of each in `ticks.jsonl`."""
    call: list[str | Path] = [
        sys.executable,
        "-m",
        "benchmarks.endurance.ticks",
        "--day",
        work / "day",
        "--shop",
        work / "shop",
    ]
    kept = ["--kept-runs", str(KEPT_RUNS), "--prune-every", str(PRUNE_EVERY)]
    measured = work / "ticks.jsonl"
    with measured.open("w") as out, (work / "ticks.log").open("w") as log:
        done = subprocess.run([*call, "--ticks", str(ticks), *kept], stdout=out, stderr=log, check=False)
    if done.returncode != 0:
        sys.exit((work / "ticks.log").read_text(encoding="utf-8")[-4000:])
    return [json.loads(line) for line in measured.read_text(encoding="utf-8").splitlines()]


def size_in_one_go(work: Path, tick: int, as_of: str) -> int:
    """Return the bytes in use of a store that one run makes of all files up to a tick."""
    folder = work / f"in-one-go-{tick}"
    feeds, store = folder / "feeds", folder / "orderhealth.duckdb"
    feeds.mkdir(parents=True)
    for number in range(tick + 1):
        for file in (work / "day" / f"{number:03}").iterdir():
            (feeds / file.name).symlink_to(file)
    call: list[str | Path] = [ORDERHEALTH, "run", "--feeds", feeds, "--store", store, "--as-of", as_of]
    subprocess.run(call, check=True, capture_output=True, cwd=folder)
    return database_size(store)["used"]


def count_orders(day: Path, ticks: int) -> int:
    """Count the orders that the ticks brought."""
    files = [
        file
        for tick in range(1, ticks + 1)
        for file in (day / f"{tick:03}").glob("storefront_order_lines_*.csv")
    ]
    orders = pl.concat([pl.read_csv(file, columns=["order_id"], infer_schema=False) for file in files])
    return orders.n_unique()


if __name__ == "__main__":
    main()
