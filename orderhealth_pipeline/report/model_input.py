"""How good the input was, as the report shows it: sources, rejected rows and unknown words.

What belongs here: frozen models. What does not: reading them (read/sources.py), the whole report (model.py).
"""

from __future__ import annotations

from datetime import datetime

from orderhealth_pipeline.frames import FeedState
from orderhealth_pipeline.yaml_files import FrozenModel


class Source(FrozenModel):
    """How fresh one feed is, and its rows by what counts of them (docs/feeds.md, accounting)."""

    feed: str
    title: str
    last_event_at: datetime | None
    last_loaded_at: datetime | None
    rows: int
    rejected: int = 0
    replaced: int = 0
    ahead: int = 0
    ahead_until: datetime | None = None
    unowned: int | None = None
    state: FeedState

    @property
    def rejected_share(self) -> float:
        """The share of rejected rows in all that were read of the feed."""
        read = self.rows + self.rejected + self.replaced + self.ahead
        return self.rejected / read if read else 0.0


class RejectedReason(FrozenModel):
    """How many rows one kind of reason has cost a feed, and a masked value that shows why.

    `column` is the one that the first of these rows is rejected for, where it is about one.
    """

    kind: str
    title: str
    rows: int
    column: str | None
    sample: str | None


class UnreadInput(FrozenModel):
    """What is not in the result of one feed: rejected rows with the main reasons, and rows ahead of it.

    `hours_ahead` is how far the latest of these lies ahead. `unowned` of the `rows` that count name an order
    that nobody knows.
    """

    feed: str
    title: str
    is_damaged: bool
    rejected: int
    rejected_share: float
    reasons: tuple[RejectedReason, ...]
    ahead: int
    hours_ahead: float
    unowned: int
    rows: int


class RejectedSample(FrozenModel):
    """One row that could not be read; its values are masked."""

    file: str
    line: int | None
    reason: str
    row: tuple[tuple[str, str], ...]


class RejectedFeed(FrozenModel):
    """The rows of a feed that could not be read, and some of them to look at."""

    feed: str
    title: str
    rows: int
    samples: tuple[RejectedSample, ...]


class UnknownWord(FrozenModel):
    """A status word of a feed that maps to nothing and is treated as unknown."""

    feed: str
    title: str
    column: str
    word: str
    rows: int
