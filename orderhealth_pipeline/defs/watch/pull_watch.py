"""When a source is to be pulled: pure decisions.

What belongs here: what follows from when it was tried last. What does not: ticks and requests.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from orderhealth_pipeline.sources.landing.state import SourceState

_LONGEST: Final = timedelta(hours=1)


def is_due(state: SourceState, every: timedelta, now: datetime) -> bool:
    """Say whether it is time: each source has a clock of its own, which slows down while it fails."""
    if state.tried_at is None:
        return True
    return now - state.tried_at >= wait(state, every)


def wait(state: SourceState, every: timedelta) -> timedelta:
    """Return how long after a try the next one is: as long as it has been failing, up to an hour."""
    if state.failing_since is None or state.tried_at is None:
        return every
    return max(every, min(state.tried_at - state.failing_since, _LONGEST))
