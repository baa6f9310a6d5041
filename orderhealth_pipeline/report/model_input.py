"""How good the input was, as the report shows it: sources, rejected rows and unknown words.

What belongs here: frozen models. What does not: reading them (read_sources.py), the whole report (model.py).
"""

from __future__ import annotations

from datetime import datetime

from orderhealth_pipeline.frames import FeedState
from orderhealth_pipeline.yaml_files import FrozenModel


class Source(FrozenModel):
    """How fresh one feed is."""

    feed: str
    title: str
    last_event_at: datetime | None
    last_loaded_at: datetime | None
    rows: int
    state: FeedState


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
