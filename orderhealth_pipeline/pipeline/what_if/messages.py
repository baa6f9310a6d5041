"""How many messages a day channels get, and how many without one rule: the last day by the alert policy.

What belongs here: replaying the policy with and without a rule's cases. What does not: the policy, and its
replay (pipeline/alerting/replay.py). The store is only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.alerting.replay import replay
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.store.file.connection import read_store

_SPAN: Final = timedelta(days=1)
_SHORTEST: Final = timedelta(hours=1)
_MOST_INSTANTS: Final = 300
"""A day at five minutes; more would keep somebody waiting who let a slider go."""


@dataclass(frozen=True)
class MessageRates:
    """Messages a day to all channels together, and those that would be left without a rule's cases."""

    with_rule: float
    without_rule: float

    def at(self, cases: int, present_cases: int) -> float | None:
        """Return how many there would be about, were there so many cases in the place of those of now.

        None where the rule has no case now: nobody knows how its cases come and go.
        """
        if cases == present_cases:
            return self.with_rule
        if not present_cases:
            return None
        return self.without_rule + (self.with_rule - self.without_rule) * cases / present_cases


def message_rates(plan: RunPlan, rule_id: str, as_of: datetime) -> MessageRates | None:
    """Count the messages of the day before an instant; None without channels, or where too little happened.

    Raises StoreError, BusyStoreError among them.
    """
    if not plan.settings.channels:
        return None
    with read_store(plan.store) as con:
        asked = {"start": as_of - _SPAN, "stop": as_of}
        instants = [at for (at,) in sql.run(con, "respond/replay/select_instants", asked)]
        if not instants or as_of - instants[0].astimezone(UTC) < _SHORTEST:
            return None
        start = instants[-_MOST_INSTANTS:][0].astimezone(UTC)
        policy = plan.settings.alerting
        counts = [len(replay(con, plan, policy, start, as_of, but=but)) for but in (None, rule_id)]
    days = (as_of - start) / timedelta(days=1)
    return MessageRates(counts[0] / days, counts[1] / days)
