"""What a tick costs on a store with history, compared with a full evaluation, and with less history.

What belongs here: the runs, whether both end in the same tables, a table of figures. What does not: making
the history and its pieces (arrivals.py).

    .venv/bin/python -m benchmarks.ticks.compare --orders 1000000 10000000

Of each history the records of the last 45 minutes are held back. Everything before is loaded and evaluated;
then they arrive, five minutes at a time, about 1,000 orders and 6,000 rows each. Then everything is evaluated
as `orderhealth run --full` does it, which looks at the content of all files again. Seconds are those of the
stages, from reading files to publishing, without the second opinion: of the ticks the median, and of both
full evaluations the mean, since a machine may be faster or slower after the ticks than it was before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from benchmarks.rebuild.compare import use_two_cores
from benchmarks.shared.arrivals import instants_up_to

TICKS: Final = 9
TABLES: Final = (
    "order_fact",
    "findings",
    "rule_results",
    "health_score",
    "score_attribution",
    "system_funnel",
    "cases",
    "case_orders",
    "case_history",
    "response_times",
)
STAGES: Final = ("ingest", "read", "orders", "rules_and_score", "write", "cases", "publish")

Seconds = dict[str, float]


def main() -> None:
    """Measure each history, and print figures and ratios as a Markdown table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, nargs="+", required=True)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--folder", type=Path, help="where there is room; default: the temporary folder")
    asked = arguments.parse_args()
    use_two_cores()
    rows: list[tuple[str, Seconds]] = []
    for orders in asked.orders:
        with tempfile.TemporaryDirectory(prefix="orderhealth-ticks-", dir=asked.folder) as folder:
            full, ticks = measure(Path(folder), orders, asked.seed)
        rows += [(f"{orders:,} orders, everything", full), (f"{orders:,} orders, a tick", ticks)]
    print(markdown(rows))


def measure(folder: Path, orders: int, seed: int) -> tuple[Seconds, Seconds]:
    """Return the seconds of a full evaluation and of a tick, by stage; exits where they end differently."""
    instants = make_feeds(folder, orders, seed)
    feeds, store = folder / "base", folder / "orderhealth.duckdb"
    before = run(store, instants[0], "--feeds", str(feeds))
    ticks = []
    for number, as_of in enumerate(instants[1:], start=1):
        for file in (folder / f"piece_{number}").iterdir():
            file.rename(feeds / file.name)
        ticks.append(run(store, as_of, "--feeds", str(feeds), "--tick"))
    ticked = fingerprints(store)
    after = run(store, instants[-1], "--feeds", str(feeds))
    if fingerprints(store) != ticked:
        sys.exit("A tick and a full evaluation end in different tables.")
    # Before the ticks the files were loaded: what a run pays that knows them all is measured after them.
    full = {stage: statistics.mean((before[stage], after[stage])) for stage in after} | {
        "ingest": after["ingest"]
    }
    return full, {stage: statistics.median(tick[stage] for tick in ticks) for stage in after}


def make_feeds(folder: Path, orders: int, seed: int) -> list[datetime]:
    """Write the history without its end, and its end in pieces; give the instants from the first one on."""
    options = ["--orders", orders, "--seed", seed, "--pieces", TICKS, "--out", folder]
    command: list[str | Path] = [sys.executable, "-m", "benchmarks.shared.arrivals", *map(str, options)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return instants_up_to(datetime.fromisoformat(done.stdout.strip()), TICKS)


def run(store: Path, as_of: datetime, *options: str) -> Seconds:
    """Run the stages in a process of its own and give the seconds of each."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "benchmarks.rebuild.pipeline_stages",
        "--store",
        store,
        "--as-of",
        as_of.isoformat(),
    ]
    done = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE, text=True)
    printed: dict[str, Any] = json.loads(done.stdout)
    print(f"{as_of.isoformat()} {' '.join(options[2:])} {printed['seconds']}", file=sys.stderr, flush=True)
    seconds: Seconds = printed["seconds"]
    return seconds


def fingerprints(store: Path) -> dict[str, tuple[Any, ...]]:
    """Tell the tables by number and hash of their rows, in whatever order."""
    found = {}
    with duckdb.connect(store, read_only=True) as con:
        for table in TABLES:
            query = f"select count(*), bit_xor(hash(columns(*))) from {table}"  # noqa: S608 - names of our own
            found[table] = tuple(con.execute(query).fetchone() or ())
    return found


def markdown(rows: list[tuple[str, Seconds]]) -> str:
    """Draw a row per measurement, and the two ratios."""
    lines = [f"| seconds | {' | '.join(STAGES)} | all |", "| --- |" + " ---: |" * (len(STAGES) + 1)]
    total = {name: sum(seconds.values()) for name, seconds in rows}
    for name, seconds in rows:
        cells = [f"{seconds[stage]:.2f}" if stage in seconds else "" for stage in STAGES]
        lines.append(f"| {name} | {' | '.join(cells)} | {total[name]:.2f} |")
    full, tick = [name for name, _ in rows[-2:]]
    lines.append("")
    lines.append(f"A tick costs 1/{total[full] / total[tick]:.0f} of everything at the largest history.")
    if len(rows) > 2:  # noqa: PLR2004 - more than one history
        lines[-1] += f" It costs {total[tick] / total[rows[1][0]]:.2f} times what it costs at the smallest."
    return "\n".join(lines)


if __name__ == "__main__":
    main()
