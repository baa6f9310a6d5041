"""Fetching the tables of a database: one snapshot, one landing file a table.

What belongs here: the order of the steps. What does not: statements (window.py), comparing (compare.py), and
giving files their names (pull.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from orderhealth_pipeline import sql
from orderhealth_pipeline.settings.sources import Comparison, SqlSource, SqlTable
from orderhealth_pipeline.sources.known_rows import KnownRows, known_file, read_known
from orderhealth_pipeline.sources.landing.files import (
    LandingName,
    abandon,
    after,
    landing_name,
    part_of,
    unfinished,
)
from orderhealth_pipeline.sources.landing.state import SeriesState
from orderhealth_pipeline.sources.pulled import Fetched, LandedFile, Pull
from orderhealth_pipeline.sources.sql.compare import (
    days_at_source,
    days_landed,
    differing,
    first_day,
    is_due,
)
from orderhealth_pipeline.sources.sql.database import Snapshot, snapshot
from orderhealth_pipeline.sources.sql.window import bound_of, query_of, watermark_of, window


def fetch_tables(source: SqlSource, asked: Pull, keys: Mapping[str, Sequence[str]]) -> Fetched:
    """Read what is new of every table, all of one instant. Raises SourceError, and leaves nothing behind.

    `keys` are the columns that name a row of a feed.
    """
    landed: list[LandedFile] = []
    state = asked.state
    memory: dict[Path, bytes] = {}
    try:
        with snapshot(source.url.get_secret_value(), timeout=source.timeout) as opened:
            for name, table in source.tables.items():
                reading = _Reading(opened, asked, name, table, source, tuple(keys.get(name, ())))
                file, after_it = reading.read()
                if file is not None:
                    landed.append(file)
                memory[known_file(asked.folder, asked.source, name)] = reading.known.content()
                state = state.with_series(name, after_it)
    except BaseException:
        abandon([file.path for file in landed])
        raise
    return Fetched(tuple(landed), state, memory)


@dataclass
class _Reading:
    """One table while it is read."""

    opened: Snapshot
    asked: Pull
    name: str
    table: SqlTable
    source: SqlSource
    key: tuple[str, ...]

    def __post_init__(self) -> None:
        file = known_file(self.asked.folder, self.asked.source, self.name)
        # Who asks for what is known wants it to land again.
        self.known = KnownRows(read_known(file) if self.asked.since is None else frozenset())
        self.before = self.asked.state.of(self.name)
        at = after(self.asked.now, self.before.newest)
        self.path = self.asked.folder / LandingName(self.name, at, self.asked.source, "csv").file

    def read(self) -> tuple[LandedFile | None, SeriesState]:
        bound = bound_of(
            self.table, self.before.watermark, overlap=self.source.overlap, since=self.asked.since
        )
        watermark = watermark_of(self.opened, self.table, self.asked.now) or self.before.watermark
        changes: dict[str, object] = {"watermark": watermark}
        lines = self.opened.lines(window(self.opened, self.table, bound))
        with unfinished(self.path) as stream:
            stream.write(next(lines))
            stream.writelines(self.known.new_of(lines))
            comparison = self.table.compare
            if comparison is not None and is_due(comparison, self.before.compared_at, self.asked.now):
                stream.flush()
                changes |= {
                    "compared_at": self.asked.now,
                    "differing": self._read_differing(stream, comparison),
                }
        # A table without a row that lands for the first time tells which columns there are.
        if self.known.new == 0 and self.before.newest is not None:
            abandon([self.path])
            return None, self.before.model_copy(update=changes)
        rows = self.known.new
        changes |= {"newest": _instant_of(self.path), "rows": self.before.rows + rows}
        return LandedFile(self.name, self.path, rows, watermark), self.before.model_copy(update=changes)

    def _read_differing(self, stream: IO[bytes], comparison: Comparison) -> tuple[str, ...]:
        """Read the days again whose figures differ; return those that differ all the same."""
        first = first_day(comparison, self.asked.now)
        at_source = days_at_source(self.opened, self.table, comparison, first)
        files = [*self._landed_before(), part_of(self.path)]
        key = comparison.key or self.key
        days = differing(at_source, days_landed(files, key, comparison, first))
        if not days:
            return ()
        select = sql.statement(
            "sources/rows_of_days",
            query=query_of(self.opened, self.table),
            day=self.opened.day(self.opened.name(comparison.by)),
            days=[self.opened.literal(day) for day in days],
        )
        for line in islice(self.opened.lines(select), 1, None):
            self.known.new += 1
            stream.write(line)
        stream.flush()
        return tuple(differing(at_source, days_landed(files, key, comparison, first)))

    def _landed_before(self) -> list[Path]:
        names = ((file, landing_name(file.name)) for file in self.asked.folder.glob(f"{self.name}_*.csv"))
        return sorted(
            file
            for file, name in names
            if name and (name.series, name.source) == (self.name, self.asked.source)
        )


def _instant_of(path: Path) -> datetime | None:
    name = landing_name(path.name)
    return None if name is None else name.at
