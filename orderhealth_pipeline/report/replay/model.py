"""A back-test as people read it, in one language and one zone, and the lines and rows that every form shows.

What belongs here: from figures to words. What does not: replaying (pipeline/), and drawing (chart.py,
page.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, Literal

from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.words import Locale

Side = Literal["now", "then"]
SIDES: Final[tuple[Side, ...]] = ("now", "then")
COLUMNS: Final = ("now", "then", "new", "gone", "precision", "recall")

_NAMED_ORDERS: Final = 5


@dataclass(frozen=True)
class ReplayedSide:
    """One set of rules over all instants: its profiles and scores, and the alerts it would have sent."""

    profiles: tuple[str, ...]
    scores: tuple[float | None, ...]
    alerts: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True)
class ReplayedRule:
    """One rule: orders that it was open for under either set, how many at each instant, and how well it did.

    `new` and `gone` are orders that only the other rules find, or only those in force.
    """

    rule_id: str
    title: str
    now: int
    then: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    precision: float | None
    recall: float | None
    open: dict[Side, tuple[int, ...]]

    @property
    def found_anything(self) -> bool:
        """Say whether it found anything, under either set."""
        return bool(self.now or self.then)


@dataclass(frozen=True)
class ReplayReport:
    """A back-test; instants are in the zone of the report. `score_lines` open and close an alert."""

    locale: Locale
    timezone: str
    instants: tuple[datetime, ...]
    score_lines: tuple[float, float]
    sides: dict[Side, ReplayedSide]
    rules: tuple[ReplayedRule, ...]
    has_truth: bool


def side_name(side: Side, texts: Texts) -> str:
    """Name a set of rules."""
    return texts("replay_now" if side == "now" else "replay_then")


def side_line(report: ReplayReport, side: Side, texts: Texts) -> str:
    """Say how far the scores of one set of rules go, and how many alerts there were."""
    replayed = report.sides[side]
    known = [score for score in replayed.scores if score is not None]
    return texts(
        "replay_side",
        side=side_name(side, texts),
        lowest=formats.score(min(known, default=None)),
        highest=formats.score(max(known, default=None)),
        n=len(replayed.alerts),
    )


def profile_line(report: ReplayReport, side: Side, texts: Texts) -> str:
    """Say which profiles were in force from when on."""
    spans = groupby(zip(report.instants, report.sides[side].profiles, strict=True), key=lambda pair: pair[1])
    named = [
        texts("replay_profile", profile=profile, since=formats.short_minute(next(pairs)[0]))
        for profile, pairs in spans
    ]
    return texts("replay_profiles", profiles=texts("list_comma").join(named))


def alert_lines(report: ReplayReport, side: Side, texts: Texts) -> tuple[str, ...]:
    """List the alerts of one set of rules."""
    return tuple(
        texts("replay_alert", at=formats.minute(at), kind=texts.word("replay_kind", kind))
        for at, kind in report.sides[side].alerts
    )


def figures(rule: ReplayedRule) -> tuple[str, ...]:
    """Return the cells of a rule's row, behind its name."""
    counts = (rule.now, rule.then, len(rule.new), len(rule.gone))
    shares = (rule.precision, rule.recall)
    return (*map(formats.whole, counts), *map(formats.percent, shares))


def named_orders(orders: tuple[str, ...], texts: Texts) -> str:
    """Name the first orders, and count the others."""
    named = texts("list_comma").join(formats.shorten(order, 40) for order in orders[:_NAMED_ORDERS])
    more = len(orders) - _NAMED_ORDERS
    return texts("replay_more", named=named, n=more) if more > 0 else named
