"""What running a fleet costs: every merchant for the first time, then a tick of all, and how both grow.

What belongs here: making the merchants, running them, a table of figures. What does not: measuring a process
(shared/measured_command.py), holding back a piece (shared/arrivals.py).

    .venv/bin/python -m benchmarks.fleet.measure --merchants 10 30 137 --orders 4000

Each merchant is a simulated shop of its own seed on the eve of a promotion. What became known in its last 15
minutes is held back; everything before is run first, by `orderhealth fleet run`; then it lands at every
merchant at once, and the same call is the tick. Of every size the merchants are the first of those of the
largest, in a folder of links, so that feeds are made once. It fails where a merchant fails, and where a tick
of all takes longer than it may.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.shared.measured_command import Measured, run_measured

PROGRAM: Final = Path(sys.executable).with_name("orderhealth")
SCENARIO: Final = "promo_eve"
PIECE: Final = timedelta(minutes=15)
LIMIT_SECONDS: Final = 300
"""How long a tick of all merchants may take, on two cores that do nothing else."""

HEADER: Final = """\
| merchants | | seconds | a merchant | the slowest | processor seconds | a merchant | memory, MiB |
| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"""


class _Made(NamedTuple):
    """What all merchants have in common: when the first run is, when the tick."""

    before: datetime
    now: datetime


def main() -> None:
    """Make the merchants, run fleets of them, print a Markdown table as it grows."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--merchants", type=int, nargs="+", required=True)
    arguments.add_argument("--orders", type=int, required=True, help="orders of a merchant, of one day")
    arguments.add_argument("--workers", type=int, default=2)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderhealth-fleet-") as folder:
        made = _make(Path(folder) / "made", max(asked.merchants), asked.orders, asked.workers)
        print(f"\nas of {made.now.isoformat()}, {asked.orders:,} orders each, {asked.workers} workers\n")
        print(HEADER, flush=True)
        ticks = [_of_size(Path(folder), size, made, asked.workers) for size in asked.merchants]
    if max(ticks) > LIMIT_SECONDS:
        sys.exit(f"a tick of all took {max(ticks):.0f} s; it may take {LIMIT_SECONDS}")


def _make(root: Path, merchants: int, orders: int, workers: int) -> _Made:
    """Simulate the merchants side by side: `base`, and `piece` with what lands later."""
    begin = time.perf_counter()
    one = partial(_make_merchant, root, orders)
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        instants = set(pool.imap_unordered(one, range(1, merchants + 1)))
    (now,) = instants
    size = sum(file.stat().st_size for file in root.rglob("*.parquet")) >> 20
    print(f"{merchants} merchants made in {time.perf_counter() - begin:.0f} s, {size} MiB of Parquet")
    return _Made(now - PIECE, now)


def _make_merchant(root: Path, orders: int, seed: int) -> datetime:
    # Simulating, and Polars for it, are those of the processes that make merchants: what this process holds
    # counts for every process that it measures.
    from benchmarks.shared.arrivals import hold_back
    from orderhealth_pipeline.simulate.simulation import simulate

    folder = root / _name(seed)
    history = folder / "history"
    history.mkdir(parents=True)
    simulation = simulate(SCENARIO, orders, seed)
    for feed, frame in simulation.feeds.items():
        frame.write_parquet(history / f"{feed}.parquet")
    now = simulation.as_of.astimezone(UTC)
    hold_back(history, folder / "base", [folder / "piece"], [now - PIECE, now])
    shutil.rmtree(history)
    return now


def _of_size(folder: Path, size: int, made: _Made, workers: int) -> float:
    """Run a fleet of so many merchants twice; returns the seconds of the tick."""
    root = folder / f"fleet-{size}"
    names = [_name(number) for number in range(1, size + 1)]
    for name in names:
        _land(folder / "made" / name / "base", root / name / "feeds")
        (root / name / "orderhealth.yml").write_text("locale: en\n", encoding="utf-8")
    _show(size, "first run", _run(root, made.before, workers))
    for name in names:
        _land(folder / "made" / name / "piece", root / name / "feeds")
    tick = _run(root, made.now, workers)
    _show(size, "tick", tick)
    shutil.rmtree(root)
    return tick.seconds


def _name(number: int) -> str:
    return f"merchant_{number:03}"


def _land(made: Path, feeds: Path) -> None:
    """Let files land at a merchant; they are links to those that were made."""
    feeds.mkdir(parents=True, exist_ok=True)
    for file in made.iterdir():
        os.link(file, feeds / file.name)


def _run(root: Path, as_of: datetime, workers: int) -> Measured:
    """Run all merchants for an instant; exits where one failed."""
    call = [str(PROGRAM), "fleet", "run", "--root", str(root), "--workers", str(workers)]
    done = run_measured([*call, "--as-of", as_of.isoformat(), "--ahead", "--json"])
    if done.exit_code:
        sys.exit(f"fleet run ended with {done.exit_code}: {done.complaints or done.output}")
    return done


def _show(size: int, what: str, done: Measured) -> None:
    told: Sequence[dict[str, Any]] = json.loads(done.output)["merchants"]
    if len(told) != size:
        sys.exit(f"{len(told)} of {size} merchants were run")
    slowest = max(one["seconds"] for one in told)
    seconds = f"{done.seconds:.1f} | {done.seconds / size:.2f} | {slowest:.1f}"
    processor = f"{done.processor_seconds:.1f} | {done.processor_seconds / size:.2f}"
    print(f"| {size} | {what} | {seconds} | {processor} | {done.peak_mebibytes:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
