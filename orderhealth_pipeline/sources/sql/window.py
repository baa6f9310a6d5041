"""Which rows of a table are asked for: those that changed since the watermark, less an overlap.

What belongs here: arithmetic on watermarks and the statements. What does not: reading (fetch.py).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from orderhealth_pipeline import sql
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.sources import SqlTable, WatermarkKind
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.sql.database import Snapshot

_AHEAD: Final = timedelta(days=2)
"""How far ahead of this machine's clock a watermark may be: zones differ by more than a day at most."""

_WRITTEN: Final = "%Y-%m-%d %H:%M:%S.%f"
_PER_SECOND: Final[dict[WatermarkKind, int]] = {"seconds": 1, "milliseconds": 1000}
FAR_AHEAD: Final = "2199-02-03"
FAR_AHEAD_NUMBER: Final = "9007199254740991"
"""Bounds that nothing has passed, to ask a planner with."""


def query_of(opened: Snapshot, table: SqlTable) -> str:
    """Return the SELECT of a table, or the one that is given; its last line may be a comment."""
    if table.query is not None:
        return f"{table.query}\n"
    return sql.statement("sources/whole_table", table=opened.name(table.table or ""))


def bound_of(
    table: SqlTable, watermark: str | None, *, overlap: timedelta, since: datetime | None
) -> str | None:
    """Return the value from which on rows are read; null for all. Raises SourceError.

    `since` takes the place of the watermark, and needs no overlap.
    """
    if table.watermark is None or (watermark is None and since is None):
        return None
    kind = table.watermark_is
    if kind == "instant":
        start = since if since is not None else _instant(watermark or "") - overlap
        return start.strftime(_WRITTEN) + ("+00" if start.tzinfo is not None else "")
    if since is not None and kind == "counter":
        raise SourceError(
            Message("--since: '{column}' counts rows, it knows no instants", column=table.watermark)
        )
    if since is not None:
        return str(int(since.timestamp() * _PER_SECOND[kind]))
    less = table.overlap_rows if kind == "counter" else int(overlap.total_seconds() * _PER_SECOND[kind])
    return str(int(watermark or 0) - less)


def window(opened: Snapshot, table: SqlTable, bound: str | None) -> str:
    """Return the SELECT for the rows from a bound on."""
    written = opened.instant if table.watermark_is == "instant" else opened.literal
    return sql.statement(
        "sources/window",
        query=query_of(opened, table),
        column=opened.name(table.watermark or ""),
        bound=None if bound is None else written(bound),
    )


def watermark_of(opened: Snapshot, table: SqlTable, now: datetime) -> str | None:
    """Return how far the table goes in this snapshot; null where no row says it. Raises SourceError."""
    if table.watermark is None:
        return None
    latest = now.astimezone(UTC) + _AHEAD
    limits: dict[WatermarkKind, str] = {
        "instant": opened.instant(latest.strftime("%Y-%m-%d %H:%M:%S")),
        "seconds": str(int(latest.timestamp())),
        "milliseconds": str(int(latest.timestamp() * 1000)),
    }
    select = sql.statement(
        "sources/watermark",
        query=query_of(opened, table),
        column=opened.name(table.watermark),
        latest=limits.get(table.watermark_is),
    )
    found = opened.records(select)[0][0]
    return _usable(table, found) if found else None


def _usable(table: SqlTable, found: str) -> str | None:
    """Return a watermark that can be reckoned with. Raises SourceError for anything else."""
    if table.watermark_is == "instant":
        if _is_no_time(found):
            return None
        try:
            _instant(found)
        except ValueError:
            raise _unfit(table, "instant") from None
        return found
    try:
        return str(int(found))
    except ValueError:
        raise _unfit(table, table.watermark_is) from None


def _is_no_time(text: str) -> bool:
    """Say whether a database writes something else than a day: infinity, a year BC, a zero date."""
    return "infinity" in text or "BC" in text or text.startswith("0000")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _unfit(table: SqlTable, kind: str) -> SourceError:
    return SourceError(
        Message(
            "the column '{column}' cannot be the watermark: it holds no {kind}; cast it in a query, or say "
            "watermark_is",
            column=table.watermark,
            kind=kind,
        )
    )
