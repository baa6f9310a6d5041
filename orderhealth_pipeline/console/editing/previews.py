"""Prepared rules, kept while people drag: the first look at a rule reads the store, all later ones compare.

What belongs here: what is kept, and for how long. What does not: comparing (pipeline/what_if).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final

import polars as pl

from orderhealth_pipeline.desk.reading import read_position, read_said_at
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.what_if.effect import Effect, Found, effect_between, found_by
from orderhealth_pipeline.pipeline.what_if.preview import PreparedRule, prepare_rule
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.precision import newest_verdicts

_KEPT: Final = 4
"""Each holds what a rule looks at of all active orders: some 20 MB of 100,000."""


class Previews:
    """Keeps the rules that were looked at last, prepared; they belong to a snapshot and to no person."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, PreparedRule] = OrderedDict()
        self._judged: tuple[Hashable, pl.DataFrame] | None = None
        self._now: tuple[Hashable, Rule, Found] | None = None
        self._lock = Lock()

    def effect(self, plan: RunPlan, version: Hashable, now: Rule, then: Rule) -> Effect:
        """Compare two forms of a rule over the present orders. Raises StoreError, BusyStoreError among them.

        `version` differs when the snapshot or the files of the rules do.
        """
        state = self._state(plan, version)
        # One at a time: many who drag at once wait for one reading, and hold up no more than a core.
        with self._lock:
            before = self._prepared(plan, state, now)
            after = self._prepared(plan, state, then)
            judged = self._verdicts(plan, state, before, now.id)
            found = self._found_now(state, before, now, judged)
        return effect_between(found, found_by(after, then, judged))

    def facts(self, plan: RunPlan, version: Hashable, rule: Rule) -> pl.DataFrame:
        """Return all active orders with what a rule looks at. Raises StoreError."""
        with self._lock:
            return self._prepared(plan, self._state(plan, version), rule).fact

    @staticmethod
    def _state(plan: RunPlan, version: Hashable) -> Hashable:
        return version, plan.settings.profile, read_position(plan.settings.desk_address)

    def _found_now(self, state: Hashable, prepared: PreparedRule, rule: Rule, judged: pl.DataFrame) -> Found:
        """Return what the rule in force finds: the same as long as somebody drags."""
        key = (state, rule.id)
        if self._now is None or self._now[0] != key or self._now[1] != rule:
            self._now = (key, rule, found_by(prepared, rule, judged))
        return self._now[2]

    def _prepared(self, plan: RunPlan, state: Hashable, rule: Rule) -> PreparedRule:
        looks = frozenset(rule.request(look) for look in rule.looks)
        key = (rule.id, state, looks)
        prepared = self._kept.pop(key, None)
        if prepared is None:
            prepared = prepare_rule(plan, rule)
        self._kept[key] = prepared
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return prepared

    def _verdicts(self, plan: RunPlan, state: Hashable, prepared: PreparedRule, rule_id: str) -> pl.DataFrame:
        if self._judged is None or self._judged[0] != state:
            said = read_said_at(plan.settings.desk_address)
            self._judged = (state, newest_verdicts(said, prepared.feeds.as_of))
        return self._judged[1].filter(pl.col("rule_id") == rule_id)
