"""Messages a day by rule, kept while people drag: the policy is replayed once, all later numbers follow.

What belongs here: what is kept, and for how long. What does not: replaying (pipeline/what_if/messages.py).
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from threading import Lock
from typing import Final

from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.what_if.effect import Effect
from orderhealth_pipeline.pipeline.what_if.messages import MessageRates, message_rates

_KEPT: Final = 64


class Rates:
    """Keeps what was replayed of each rule, for one snapshot and one state of the rules' files."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, MessageRates | None] = {}
        self._lock = Lock()

    def is_known(self, version: Hashable, rule_id: str) -> bool:
        """Say whether it is kept already."""
        return (version, rule_id) in self._kept

    def of(self, plan: RunPlan, version: Hashable, rule_id: str, as_of: datetime) -> MessageRates | None:
        """Return the rates of a rule, replayed where they are not kept. Raises StoreError."""
        key = (version, rule_id)
        with self._lock:
            if key not in self._kept:
                rates = message_rates(plan, rule_id, as_of)
                while len(self._kept) >= _KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = rates
            return self._kept[key]


def messages_of(rates: MessageRates | None, effect: Effect) -> tuple[float, float] | None:
    """Return messages a day now and then; None where nobody can say."""
    if rates is None:
        return None
    then = rates.at(effect.then.cases, effect.now.cases)
    return None if then is None else (rates.with_rule, then)
