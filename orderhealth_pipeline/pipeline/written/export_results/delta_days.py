"""Days as partitions of a Delta table: all that changed in one export becomes one version of the table.

What belongs here: the only place that knows the library. What does not: which days changed (results.py).

A day is written as a whole, so nothing is to be compacted; files of versions older than a week are removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.written.export_results.changed_days import ChangedDays

LOG: Final = "_delta_log"
DAY: Final = "date"
_WEEK_HOURS: Final = 168


class DeltaDays:
    """Keeps a table as a Delta table with a partition for each day."""

    def require_own(self, folder: Path) -> None:
        """Raise ConfigurationError where the library is missing, and for Parquet by day."""
        try:
            import deltalake  # noqa: F401 - whether it is there
        except ImportError as error:
            raise ConfigurationError(
                Message(
                    "--format delta needs the extra `delta`, which is not installed: "
                    "pip install 'orderhealth-pipeline[delta]'"
                )
            ) from error
        if not (folder / LOG).exists() and any(folder.glob(f"{DAY}=*")):
            raise ConfigurationError(
                Message(
                    "{folder} holds Parquet by day: choose another folder, or leave --format out",
                    folder=folder,
                )
            )

    def has(self, folder: Path, day: str | None) -> bool:
        """Say whether there is a table: its log says what is in it."""
        del day
        return (folder / LOG).exists()

    def write(self, folder: Path, days: ChangedDays) -> int:
        """Write one version with the days that changed, and without those that are gone."""
        from deltalake import DeltaTable, write_deltalake

        is_known = (folder / LOG).exists()
        if days.read:
            folder.mkdir(parents=True, exist_ok=True)
            write_deltalake(
                folder,
                _batches(days),
                mode="overwrite",
                partition_by=[DAY],
                predicate=_of_days((*days.read, *days.gone)) if is_known else None,
                schema_mode="merge" if is_known else "overwrite",
            )
        elif days.gone and is_known:
            DeltaTable(folder).delete(_of_days(days.gone))
        else:
            return 0
        DeltaTable(folder).vacuum(_WEEK_HOURS, dry_run=False)
        return len(days.gone)


def _batches(days: ChangedDays) -> pa.RecordBatchReader:
    """Return the rows of one day after the other, so that no more than one is held in memory."""
    tables = (_with_day(read(), day) for day, read in days.read.items())
    first = next(tables)
    return pa.RecordBatchReader.from_batches(first.schema, _batches_of(first, tables))


def _batches_of(first: Any, tables: Iterator[Any]) -> Iterator[Any]:
    yield from first.to_batches()
    for each in tables:
        yield from each.cast(first.schema).to_batches()


def _with_day(rows: pl.DataFrame, day: str | None) -> Any:
    return rows.with_columns(pl.lit(day).str.to_date().alias(DAY)).to_arrow()


def _of_days(days: Iterable[str | None]) -> str:
    """Return the condition of these days; they are made by strftime, so nothing in them is to be quoted."""
    named = ", ".join(f"'{day}'" for day in days if day is not None)
    conditions = [f"{DAY} in ({named})"] if named else []
    conditions += [f"{DAY} is null"] if None in days else []
    return " or ".join(conditions)
