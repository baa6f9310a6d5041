"""The ids of events that came before, so that repetitions are dropped, also after a restart.

What belongs here: remembering for so long. What does not: what an id is (schemes.py). Losing one is no harm:
the store knows rows that come again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

from orderhealth_pipeline.sources.landing.files import PRIVATE
from orderhealth_pipeline.sources.push.schemes import Event

_DIGITS: Final = 24
_COMPACTED_ABOVE: Final = 200_000


class EventMemory:
    """Ids by the second in which they came, in memory and as lines of a file."""

    def __init__(self, file: Path, remember: timedelta, now: Callable[[], datetime]) -> None:
        self._file, self._now = file, now
        self._remember = int(remember.total_seconds())
        self._known = self._read()
        self._new: dict[str, int] = {}
        self._handle: int | None = None
        self._rewrite()

    def new_of(self, events: Sequence[Event]) -> list[Event]:
        """Return the events that did not come before; they count as come from now on."""
        second, new = int(self._now().timestamp()), []
        for event in events:
            digest = blake2b(event.id.encode(), digest_size=_DIGITS // 2).hexdigest()
            if digest in self._new or second - self._known.get(digest, 0) <= self._remember:
                continue
            self._new[digest] = second
            new.append(event)
        return new

    def keep(self) -> None:
        """Remember what is new, once its events are on disk."""
        if not self._new:
            return
        self._known.update(self._new)
        if self._handle is not None:
            text = "".join(f"{digest} {second}\n" for digest, second in self._new.items())
            os.write(self._handle, text.encode())
        self._new = {}
        if len(self._known) > _COMPACTED_ABOVE:
            self._forget_old()

    def forget(self) -> None:
        """Forget what is new: its events were not kept, and will come again."""
        self._new = {}

    def close(self) -> None:
        """Close the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _read(self) -> dict[str, int]:
        try:
            lines = self._file.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return {}
        parts = (line.split(" ") for line in lines)
        return {each[0]: int(each[1]) for each in parts if len(each) == 2 and each[1].isdecimal()}  # noqa: PLR2004

    def _forget_old(self) -> None:
        before = len(self._known)
        oldest = int(self._now().timestamp()) - self._remember
        self._known = {digest: second for digest, second in self._known.items() if second >= oldest}
        if len(self._known) < before:
            self._rewrite()

    def _rewrite(self) -> None:
        oldest = int(self._now().timestamp()) - self._remember
        text = "".join(f"{digest} {second}\n" for digest, second in self._known.items() if second >= oldest)
        self.close()
        part = self._file.with_name(f"{self._file.name}.new")
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_APPEND, PRIVATE)
        os.write(handle, text.encode())
        part.replace(self._file)
        self._handle = handle
