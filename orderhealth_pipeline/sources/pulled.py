"""What a pull of one source brought, or why it brought nothing.

What belongs here: the result. What does not: fetching.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.sources import PrivacySettings
from orderhealth_pipeline.sources.landing.state import SourceState


@dataclass(frozen=True)
class LandedFile:
    """One landing file: its series, its path, its rows, and how far the series was read by it."""

    series: str
    path: Path
    rows: int
    watermark: str | None = None


@dataclass(frozen=True)
class PullResult:
    """What became of one source. `trouble` says why it was not read; it `is_new` the first time only."""

    source: str
    at: datetime
    files: tuple[LandedFile, ...] = ()
    trouble: str | None = None
    is_new_trouble: bool = False
    failing_since: datetime | None = None
    has_recovered: bool = False
    is_busy: bool = False
    watermarks: dict[str, str | None] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows in all files together."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True)
class Pull:
    """One pull of one source: its name, its landing folder, what is known of it, since when, and now.

    `since` (null: since the watermark) asks for what is known already once more. `store` is the store whose
    published copy tells which parcels are under way.
    """

    source: str
    folder: Path
    state: SourceState
    now: datetime
    sleep: Callable[[float], None]
    since: datetime | None = None
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    store: Path | None = None


@dataclass(frozen=True)
class Fetched:
    """What a fetcher hands back: the files, still unfinished, and the state that is true when they landed.

    `memory` are files beside the state, written once the others have landed. `trouble` says why not all was
    read.
    """

    files: tuple[LandedFile, ...]
    state: SourceState
    memory: dict[Path, bytes] = field(default_factory=dict)
    trouble: Message | None = None
