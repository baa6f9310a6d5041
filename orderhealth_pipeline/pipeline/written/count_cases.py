"""Counts the cases of a run, by who owns them, and reads how long cases took.

What belongs here: reading what is published. What does not: showing it (report/, defs/).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.settings import Settings


@dataclass(frozen=True)
class CaseCounts:
    """What stands in the published copy.

    `by_owner`: owner, cases, overdue, orders, amounts (a text, a currency each), oldest (opened_at).
    `response_times` are those of the newest week that has any. `ended` counts the cases that are over.
    """

    by_owner: pl.DataFrame
    response_times: pl.DataFrame
    ended: int

    @property
    def live(self) -> int:
        """The cases that are not over."""
        return int(self.by_owner["cases"].sum())

    @property
    def overdue(self) -> int:
        """Those of them that should be over."""
        return int(self.by_owner["overdue"].sum())


def count_cases(settings: Settings) -> CaseCounts:
    """Count the cases of the latest run. Raises StoreError where nothing can be read."""

    def read(con: duckdb.DuckDBPyConnection) -> CaseCounts:
        ((ended,),) = sql.run(con, "cases/shown/count_ended_cases")
        return CaseCounts(
            sql.read(con, "cases/shown/count_cases_by_owner"),
            sql.read(con, "cases/shown/select_newest_response_times"),
            ended,
        )

    return from_published(settings.store, read)
