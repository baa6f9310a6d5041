"""What became of one table's days since the last export, and what every way of writing them does.

What belongs here: the shape of it. What does not: finding it (results.py), writing it (parquet_days.py,
delta_days.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl


@dataclass(frozen=True)
class ChangedDays:
    """Days of one table (null: that of rows without a day).

    `read` reads the rows of each day that must be written again; `kept` are days that are as they were;
    `gone` those that were there and have no rows any more.
    """

    read: Mapping[str | None, Callable[[], pl.DataFrame]]
    kept: frozenset[str | None]
    gone: frozenset[str | None]


class DayWriter(Protocol):
    """A way to keep a table by day in a folder."""

    def require_own(self, folder: Path) -> None:
        """Raise ConfigurationError where the folder holds a table that is kept in another way."""

    def has(self, folder: Path, day: str | None) -> bool:
        """Say whether what was written of a day is still there."""

    def write(self, folder: Path, days: ChangedDays) -> int:
        """Write what changed, take away what is gone, and return how many days that were. Raises OSError."""
