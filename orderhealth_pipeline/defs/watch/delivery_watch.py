"""When the outbox is looked into: pure decisions.

What belongs here: the sensor's memory and what follows from it. What does not: delivering
(pipeline/deliver.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime

from orderhealth_pipeline.respond.attempts import DeliveryResult
from orderhealth_pipeline.yaml_files import FrozenModel

LONGEST_REST: Final = timedelta(minutes=10)
"""So that an alert left by the command line, or by a process that died, is not left for long."""


class Watched(FrozenModel):
    """The newest health_score that was delivered for, and when to look again even without a new one."""

    score_event: int | None = None
    look_at: AwareDatetime | None = None


def is_due(watched: Watched, score_event: int | None, now: datetime) -> bool:
    """Say whether to look into the outbox: a new score, a retry that is due, or a long rest."""
    if score_event != watched.score_event:
        return True
    return watched.look_at is None or now >= watched.look_at


def remember(score_event: int | None, results: Iterable[DeliveryResult], now: datetime) -> Watched:
    """Return what to remember after delivering: the next retry of what waits, at most LONGEST_REST away."""
    retries = [result.next_attempt_at for result in results if result.next_attempt_at is not None]
    return Watched(score_event=score_event, look_at=min([*retries, now + LONGEST_REST]))
