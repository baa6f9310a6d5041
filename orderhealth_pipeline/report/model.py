"""The risk report as data: all that any of its forms shows, masked, labelled and in the reader's zone.

What belongs here: the frozen models and what can be told from them alone. What does not: reading the store
(read/report.py), words (texts.yml) or looks (html.py, markdown.py, terminal.py).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from orderhealth_pipeline.ingest.files.unread import UnreadFile
from orderhealth_pipeline.report.model_cases import OwnersCases
from orderhealth_pipeline.report.model_findings import RuleResult, TopOrder
from orderhealth_pipeline.report.model_input import RejectedFeed, Source, UnknownWord, UnreadInput
from orderhealth_pipeline.report.model_process import Process
from orderhealth_pipeline.report.words.verdict import LITTLE, Level, level_of
from orderhealth_pipeline.rules.additions import Addition, BlindRule, next_additions, stopped_feeds
from orderhealth_pipeline.score.plain_figures import PlainFigures
from orderhealth_pipeline.words import Locale
from orderhealth_pipeline.yaml_files import FrozenModel

Dimension = Literal["rule", "shop", "warehouse", "carrier"]


class TrendPoint(FrozenModel):
    """The score of one run; `as_of` in the report's zone, `confidence` between 0 and 1.

    `score_by_earlier_rules` is given where the run before had other rules: what these say of the same orders.
    """

    as_of: datetime
    score: float | None
    confidence: float
    profile: str | None
    score_by_earlier_rules: float | None = None


class Health(FrozenModel):
    """The score of the run and how it is to be judged against the alert's two lines."""

    score: float | None
    confidence: float
    unknown_rules: int
    damaged_feeds: int = 0
    active_orders: int
    alert_below: float
    recover_at: float
    previous: TrendPoint | None

    @property
    def level(self) -> Level:
        """The verdict. A score that not every rule stands behind is never better than `unverified`."""
        return level_of(
            self.score,
            self.confidence,
            lines=(self.alert_below, self.recover_at),
            blind_rules=self.unknown_rules,
            damaged_feeds=self.damaged_feeds,
        )

    @property
    def is_partial(self) -> bool:
        """Say whether some rule has no result, so that the score is at best."""
        return self.confidence < 1 or self.unknown_rules > 0 or self.damaged_feeds > 0

    @property
    def shown_score(self) -> float | None:
        """The score, unless too little stands behind it for a number to mean much."""
        return None if self.is_little else self.score

    @property
    def is_little(self) -> bool:
        """Say whether so little could be evaluated that plain figures say more than the score."""
        return self.confidence < LITTLE

    @property
    def change(self) -> float | None:
        """Points gained (positive) or lost since the previous run, where both have a score."""
        if self.shown_score is None or self.previous is None or self.previous.score is None:
            return None
        return self.shown_score - self.previous.score


class Contribution(FrozenModel):
    """Points of the score that one rule, shop, warehouse or carrier costs, now and in the previous run."""

    value: str
    label: str
    points: float
    previous_points: float | None

    @property
    def change(self) -> float | None:
        """More points lost than before is positive; null in a first run."""
        return None if self.previous_points is None else self.points - self.previous_points


class MoneyAtStake(FrozenModel):
    """What the orders with open findings are worth, in one currency."""

    currency: str | None
    orders: int
    amount: Decimal | None


class FunnelStep(FrozenModel):
    """Orders that reached a step, and what the rules that watch the way there say.

    `rate` is the share of the previous step. `overdue` counts the orders that a watching rule finds stuck
    before the step, `system_rules` names watching system-level rules that are hit, `unknown` watching rules
    without a result, or the feed that the step is read from where that cannot be relied on.
    """

    step: str
    label: str
    orders: int
    rate: float | None
    previous_run_rate: float | None
    overdue: int
    system_rules: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_breakpoint(self) -> bool:
        """Say whether orders are stuck here for longer than a rule allows."""
        return self.overdue > 0 or bool(self.system_rules)


