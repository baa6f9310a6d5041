"""What is known of a source between pulls: how far it was read, and whether it fails.

What belongs here: one small file beside the landing files, replaced in one piece. What does not: fetching.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.landing.files import PRIVATE, make_private_folder, write_whole
from orderhealth_pipeline.yaml_files import FrozenModel


class SeriesState(FrozenModel):
    """How far a series was read (`watermark`, in the source's own words), and by which file.

    `differing` are days of which the source still has other figures after they were read again.
    """

    watermark: str | None = None
    newest: datetime | None = None
    rows: int = 0
    content: str | None = None
    compared_at: datetime | None = None
    differing: tuple[str, ...] = ()
    known: dict[str, Any] = Field(default_factory=dict)


class SourceState(FrozenModel):
    """All series of a source; `failing_since` and `trouble` while it cannot be read.

    `skew_seconds` is how far the source's clock was ahead of this machine's.
    """

    series: dict[str, SeriesState] = Field(default_factory=dict)
    tried_at: datetime | None = None
    pulled_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: str | None = None
    skew_seconds: float = 0.0
    masked_until: datetime | None = None

    def of(self, series: str) -> SeriesState:
        """Return what is known of a series; nothing of a new one."""
        return self.series.get(series, SeriesState())

    def with_series(self, series: str, state: SeriesState) -> SourceState:
        """Return the state with one series changed."""
        return self.model_copy(update={"series": {**self.series, series: state}})


def state_file(folder: Path, source: str) -> Path:
    """Return the file of a source's state; hidden, because it is no record of a feed."""
    return folder / f".{source}.state.json"


def read_state(folder: Path, source: str) -> SourceState:
    """Read the state; a source that was never pulled knows nothing. Raises SourceError for a damaged one."""
    file = state_file(folder, source)
    try:
        return SourceState.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return SourceState()
    except ValidationError:
        raise SourceError(
            Message("{file}: damaged; remove it, and the source is read from its beginning", file=file)
        ) from None


def write_state(folder: Path, source: str, state: SourceState) -> None:
    """Replace the state; on disk when this returns."""
    write_whole(state_file(folder, source), state.model_dump_json(indent=1).encode())


@contextmanager
def locked(folder: Path, source: str) -> Iterator[bool]:
    """Hold a source for one pull at a time; false where another process has it."""
    make_private_folder(folder)
    handle = os.open(folder / f".{source}.lock", os.O_CREAT | os.O_RDWR, PRIVATE)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
