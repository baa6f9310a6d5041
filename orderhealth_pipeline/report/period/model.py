"""The report of a day or a week as data: what every form of it shows, masked and in the reader's zone.

What belongs here: the frozen models. What does not: reading (read.py), words (sections.py), looks (forms/).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.yaml_files import FrozenModel

PeriodKind = Literal["daily", "weekly"]
Outcome = Literal["in_time", "late", "missed"]
ResponseStep = Literal["found", "told", "acknowledged", "acted", "over"]

SPANS: Final[dict[PeriodKind, timedelta]] = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
"""How far each kind of report looks back."""


class ScoreThen(FrozenModel):
    """The score of one evaluation."""

    as_of: datetime
    score: float


class Promotion(FrozenModel):
    """The last span under another profile than the usual one that is over: its lowest and median score."""

    profile: str
    began_at: datetime
    ended_at: datetime
    lowest: float | None
    median: float | None


class Broken(FrozenModel):
    """What one rule found in the period: cases, their orders, cases that still stand, and where most are.

    `places` are the shop, the warehouse and the carrier with most of these orders, and how many they have.
    """

    title: str
    cases: int
    orders: int
    standing: int
    places: tuple[tuple[str, int], ...]


class Response(FrozenModel):
    """How long a step took, from the first sign of trouble: of all (`owner` is null), or of a role's cases.

    A percentile is null where it lies among the cases that wait.
    """

    owner: str | None
    step: ResponseStep
    cases: int
    waiting: int
    median_minutes: float | None
    p90_minutes: float | None


class OpenCase(FrozenModel):
    """A case that is not over; `is_overdue` says that its time is, and that nobody snoozed it."""

    case_id: str
    title: str
    cause: str
    owner: str
    assignee: str
    state: str
    orders: int
    opened_at: datetime
    due_at: datetime | None
    is_overdue: bool


class NoisyRule(FrozenModel):
    """A rule that people mostly call wrong, and what is said of it."""

    title: str
    lines: tuple[str, ...]


class AtStake(FrozenModel):
    """What the orders that a rule finds may cost on a platform; `unpriced` ones could not be priced."""

    platform: str
    title: str
    orders: int
    amount: Decimal
    currency: str
    unpriced: int


class Charged(FrozenModel):
    """Penalties of the period that came true, by whether somebody was told before."""

    outcome: Outcome
    charges: int
    amount: Decimal
    currency: str | None


class PeriodReport(FrozenModel):
    """The whole report of a period that ends at `as_of`; `state` is the risk report of that instant.

    `has_terms` says whether any platform's terms are written down; `charges` is null where no file of
    charges is named.
    """

    kind: PeriodKind
    since: datetime
    as_of: datetime
    state: RiskReport
    week_ago: ScoreThen | None
    lowest: ScoreThen | None
    promotion: Promotion | None
    broken: tuple[Broken, ...]
    responses: tuple[Response, ...]
    open_cases: tuple[OpenCase, ...]
    noisy: tuple[NoisyRule, ...]
    has_terms: bool
    at_stake: tuple[AtStake, ...]
    charges: tuple[Charged, ...] | None

    @property
    def overdue(self) -> tuple[OpenCase, ...]:
        """The open cases whose time is over, the oldest first."""
        return tuple(case for case in self.open_cases if case.is_overdue)
