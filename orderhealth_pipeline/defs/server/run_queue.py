"""The queue of runs, looked at twice a second.

What belongs here: how dagster.yaml's `run_coordinator` lets runs wait for each other. What does not: starting
them (warm_launcher.py).
"""

from __future__ import annotations

from typing import Final

from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator

LOOK_EVERY_SECONDS: Final = 0.5
"""Dagster's own setting takes whole seconds, of which an alert would wait for a half on average."""


class PromptRunCoordinator(QueuedRunCoordinator):
    """Dagster's queue, with less of a wait for a run that need not wait for another."""

    @property
    def dequeue_interval_seconds(self) -> float:  # type: ignore[override]
        """Return the seconds between two looks at the queue."""
        return LOOK_EVERY_SECONDS
