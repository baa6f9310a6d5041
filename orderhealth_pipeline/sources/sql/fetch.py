"""Fetching the tables of a database: one snapshot, one landing file a table.

What belongs here: the order of the steps. What does not: statements (window.py), and giving files their
names (pull.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from orderhealth_pipeline.source_settings import SqlSource, SqlTable
from orderhealth_pipeline.sources.landing.files import LandingName, abandon, after, landing_name, unfinished
from orderhealth_pipeline.sources.landing.state import SeriesState
from orderhealth_pipeline.sources.pulled import Fetched, LandedFile, Pull
from orderhealth_pipeline.sources.sql.database import Snapshot, snapshot
from orderhealth_pipeline.sources.sql.known_rows import KnownRows, known_file, read_known
from orderhealth_pipeline.sources.sql.window import bound_of, watermark_of, window


def fetch_tables(source: SqlSource, asked: Pull) -> Fetched:
    """Read what is new of every table, all of one instant. Raises SourceError, and leaves nothing behind."""
    landed: list[LandedFile] = []
    state = asked.state
    memory: dict[Path, bytes] = {}
    try:
        with snapshot(source.url.get_secret_value(), timeout=source.timeout) as opened:
            for name, table in source.tables.items():
                before = asked.state.of(name)
                file, known, watermark = _fetch(opened, asked, name, table, source.overlap)
                if file is not None:
                    landed.append(file)
                memory[known_file(asked.folder, asked.source, name)] = known
                state = state.with_series(name, _after(before, file, watermark))
    except BaseException:
        abandon([file.path for file in landed])
        raise
    return Fetched(tuple(landed), state, memory)


def _fetch(
    opened: Snapshot, asked: Pull, name: str, table: SqlTable, overlap: timedelta
) -> tuple[LandedFile | None, bytes, str | None]:
    before = asked.state.of(name)
    bound = bound_of(table, before.watermark, overlap=overlap, since=asked.since)
    watermark = watermark_of(opened, table, asked.now) or before.watermark
    at = after(asked.now, before.newest)
    path = asked.folder / LandingName(name, at, asked.source, "csv").file
    earlier = read_known(known_file(asked.folder, asked.source, name)) if asked.since is None else frozenset()
    known = KnownRows(earlier)
    lines = opened.lines(window(opened, table, bound))
    with unfinished(path) as stream:
        stream.write(next(lines))
        stream.writelines(known.new_of(lines))
    # A table without a row that lands for the first time tells which columns there are.
    if known.new == 0 and before.newest is not None:
        abandon([path])
        return None, known.content(), watermark
    return LandedFile(name, path, known.new, watermark), known.content(), watermark


def _after(before: SeriesState, file: LandedFile | None, watermark: str | None) -> SeriesState:
    changes: dict[str, object] = {"watermark": watermark}
    if file is not None:
        changes |= {"newest": _instant_of(file.path), "rows": before.rows + file.rows}
    return before.model_copy(update=changes)


def _instant_of(path: Path) -> datetime | None:
    name = landing_name(path.name)
    return None if name is None else name.at
