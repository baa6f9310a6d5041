"""What every contender of the comparison is called with, and how it says where its time went.

What belongs here: the command line that `side_by_side.py` relies on. What does not: reading feeds, or rules.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Call:
    """One call of a contender: the folder of CSV feeds, the instant, and the Parquet file to write.

    The file has one row per finding: order_id (null for a system-level rule), rule_id, state (`open` or
    `explained`), explained_by; sorted by order_id, nulls last, then rule_id.
    """

    feeds: Path
    as_of: datetime
    out: Path


@dataclass
class Stopwatch:
    """Seconds per part of a contender's work."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure what happens in the context as the part `name`."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)

    def print(self) -> None:
        """Print the seconds as one JSON line, which `side_by_side.py` reads."""
        print(json.dumps({"seconds": self.seconds}))


def read_call(description: str | None) -> Call:
    """Read the command line."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--feeds", type=Path, required=True, help="folder of the CSV feeds")
    arguments.add_argument(
        "--as-of", type=datetime.fromisoformat, required=True, help="ISO 8601, with offset"
    )
    arguments.add_argument("--out", type=Path, required=True, help="Parquet file of the findings")
    return Call(**vars(arguments.parse_args()))
