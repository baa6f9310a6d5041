"""A long history of which the newest records arrive later, in pieces.

What belongs here: when a record became known, and files by piece. What does not: making the history
(history.py).

    .venv/bin/python -m benchmarks.shared.arrivals --orders 1000000 --pieces 3 --out folder

Writes `base`, then `piece_1` and so on with what each five minutes more brought. Prints the last instant.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.shared.history import write_history

EVERY: Final = timedelta(minutes=5)
AHEAD: Final = ("promised_ship_at",)
"""Instants that may lie ahead of the record that tells of them."""


def main() -> None:
    """Write the history, and hold back its end."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, required=True)
    arguments.add_argument("--pieces", type=int, required=True)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--out", type=Path, required=True)
    asked = arguments.parse_args()
    history = asked.out / "history"
    end = datetime.fromisoformat(write_history(asked.orders, asked.seed, history)).astimezone(UTC)
    pieces = [asked.out / f"piece_{number}" for number in range(1, asked.pieces + 1)]
    hold_back(history, asked.out / "base", pieces, instants_up_to(end, asked.pieces))
    shutil.rmtree(history)
    print(end.isoformat())


def instants_up_to(end: datetime, pieces: int) -> list[datetime]:
    """Return the instant at which the first piece begins, and those at which each ends."""
    return [end - EVERY * back for back in reversed(range(pieces + 1))]


def hold_back(history: Path, base: Path, pieces: Sequence[Path], instants: Sequence[datetime]) -> None:
    """Put what was known at the first instant into `base`, and what came up to each later one into a piece.

    `history` has Parquet files; one without newer records is linked, not copied.
    """
    for folder in (base, *pieces):
        folder.mkdir(parents=True)
    for file in sorted(history.glob("*.parquet")):
        known_at = _known_at(file)
        if not (known_at > instants[0]).any():
            os.link(file, base / file.name)
            continue
        rows = pl.read_parquet(file)
        rows.filter(~(known_at > instants[0]).fill_null(value=False)).write_parquet(base / file.name)
        for number, piece in enumerate(pieces):
            arrived = rows.filter((known_at > instants[number]) & (known_at <= instants[number + 1]))
            if arrived.height:
                arrived.write_parquet(piece / f"{file.stem}_{piece.name}.parquet")


def _known_at(file: Path) -> pl.Series:
    """Say when each row was written: at the latest instant that it tells of, or long ago."""
    schema = pl.read_parquet_schema(file)
    told = [name for name, kind in schema.items() if isinstance(kind, pl.Datetime) and name not in AHEAD]
    if not told:
        return pl.Series([None], dtype=pl.Datetime("us", "UTC"))
    return pl.read_parquet(file, columns=told).select(pl.max_horizontal(told)).to_series()


if __name__ == "__main__":
    main()
