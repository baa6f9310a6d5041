"""Holds back the newest records of a history, so that they arrive later in pieces.

What belongs here: when a record became known, and files by piece. What does not: making the history (history.py).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

AHEAD = ("promised_ship_at",)
"""Instants that may lie ahead of the record that tells of them."""


def hold_back(history: Path, base: Path, pieces: Sequence[Path], instants: Sequence[datetime]) -> None:
    """Put what was known at the first instant into `base`, and what each span to the next one adds into a piece.

    `history` has Parquet files; one without newer records is linked, not copied. There is one instant more
    than there are pieces.
    """
    for folder in (base, *pieces):
        folder.mkdir(parents=True)
    for file in sorted(history.glob("*.parquet")):
        known_at = _known_at(file)
        newest = known_at.max()
        if newest is None or newest <= instants[0]:
            os.link(file, base / file.name)
            continue
        rows = pl.read_parquet(file)
        rows.filter(~(known_at > instants[0]).fill_null(value=False)).write_parquet(base / file.name)
        for number, piece in enumerate(pieces):
            arrived = rows.filter((known_at > instants[number]) & (known_at <= instants[number + 1]))
            if arrived.height:
                arrived.write_parquet(piece / f"{file.stem}_piece_{number + 1}.parquet")


def _known_at(file: Path) -> pl.Series:
    """Say when each row was written: at the latest instant that it tells of; null where it tells of none."""
    schema = pl.read_parquet_schema(file)
    told = [name for name, kind in schema.items() if isinstance(kind, pl.Datetime) and name not in AHEAD]
    latest = pl.max_horizontal(told) if told else pl.lit(None, pl.Datetime("us", "UTC"))
    return (
        pl.read_parquet(file, columns=told or [next(iter(schema))])
        .select(latest.alias("known_at"))
        .to_series()
    )
