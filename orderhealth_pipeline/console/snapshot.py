"""The published snapshot, kept open, and opened again when another has taken its place.

What belongs here: connections that many requests share. What does not: what is read from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import duckdb

from orderhealth_pipeline.pipeline.written.published import (
    cursor_of,
    open_snapshot,
    version_of_snapshot,
)


@dataclass
class _Opened:
    version: str
    connection: duckdb.DuckDBPyConnection
    readers: int = field(default=0)


class Snapshot:
    """The newest snapshot of a store; a request that began with an older one reads that to its end."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._lock = Lock()
        self._opened: _Opened | None = None

    def version(self) -> str | None:
        """Return a word that another snapshot would not have; null where nothing is published."""
        return version_of_snapshot(self._store)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Return a cursor of the newest snapshot. Raises StoreError where there is none."""
        with self._lock:
            opened = self._newest()
            opened.readers += 1
        try:
            yield cursor_of(opened.connection)
        finally:
            with self._lock:
                opened.readers -= 1
                self._close_if_unused(opened)

    def close(self) -> None:
        """Close what is open and not being read."""
        with self._lock:
            opened, self._opened = self._opened, None
            if opened is not None:
                self._close_if_unused(opened)

    def _newest(self) -> _Opened:
        version = self.version()
        if self._opened is None or self._opened.version != version:
            newest = _Opened(version or "", open_snapshot(self._store))
            before, self._opened = self._opened, newest
            if before is not None:
                self._close_if_unused(before)
        return self._opened

    def _close_if_unused(self, opened: _Opened) -> None:
        if opened is not self._opened and opened.readers == 0:
            opened.connection.close()
