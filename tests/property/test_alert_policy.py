"""The accounts of the alert policy over random weeks: whatever is open is told, or somebody can say why not.

A few weeks by default; `make test-policy` tries ORDERHEALTH_EXAMPLES of them.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decide import Outcome, decide
from orderhealth_pipeline.respond.policy.decision import TELLING
from orderhealth_pipeline.respond.policy.facts import NOBODY, CaseFact, Facts, ScoreFact, SourceFact
from orderhealth_pipeline.respond.policy.memory import Memory
from orderhealth_pipeline.respond.policy.routes import ChannelRoute, RoleRoute, Routes
from orderhealth_pipeline.respond.policy.settings import AlertingSettings
from orderhealth_pipeline.respond.policy.silences import Silence

EXAMPLES: Final = int(os.environ.get("ORDERHEALTH_EXAMPLES", "12"))
START: Final = datetime(2026, 11, 9, tzinfo=UTC)
ZONE: Final = ZoneInfo("Asia/Shanghai")
RULES: Final = ("paid_not_in_erp", "outbound_overdue", "no_pickup", "pickup_gap", "low_price")
ROLES: Final = ("warehouse_supervisor", "order_service", "risk_desk")
FEEDS: Final = {"erp_orders": ("paid_not_in_erp",), "tms_events": ("no_pickup", "pickup_gap")}
EVERY: Final = timedelta(minutes=15)


class Week:
    """A shop whose cases, scores and sources change at random."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.cases: dict[str, CaseFact] = {}
        self.sources: dict[str, SourceFact] = {}
        self.opened_at: datetime | None = None
        self.score = Decimal(95)
        self.closed_as = "recovered"
        self.number = 0
        self.busy = self.chance.choice([0.05, 0.3, 3.0])
        self.routes = Routes(
            (
                ChannelRoute("all"),
                ChannelRoute("warehouse", self.chance.choice(["low", "high"])),
                ChannelRoute("night"),
            ),
            {
                role: RoleRoute(
                    role,
                    tuple(self.chance.sample(["all", "warehouse", "night"], self.chance.randint(0, 2))),
                    asks_for_score=self.chance.random() < 0.3,
                )
                for role in ROLES
            },
        )
        self.settings = AlertingSettings.model_validate(
            {
                "budget": self.chance.choice([2, 4, 12]),
                "quiet_hours": {ROLES[1]: "22:00-08:00"},
                "inhibit": [{"cause": "pickup_gap", "mutes": ["no_pickup"]}],
            }
        )

    def facts(self, now: datetime) -> Facts:
        chance = self.chance
        for case_id in [each for each in self.cases if chance.random() < 0.05]:
            del self.cases[case_id]
        for case_id, case in self.cases.items():
            if case.acknowledged_at is None and chance.random() < 0.03:
                self.cases[case_id] = case._replace(acknowledged_at=now)
        for _ in range(int(self.busy + chance.random())):
            self.number += 1
            self.cases[f"{self.number}"] = CaseFact(
                f"{self.number}",
                chance.choice(RULES),
                chance.choice(ROLES),
                chance.choice(["low", "medium", "high", "critical"]),
                now,
                cause_kind="warehouse",
                cause=chance.choice(["GZ", "SH"]),
            )
        for feed, blind in FEEDS.items():
            if feed in self.sources and chance.random() < 0.1:
                del self.sources[feed]
            elif chance.random() < 0.02:
                self.sources[feed] = SourceFact(feed, "stale", blind)
        self.score = min(Decimal(99), max(Decimal(40), self.score + Decimal(chance.randint(-40, 40)) / 10))
        if self.opened_at is None and self.score < 85:
            self.opened_at = now
        elif self.opened_at is not None and self.score >= 88:
            self.opened_at = None
        scores = (ScoreFact("score", self.score, self.opened_at),)
        return Facts(START, scores, dict(self.cases), dict(self.sources))

    def silences(self) -> tuple[Silence, ...]:
        said = (
            Silence(1, "warehouse", "GZ"),
            Silence(2, "everything", None, "low_price"),
            Silence(3, "everything"),
        )
        return tuple(self.chance.sample(said, 1)) if self.chance.random() < 0.1 else ()


def require_accounts(week: Week, facts: Facts, memory: Memory) -> None:
    """Every open case has a standing decision on each channel that is its, or for nobody."""
    for case in facts.cases.values():
        heard = [
            route for route in week.routes.channels_of(case.role) if route.wants(case.stage, case.severity)
        ]
        for channel in [route.name for route in heard] or [NOBODY]:
            standing = memory.standing_cases[f"cases:{case.role}", channel].get(case.case_id)
            assert standing is not None, f"nobody says what became of {case} on {channel!r}"
            told = memory.told_cases[f"cases:{case.role}", channel].get(case.case_id)
            if standing[0] in TELLING or standing[0] == "unchanged":
                assert told is not None
                assert told >= case.since
    if week.opened_at is not None:
        for channel in week.routes.hearing("score"):
            assert ("score", channel) in memory.standing


def require_limits(sent: list[datetime], now: datetime, limits: AlertingSettings) -> None:
    assert sum(at > now - timedelta(hours=1) for at in sent) <= limits.budget
    assert sum(at > now - timedelta(hours=24) for at in sent) <= limits.budget_a_day


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_every_open_case_of_a_week_is_told_or_somebody_can_say_why_not(seed: int) -> None:
    week, memory = Week(seed), Memory()
    sent: defaultdict[str, list[datetime]] = defaultdict(list)
    told_first: dict[tuple[str, str, str], datetime] = {}
    outcomes: list[Outcome] = []
    for step in range(int(timedelta(days=7) / EVERY)):
        now = START + EVERY * step
        facts = week.facts(now)
        context = Context(now, facts, memory, week.silences(), week.settings, week.routes, ZONE)
        outcome = decide(context)
        assert decide(context) == outcome, "the policy is not pure"
        for each in outcome.decisions:
            if each.decision == "sent" and each.kind == "cases":
                for case in each.cases:
                    place = (each.subject, each.channel, case)
                    assert place not in told_first, "a case is told of as new only once"
                    told_first[place] = now
        memory.remember(outcome.decisions, outcome.messages)
        memory.forget_over(facts.cases)
        for channel, count in outcome.messages.items():
            sent[channel] += [now] * count
            require_limits(sent[channel], now, week.settings)
        require_accounts(week, facts, memory)
        outcomes.append(outcome)
    assert any(outcome.decisions for outcome in outcomes)


@pytest.mark.parametrize("seed", range(min(EXAMPLES, 100)))
def test_what_waited_for_the_digest_is_told_in_one(seed: int) -> None:
    week, memory = Week(seed), Memory()
    week.settings = AlertingSettings(budget=3)
    waiting: dict[tuple[str, str, str], datetime] = {}
    told: set[tuple[str, str, str]] = set()
    for step in range(200):
        now = START + EVERY * step
        facts = week.facts(now) if step < 100 else Facts(START, (), {}, {})
        outcome = decide(Context(now, facts, memory, (), week.settings, week.routes, ZONE))
        memory.remember(outcome.decisions, outcome.messages)
        memory.forget_over(facts.cases)
        for each in outcome.decisions:
            for case in each.cases:
                place = (each.subject, each.channel, case)
                if each.decision in TELLING:
                    told.add(place)
                if each.decision == "throttled" and place not in told:
                    waiting[place] = now
                else:
                    waiting.pop(place, None)
    assert waiting == {}, "what is throttled is told later, or another decision says why not"
