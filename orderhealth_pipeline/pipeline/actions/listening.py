"""Hears, while actions are sent, what people say meanwhile: a stop counts before the next action.

What belongs here: reading the log again when it has grown. What does not: what a word means
(respond/actions/words.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.actions.words import spoken_actions, stopped_by


@dataclass(frozen=True)
class Heard:
    """What people had said of actions (SPOKEN), and who stopped all of them, if anybody did."""

    spoken: pl.DataFrame
    stopped_by: str | None


class Listener:
    """Reads the desk of a plan; as long as nobody says anything, what it heard last stands."""

    def __init__(self, plan: RunPlan) -> None:
        # What speaks with databases takes a third of a second to import.
        from orderhealth_pipeline.desk.log import Desk

        self._desk = Desk(plan.settings.desk_address)
        self._position = -1
        self._said = pl.DataFrame()

    def heard(self, now: datetime) -> Heard:
        """Return what had been said by an instant. Raises StoreError where the desk cannot be read."""
        position = self._desk.position()
        if position != self._position:
            self._said, self._position = self._desk.frame(), position
        return Heard(spoken_actions(self._said, now), stopped_by(self._said, now))
