"""Counts and sums per day, at the source and of what has landed: what differs is read again.

What belongs here: comparing, and which days differ. What does not: reading them again (fetch.py). It finds
what no watermark can: rows that were committed later than the overlap, and rows that are gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.settings.sources import Comparison, SqlTable
from orderhealth_pipeline.sources.sql.database import Snapshot
from orderhealth_pipeline.sources.sql.window import query_of

_CENTS: Final = Decimal("0.0001")


@dataclass(frozen=True)
class DayFigures:
    """Rows of a day, and the sum of a column of theirs."""

    rows: int = 0
    total: Decimal = Decimal(0)


Days = dict[str, DayFigures]


def is_due(comparison: Comparison, compared_at: datetime | None, now: datetime) -> bool:
    """Say whether it is time to compare again."""
    return compared_at is None or now - compared_at >= comparison.every


def first_day(comparison: Comparison, now: datetime) -> str:
    """Return the first of the last days, as text; the present one is the last."""
    return (now.astimezone(UTC) - timedelta(days=comparison.days - 1)).strftime("%Y-%m-%d")


def days_at_source(opened: Snapshot, table: SqlTable, comparison: Comparison, first: str) -> Days:
    """Ask the source for its figures, in the snapshot that is read."""
    by = opened.name(comparison.by)
    select = sql.statement(
        "sources/days",
        query=query_of(opened, table),
        day=opened.day(by),
        by=by,
        first=opened.instant(first),
        summed=opened.name(comparison.sum) if comparison.sum else None,
    )
    return {day: DayFigures(int(rows), _money(total)) for day, rows, total in opened.records(select)}


def days_landed(files: Sequence[Path], key: Sequence[str], comparison: Comparison, first: str) -> Days:
    """Count what has landed: of every key its newest row."""
    statement = sql.statement(
        "sources/landed_days",
        files=[str(file) for file in files],
        key=key,
        by=comparison.by,
        summed=comparison.sum,
        first=first,
    )
    with duckdb.connect() as con:
        rows = con.execute(statement).fetchall()
    return {day: DayFigures(count, _money(total)) for day, count, total in rows}


def differing(at_source: Mapping[str, DayFigures], landed: Mapping[str, DayFigures]) -> list[str]:
    """Name the days whose figures are not the same."""
    days = sorted(at_source.keys() | landed.keys())
    return [day for day in days if at_source.get(day, DayFigures()) != landed.get(day, DayFigures())]


def _money(value: object) -> Decimal:
    try:
        return (
            Decimal(str(value)).quantize(_CENTS) if value not in (None, "") else Decimal(0).quantize(_CENTS)
        )
    except InvalidOperation:
        return Decimal(0).quantize(_CENTS)
