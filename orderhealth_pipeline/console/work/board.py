"""The cases as they are now, kept until something is published or said, or half a minute has passed.

What belongs here: reading them once for all requests. What does not: which are shown (filters.py), and how
(case_rows.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.case_frames import CaseBook, running_since
from orderhealth_pipeline.console.snapshot import Snapshot
from orderhealth_pipeline.desk.reading import read_position, read_said_at
from orderhealth_pipeline.pipeline.written.read_cases import KnownCases, live_cases_from, named_cases_from
from orderhealth_pipeline.said import said_by
from orderhealth_pipeline.settings import Settings

_SECONDS_KEPT: Final = 30


@dataclass(frozen=True)
class _Kept:
    version: str | None
    position: int
    at: datetime
    cases: KnownCases


class Board:
    """The cases of one console."""

    def __init__(self, settings: Settings, snapshot: Snapshot, now: Callable[[], datetime]) -> None:
        self._settings, self._snapshot, self._now = settings, snapshot, now
        self._lock = Lock()
        self._said: tuple[int, pl.DataFrame] | None = None
        self._kept: dict[bool, _Kept] = {}

    def said(self) -> pl.DataFrame:
        """Return all that people have said (SAID). Raises StoreError."""
        return self._said_at(read_position(self._settings.desk_address))

    def live(self, *, with_ended: bool = False) -> KnownCases:
        """Return the cases that are not over, or all, each with `holder`, who has it. Raises StoreError.

        The holder is the person that it was given to, else the one who acknowledged it.
        """
        version, now = self._snapshot.version(), self._now()
        position = read_position(self._settings.desk_address)
        kept = self._kept.get(with_ended)
        if (
            kept is not None
            and (kept.version, kept.position) == (version, position)
            and abs((now - kept.at).total_seconds()) < _SECONDS_KEPT
        ):
            return kept.cases
        said = self._said_at(position)
        with self._snapshot.reading() as con:
            known = live_cases_from(con, said, now, with_ended=with_ended)
        known = _with_holders(known, said)
        self._kept[with_ended] = _Kept(version, position, now, known)
        return known

    def named(self, case_ids: list[str]) -> KnownCases:
        """Return some cases with orders and history, each with `holder`. Raises StoreError."""
        said = self.said()
        with self._snapshot.reading() as con:
            known = named_cases_from(con, said, self._now(), case_ids)
        return _with_holders(known, said)

    def _said_at(self, position: int) -> pl.DataFrame:
        with self._lock:
            if self._said is None or self._said[0] != position:
                self._said = (position, read_said_at(self._settings.desk_address))
            return self._said[1]


def _with_holders(known: KnownCases, said: pl.DataFrame) -> KnownCases:
    """Add who has each case (`holder`)."""
    words = said_by(said, known.as_of).filter(about="case", kind="case_acknowledged")
    since = known.book.cases.select("case_id", since=running_since())
    acknowledged = (
        words.join(since, left_on="value", right_on="case_id", how="inner")
        .filter(pl.col("said_at") >= pl.col("since"))
        .sort("said_at", "entry")
        .group_by(case_id="value")
        .agg(acknowledged_by=pl.col("who").first())
    )
    cases = (
        known.book.cases.join(acknowledged, on="case_id", how="left", maintain_order="left")
        .with_columns(holder=pl.coalesce("assignee", "acknowledged_by"))
        .drop("acknowledged_by")
    )
    return KnownCases(CaseBook(cases, known.book.orders, known.book.history), known.as_of)
