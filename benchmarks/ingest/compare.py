"""How long loading new files takes, compared with DuckDB reading the same files plainly into tables.

What belongs here: the same history as Parquet and as CSV, alternating the two, a table. What does not: either
of the two.

    .venv/bin/python -m benchmarks.ingest.compare --orders 1000000 10000000
    .venv/bin/python -m benchmarks.ingest.compare --parquet history --rounds 1

Both run in processes of their own on two cores, with the same memory for DuckDB, into a new file each time.
Fails where loading takes more than ALLOWED times as long.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.rebuild.compare import Figures, figures_of, medians, use_two_cores
from benchmarks.shared.history import write_history
from orderhealth_pipeline.simulate.write import INSTANT_FORM, written_form

ALLOWED: Final = 2.0


def main() -> None:
    """Measure both on the same files of both formats, and print a Markdown table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    source = arguments.add_mutually_exclusive_group(required=True)
    source.add_argument("--orders", type=int, nargs="+", default=[])
    source.add_argument("--parquet", type=Path, help="a folder of feeds as Parquet, instead of a new history")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--folder", type=Path, help="where there is room; default: the temporary folder")
    asked = arguments.parse_args()
    use_two_cores()
    print("| | this pipeline, seconds | plainly, seconds | ratio | processor | peak memory, GiB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    ratios = [
        ratio
        for orders in asked.orders or [None]
        for ratio in measure(orders, asked.seed, asked.parquet, asked.rounds, asked.folder)
    ]
    if max(ratios) > ALLOWED:
        sys.exit(f"Loading takes {max(ratios):.2f} times as long; {ALLOWED} are allowed.")


def measure(
    orders: int | None, seed: int, given: Path | None, rounds: int, place: Path | None
) -> Iterator[float]:
    """Measure both formats of a new history, or of the one that is given; show rows and give the ratios."""
    with tempfile.TemporaryDirectory(prefix="orderhealth-ingest-", dir=place) as folder:
        parquet, texts = given or Path(folder) / "parquet", Path(folder) / "csv"
        if orders is not None:
            write_history(orders, seed, parquet)
        write_as_csv(parquet, texts)
        count = counted(parquet)
        for name, feeds in (("Parquet", parquet), ("CSV", texts)):
            ours, theirs = compare(feeds, Path(folder), rounds)
            show_row(f"{name}, {count:,} orders", ours, theirs)
            yield ours["seconds"] / theirs["seconds"]


def write_as_csv(parquet: Path, texts: Path) -> None:
    """Write every file as the simulator writes CSV."""
    texts.mkdir()
    for file in sorted(parquet.glob("*.parquet")):
        written_form(pl.read_parquet(file)).write_csv(
            texts / f"{file.stem}.csv", datetime_format=INSTANT_FORM
        )


def counted(parquet: Path) -> int:
    """Count the orders of all files."""
    orders = pl.scan_parquet(parquet / "storefront_orders_*.parquet").select(pl.col("order_id").n_unique())
    return int(orders.collect().item())


def compare(feeds: Path, folder: Path, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Load the files in turn with the pipeline and plainly; gives the medians of both."""
    pipeline: list[Figures] = []
    plain: list[Figures] = []
    for _ in range(rounds):
        for program, measured in (
            ("benchmarks.ingest.plain", plain),
            ("benchmarks.ingest.pipeline", pipeline),
        ):
            with tempfile.TemporaryDirectory(dir=folder) as place:
                store = Path(place) / "store.duckdb"
                measured.append(figures_of(program, "--feeds", str(feeds), "--store", str(store)))
    return medians(pipeline)["ingest"], medians(plain)["ingest"]


def show_row(name: str, ours: dict[str, float], theirs: dict[str, float]) -> None:
    """Print one row of the table."""
    ratio, processor = (ours[kind] / theirs[kind] for kind in ("seconds", "processor_seconds"))
    seconds = f"{ours['seconds']:.1f} | {theirs['seconds']:.1f}"
    print(f"| {name} | {seconds} | {ratio:.2f} | {processor:.2f} | {ours['peak_gib']:.2f} |", flush=True)


if __name__ == "__main__":
    main()
