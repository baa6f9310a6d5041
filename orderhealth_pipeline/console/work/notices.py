"""What people are told after a form, kept for as long as a page that fetches itself again shows it.

What belongs here: the answer, and remembering it for seconds. What does not: what is said (forms.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Literal

_SHOWN: Final = timedelta(seconds=20)


@dataclass(frozen=True)
class Notice:
    """What a person is told after a form: what was said, or why not; `undo` are entries to take back."""

    kind: Literal["done", "told", "refused"]
    lines: tuple[str, ...]
    undo: str = ""


class Notices:
    """The newest answer of each person and page."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str], tuple[Notice, datetime]] = {}

    def keep(self, key: tuple[str, str], notice: Notice, now: datetime) -> None:
        """Remember an answer, and forget those that nobody sees any more."""
        with self._lock:
            self._kept = {each: kept for each, kept in self._kept.items() if now - kept[1] < _SHOWN}
            self._kept[key] = (notice, now)

    def again(self, key: tuple[str, str], now: datetime) -> Notice | None:
        """Return an answer that is still to be seen."""
        with self._lock:
            kept = self._kept.get(key)
        return kept[0] if kept is not None and now - kept[1] < _SHOWN else None
