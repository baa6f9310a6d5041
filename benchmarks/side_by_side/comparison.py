"""Whether a contender found what the pipeline found.

What belongs here: reading and comparing findings row by row. What does not: running anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.side_by_side.contenders import Run

COLUMNS = ("order_id", "rule_id", "state", "explained_by")


@dataclass(frozen=True)
class Result:
    """A run with how many findings it had, and how many rows only it or only the pipeline has."""

    run: Run
    findings: int = 0
    differing: int = 0

    @property
    def agrees(self) -> bool:
        """Say whether it ran, and found the same."""
        return self.run.failure is None and self.differing == 0


def compare(runs: Sequence[Run]) -> list[Result]:
    """Compare the findings of every run with those of the first one, which is the pipeline's."""
    expected = _findings(runs[0])
    results = []
    for run in runs:
        found = _findings(run)
        differing = (found - expected) + (expected - found)
        results.append(Result(run, found.total(), differing.total()))
    return results


def _findings(run: Run) -> Counter[tuple[str | None, ...]]:
    if run.failure is not None:
        return Counter()
    return Counter(read_findings(run.results).rows())


def read_findings(file: Path) -> pl.DataFrame:
    """Read the findings from a contender's Parquet file, or from a store: COLUMNS, open and explained."""
    if file.suffix == ".parquet":
        return pl.read_parquet(file).select(COLUMNS).cast(pl.String)
    with duckdb.connect(file, read_only=True) as store:
        findings: pl.DataFrame = store.table("findings").pl()
    return findings.filter(pl.col("state").is_in(["open", "explained"])).select(COLUMNS)
