"""What every stage of the policy looks at besides the asks.

What belongs here: one frozen bundle. What does not: any stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from orderhealth_pipeline.respond.policy.facts import Facts
from orderhealth_pipeline.respond.policy.memory import Memory
from orderhealth_pipeline.respond.policy.routes import Routes
from orderhealth_pipeline.respond.policy.settings import AlertingSettings
from orderhealth_pipeline.respond.policy.silences import Silence


@dataclass(frozen=True)
class Context:
    """The instant, what is open then, what was decided before, what people said, and the policy.

    `woken` are the entries of silences that ended by what happened: what they held back is told again.
    """

    now: datetime
    facts: Facts
    memory: Memory
    silences: tuple[Silence, ...]
    settings: AlertingSettings
    routes: Routes
    zone: ZoneInfo
    woken: frozenset[int] = frozenset()
