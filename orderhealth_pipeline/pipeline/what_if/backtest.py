"""A back-test: history replayed under other rules beside those in force.

What belongs here: going through the instants, and comparing. What does not: evaluating (replay.py), which
works on a copy of the store, so that the store is never written and a run may go on beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_of_profile
from orderhealth_pipeline.pipeline.what_if.replay import replayed
from orderhealth_pipeline.pipeline.what_if.two_rule_sets import (
    RuleSets,
    SetName,
    Side,
    in_one_catalogue,
    score_of,
)
from orderhealth_pipeline.respond.switched_rules import Edge, PastEdges, ScoreLines, decide_edge
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.in_force.calendar import profile_at

MOST_INSTANTS = 10_000

_PAIR = ["order_id", "rule_id"]


@dataclass(frozen=True)
class RuleComparison:
    """One rule over all instants: orders that it was open for now, and then; new and gone ones.

    `precision` and `recall` are those of the other rules against a truth, if one was given; `open` counts the
    open findings of each instant. `hits` are the orders that it hit, explained or not.
    """

    now: int
    then: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    precision: float | None = None
    recall: float | None = None
    open: dict[Side, tuple[int, ...]] = field(default_factory=dict)
    hits: dict[Side, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Backtest:
    """What the rules in force (`now`) and the others (`then`) said at each instant, and what was told.

    `profiles` are those of each instant, `told` the instants and kinds of the alerts.
    """

    instants: tuple[datetime, ...]
    scores: dict[Side, tuple[Decimal | None, ...]]
    profiles: dict[Side, tuple[str, ...]]
    told: dict[Side, tuple[tuple[datetime, str], ...]]
    rules: dict[str, RuleComparison]

    @property
    def alerts(self) -> dict[Side, int]:
        """Count the alerts."""
        return {side: len(alerts) for side, alerts in self.told.items()}


def instants_between(start: datetime, stop: datetime, every: timedelta) -> tuple[datetime, ...]:
    """Return the instants from `start` to `stop`, both included. Raises ConfigurationError for too many."""
    if stop < start:
        raise ConfigurationError("--to: an instant not before --from is expected")
    count = (stop - start) // every + 1
    if count > MOST_INSTANTS:
        raise ConfigurationError(
            Message(
                "{count} instants were asked for, at most {most_instants} are replayed",
                count=count,
                most_instants=MOST_INSTANTS,
            )
        )
    return tuple(start + every * number for number in range(count))


def backtest(
    plan: RunPlan,
    then: RunPlan,
    instants: tuple[datetime, ...],
    truth: pl.DataFrame | None = None,
    on_instant: Callable[[int], None] = lambda _: None,
) -> Backtest:
    """Replay the instants under the plan's rules and those of another plan, each with its calendar.

    Of the other plan only the rules count. `truth` has order_id, rule_id and verdict. Raises StoreError where
    there is no store.
    """
    plans: dict[Side, RunPlan] = {"now": plan, "then": then}
    in_force = {side: tuple(_in_force(side, each, instants)) for side, each in plans.items()}
    sets = in_one_catalogue({name: rules for each in in_force.values() for name, rules in each})
    sides = {
        side: _ReplayedSide(tuple(name for name, _ in each), sets, plan) for side, each in in_force.items()
    }
    for number, (as_of, assessment) in enumerate(replayed(plan, sets.common, instants)):
        for side in sides.values():
            side.take(number, as_of, assessment)
        on_instant(number + 1)
    return Backtest(
        instants,
        {side: tuple(each.scores) for side, each in sides.items()},
        {side: tuple(profile for _, profile in each.names) for side, each in sides.items()},
        {side: tuple(each.edges.told) for side, each in sides.items()},
        _compared(sides, truth),
    )


@dataclass
class _Edges:
    told: list[tuple[datetime, str]] = field(default_factory=list)
    untold: list[tuple[datetime, str, Decimal]] = field(default_factory=list)

    def take(self, as_of: datetime, edge: Edge, score: Decimal) -> None:
        if edge.is_told:
            self.told.append((as_of, edge.kind))
        else:
            self.untold.append((as_of, edge.kind, score))


@dataclass
class _ReplayedSide:
    """One side of a back-test as it goes on: the set of rules of each instant, and what they said so far."""

    names: tuple[SetName, ...]
    sets: RuleSets
    plan: RunPlan
    scores: list[Decimal | None] = field(default_factory=list)
    found: list[pl.DataFrame] = field(default_factory=list)
    seen: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict.fromkeys(_PAIR, pl.String)))
    edges: _Edges = field(default_factory=_Edges)

    def take(self, number: int, as_of: datetime, assessment: Assessment) -> None:
        """Take in what was found at one instant."""
        name, before = self.names[number], self.names[max(number - 1, 0)]
        score = self._score(name, assessment)
        by_earlier_rules = None if before == name else self._score(before, assessment)
        limits = self.plan.settings.score
        lines = ScoreLines(limits.threshold, limits.recover)
        past = PastEdges(self.edges.told, self.edges.untold)
        edge = decide_edge(score, as_of, past, None, lines, by_earlier_rules=by_earlier_rules)
        if edge is not None and score is not None:
            self.edges.take(as_of, edge, score)
        self.scores.append(score)
        found = self.sets.findings(name, assessment.findings)
        self.found.append(found.filter(state="open").select(*_PAIR, instant=pl.lit(number)))
        self.seen = pl.concat([self.seen, found.select(_PAIR).cast(pl.String)]).unique()

    def hits(self, rule_id: str) -> frozenset[str]:
        """Return the orders that a rule hit at some instant; the system as a whole is one without a name."""
        return frozenset(self.seen.filter(rule_id=rule_id)["order_id"].fill_null(""))

    def _score(self, name: SetName, assessment: Assessment) -> Decimal | None:
        return score_of(
            self.sets,
            name,
            assessment.findings,
            assessment.facts.active,
            assessment.evaluation.results,
            by_value=self.plan.settings.score.weighted_by_value,
        ).score


def _in_force(
    side: Side, plan: RunPlan, instants: tuple[datetime, ...]
) -> Iterator[tuple[SetName, Catalogue]]:
    """Return the profile of each instant, with its rules."""
    catalogues: dict[str, Catalogue] = {}
    for as_of in instants:
        profile = profile_at(plan.calendar, as_of, plan.settings.profile)
        if profile not in catalogues:
            catalogues[profile] = plan_of_profile(plan, profile).catalogue
        yield (side, profile), catalogues[profile]


def _compared(sides: dict[Side, _ReplayedSide], truth: pl.DataFrame | None) -> dict[str, RuleComparison]:
    found = {side: pl.concat(each.found) for side, each in sides.items()}
    orders: dict[Side, defaultdict[str, set[str]]] = {"now": defaultdict(set), "then": defaultdict(set)}
    for side, frame in found.items():
        for order_id, rule_id in frame.select(_PAIR).unique().iter_rows():
            orders[side][rule_id].add(order_id or "")
    rules = dict.fromkeys(
        rule.id
        for each in sides.values()
        for name in dict.fromkeys(each.names)
        for rule in each.sets.rules(name)
    )
    open_at = {side: _open_at(frame, len(sides[side].names)) for side, frame in found.items()}
    return {
        rule_id: RuleComparison(
            len(orders["now"][rule_id]),
            len(orders["then"][rule_id]),
            tuple(sorted(orders["then"][rule_id] - orders["now"][rule_id])),
            tuple(sorted(orders["now"][rule_id] - orders["then"][rule_id])),
            *_accuracy(rule_id, orders["then"][rule_id], truth),
            open={side: open_at[side](rule_id) for side in sides},
            hits={side: each.hits(rule_id) for side, each in sides.items()},
        )
        for rule_id in rules
    }


def _open_at(found: pl.DataFrame, instants: int) -> Callable[[str], tuple[int, ...]]:
    counts = {
        (rule, instant): count for rule, instant, count in found.group_by("rule_id", "instant").len().rows()
    }
    return lambda rule_id: tuple(counts.get((rule_id, number), 0) for number in range(instants))


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
