"""How long the stages of a run take.

What belongs here: the stopwatch. What does not: what is measured.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

_LOG: Final = logging.getLogger(__name__)

Stopwatch = Callable[[], float]


@dataclass
class StageTimes:
    """Seconds per stage, measured with the clock that is given; `on_stage` is told when a stage begins."""

    stopwatch: Stopwatch
    on_stage: Callable[[str], None] = lambda _: None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens in the context as the stage `name`."""
        self.on_stage(name)
        started = self.stopwatch()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + self.stopwatch() - started, 3)
        _LOG.info("%s took %.2f s", name, self.seconds[name])
