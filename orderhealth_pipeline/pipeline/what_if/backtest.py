"""A back-test: history replayed under other rules beside those in force.

What belongs here: going through the instants, and comparing. What does not: evaluating, which runs do. It
works on a copy of the store, where the first instant is evaluated as a whole and the others by what changed,
so the store is never written and a run may go on beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from pydantic import SecretStr

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.run import evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.what_if.two_rule_sets import Side, Sides, score_of
from orderhealth_pipeline.respond.alert_decision import decide_alert
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.store.file.connection import open_store, read_store, transaction
from orderhealth_pipeline.store.file.copy import copy_store

MOST_INSTANTS = 10_000

_PAIR = ["order_id", "rule_id"]


@dataclass(frozen=True)
class RuleComparison:
    """One rule over all instants: orders that it was open for now, and then; new and gone ones.

    `precision` and `recall` are those of the other rules against a truth, if one was given.
    """

    now: int
    then: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True)
class Backtest:
    """What the rules in force (`now`) and the others (`then`) said at each instant."""

    instants: tuple[datetime, ...]
    scores: dict[Side, tuple[Decimal | None, ...]]
    alerts: dict[Side, int]
    rules: dict[str, RuleComparison]


def instants_between(start: datetime, stop: datetime, every: timedelta) -> tuple[datetime, ...]:
    """Return the instants from `start` to `stop`, both included. Raises ConfigurationError for too many."""
    if stop < start:
        raise ConfigurationError("--to: an instant not before --from is expected")
    count = (stop - start) // every + 1
    if count > MOST_INSTANTS:
        raise ConfigurationError(f"{count} instants were asked for, at most {MOST_INSTANTS} are replayed")
    return tuple(start + every * number for number in range(count))


def backtest(
    plan: RunPlan,
    then: Catalogue,
    instants: tuple[datetime, ...],
    truth: pl.DataFrame | None = None,
    on_instant: Callable[[int], None] = lambda _: None,
) -> Backtest:
    """Replay the instants under the plan's rules and others.

    `truth` has order_id, rule_id and verdict. Raises StoreError where there is no store.
    """
    sides = Sides(plan.catalogue, then)
    scores: dict[Side, list[Decimal | None]] = {"now": [], "then": []}
    found: dict[Side, list[pl.DataFrame]] = {"now": [], "then": []}
    alerts: dict[Side, list[tuple[datetime, str]]] = {"now": [], "then": []}
    limits = plan.settings.score
    for number, (as_of, assessment) in enumerate(_replayed(plan, sides.common, instants)):
        for side, given in scores.items():
            health = score_of(
                sides,
                side,
                assessment.findings,
                assessment.facts.active,
                assessment.evaluation.results,
                by_value=limits.weighted_by_value,
            )
            given.append(health.score)
            open_findings = sides.findings(side, assessment.findings).filter(state="open")
            found[side].append(open_findings.select(_PAIR))
            kind = decide_alert(health.score, as_of, alerts[side], None, limits.threshold, limits.recover)
            if kind is not None:
                alerts[side].append((as_of, kind))
        on_instant(number + 1)
    return Backtest(
        instants,
        {side: tuple(given) for side, given in scores.items()},
        {side: len(given) for side, given in alerts.items()},
        _compared(sides, {side: pl.concat(frames).unique() for side, frames in found.items()}, truth),
    )


def _replayed(
    plan: RunPlan, catalogue: Catalogue, instants: tuple[datetime, ...]
) -> Iterator[tuple[datetime, Assessment]]:
    with TemporaryDirectory(prefix=".backtest-", dir=plan.store.parent) as folder:
        copy = Path(folder) / plan.store.name
        with read_store(plan.store) as con:
            copy_store(con, plan.store, copy)
        settings = plan.settings.model_copy(
            update={"store": copy, "desk": SecretStr(plan.settings.desk_address), "channels": ()}
        )
        replay = replace(plan, settings=settings, catalogue=catalogue, calendar=(), records_past=True)
        with open_store(copy) as con:
            for number, as_of in enumerate(instants):
                asked = replace(replay, is_full=number == 0)
                with transaction(con):
                    outcome = evaluate_store(con, asked, as_of, StageTimes(lambda: 0.0), [])
                yield as_of, outcome.assessment


def _compared(
    sides: Sides, found: dict[Side, pl.DataFrame], truth: pl.DataFrame | None
) -> dict[str, RuleComparison]:
    orders: dict[Side, defaultdict[str, set[str]]] = {"now": defaultdict(set), "then": defaultdict(set)}
    for side, frame in found.items():
        for order_id, rule_id in frame.iter_rows():
            orders[side][rule_id].add(order_id or "")
    names = dict.fromkeys(rule.id for side in orders for rule in sides.rules(side))
    return {
        rule_id: RuleComparison(
            len(orders["now"][rule_id]),
            len(orders["then"][rule_id]),
            tuple(sorted(orders["then"][rule_id] - orders["now"][rule_id])),
            tuple(sorted(orders["now"][rule_id] - orders["then"][rule_id])),
            *_accuracy(rule_id, orders["then"][rule_id], truth),
        )
        for rule_id in names
    }


def _accuracy(rule_id: str, found: set[str], truth: pl.DataFrame | None) -> tuple[float | None, float | None]:
    if truth is None:
        return None, None
    anomalies = truth.filter(rule_id=rule_id, verdict="anomaly")["order_id"].fill_null("")
    expected = set(anomalies)
    right = len(found & expected)
    return (
        right / len(found) if found else None,
        right / len(expected) if expected else None,
    )
