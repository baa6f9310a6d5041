"""Where orders get stuck, as the report tells it: how long each step takes, and what stands still.

What belongs here: the frozen models. What does not: reading them (read/process.py), and words.
"""

from __future__ import annotations

from datetime import datetime

from orderhealth_pipeline.yaml_files import FrozenModel


class StepTime(FrozenModel):
    """How long orders take from one step to the next, and how many wait there now.

    A percentile is null where it lies among the orders that still wait.
    """

    from_label: str
    to_label: str
    median_minutes: float | None
    p90_minutes: float | None
    waiting: int
    oldest_since: datetime | None


class Standstill(FrozenModel):
    """A step that no order takes any more at one place, or anywhere (`place` is null), and since when."""

    place: str | None
    from_label: str
    to_label: str
    waiting: int
    since: datetime


class Process(FrozenModel):
    """The steps in the order's way, and what stands still: nothing where the run is not the newest one."""

    steps: tuple[StepTime, ...] = ()
    standstills: tuple[Standstill, ...] = ()