class Delivery(FrozenModel):
    """How far one message has come on one channel."""

    channel: str
    state: Literal["pending", "sent", "failed"]
    attempts: int
    last_error: str | None
    sent_at: datetime | None


class Alert(FrozenModel):
    """The latest message that was due, and its deliveries."""

    kind: Literal["breach", "worse", "recovered", "unconfirmed"]
    as_of: datetime
    score: float | None
    threshold: float | None
    deliveries: tuple[Delivery, ...]

    @property
    def is_open(self) -> bool:
        """Say whether the alert still waits for its recovery."""
        return self.kind not in {"recovered", "unconfirmed"}


class WaitingActions(FrozenModel):
    """How many actions of a type wait for a person, by what they are called."""

    title: str
    state: Literal["proposed", "unknown"]
    count: int


class RiskReport(FrozenModel):
    """The whole report of one run, in one language and one zone.

    `trend` runs from old to new and ends with this run. Rules are ordered by the stage they belong to, then
    by the points they cost; contributions by points. `figures` are given where little could be evaluated.
    """

    locale: Locale
    timezone: str
    as_of: datetime
    profile: str | None
    health: Health
    trend: tuple[TrendPoint, ...]
    attribution: dict[Dimension, tuple[Contribution, ...]]
    funnel: tuple[FunnelStep, ...]
    process: Process
    at_stake: tuple[MoneyAtStake, ...]
    top_orders: tuple[TopOrder, ...]
    rules: tuple[RuleResult, ...]
    figures: PlainFigures | None
    sources: tuple[Source, ...]
    lacking: tuple[UnreadInput, ...]
    unread_files: tuple[UnreadFile, ...]
    rejected: tuple[RejectedFeed, ...]
    unknown_words: tuple[UnknownWord, ...]
    alert: Alert | None
    waiting_actions: tuple[WaitingActions, ...] = ()
    cases: tuple[OwnersCases, ...] = ()

    @property
    def causes(self) -> tuple[RuleResult, ...]:
        """The rules that cost points, the dearest first."""
        return tuple(sorted((rule for rule in self.rules if rule.points > 0), key=lambda rule: -rule.points))

    @property
    def unknown_rules(self) -> tuple[RuleResult, ...]:
        """The rules that could not be evaluated."""
        return tuple(rule for rule in self.rules if rule.outcome == "unknown")

    @property
    def additions(self) -> tuple[Addition, ...]:
        """What could be added to the data next, ranked by the weight it unlocks."""
        return next_additions(self._blind_rules)

    @property
    def stopped_sources(self) -> tuple[Source, ...]:
        """The feeds that came once and that unknown rules wait for, the most weighty ones first."""
        by_feed = {source.feed: source for source in self.sources}
        return tuple(by_feed[feed] for feed in stopped_feeds(self._blind_rules) if feed in by_feed)

    @property
    def trust(self) -> Literal["full", "orders", "partial"]:
        """What stands behind the result: everything, all rules but not over all orders, or less."""
        if self.unknown_rules:
            return "partial"
        return "orders" if self.health.confidence < 1 else "full"

    @property
    def weight(self) -> float:
        """What all rules of the run weigh."""
        return sum(rule.weight or 0.0 for rule in self.rules)

    @property
    def _blind_rules(self) -> list[BlindRule]:
        return [BlindRule(rule.rule_id, rule.weight or 0.0, rule.blindness) for rule in self.unknown_rules]

    @property
    def trend_has_gaps(self) -> bool:
        """Say whether some run of the trend had no score or an unknown rule."""
        return any(point.score is None or point.confidence < 1 for point in self.trend)

    @property
    def rejected_rows(self) -> int:
        """Rows that could not be read, of all feeds."""
        return sum(feed.rows for feed in self.rejected)

    @property
    def stages(self) -> tuple[tuple[str, tuple[RuleResult, ...]], ...]:
        """The rules by stage, in the order of an order's life."""
        stages = dict.fromkeys(rule.stage for rule in self.rules)
        return tuple((stage, tuple(rule for rule in self.rules if rule.stage == stage)) for stage in stages)
