"""What the policy remembers of its own decisions: a fold over them, so that history can be replayed.

What belongs here: who was told of what and when, and what waits. What does not: reading decisions out of the
store (respond/decision_log.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from orderhealth_pipeline.respond.policy.decision import TELLING, Decision, DecisionKind, NoticeKind
from orderhealth_pipeline.respond.policy.facts import NOBODY

_DAY = timedelta(hours=24)

Place = tuple[str, str]
"""A subject and a channel."""


@dataclass(frozen=True)
class Told:
    """The last message about a subject on a channel."""

    at: datetime
    kind: NoticeKind
    score: Decimal | None = None


@dataclass
class Memory:
    """What is remembered just before an instant.

    `told`: the last message about a subject on a channel; `told_cases`: when each case was told of last;
    `reminded`: the last reminder; `standing`: the decision that holds for a subject as a whole, with its
    reason, and `standing_cases` that of each case; `sent`: when messages went to each channel, each message
    once, oldest first.
    """

    told: dict[Place, Told] = field(default_factory=dict)
    told_cases: dict[Place, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    reminded: dict[Place, datetime] = field(default_factory=dict)
    standing: dict[Place, tuple[DecisionKind, str, datetime]] = field(default_factory=dict)
    standing_cases: dict[Place, dict[str, tuple[DecisionKind, str, datetime]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    sent: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def remember(self, decisions: Iterable[Decision], messages: Mapping[str, int] | None = None) -> None:
        """Take up the decisions of one instant; `messages` counts how many messages went to each channel."""
        now: datetime | None = None
        for each in decisions:
            now = each.as_of
            place = (each.subject, each.channel)
            standing = (each.decision, each.why, each.as_of)
            if each.cases:
                self.standing_cases[place].update(dict.fromkeys(each.cases, standing))
            else:
                self.standing[place] = standing
            if each.decision in TELLING or (each.channel == NOBODY and each.kind is not None):
                if each.kind is not None:
                    self.told[place] = Told(each.as_of, each.kind, each.score)
                if each.decision == "reminder":
                    self.reminded[place] = each.as_of
                self.told_cases[place].update(dict.fromkeys(each.cases, each.as_of))
        for channel, count in (messages or {}).items():
            if now is not None:
                self.sent[channel] += [now] * count

    def forget_over(self, live: Collection[str]) -> None:
        """Forget cases that are over, unless they are to stand in a digest."""
        for place, cases in self.standing_cases.items():
            told = self.told_cases[place]
            over = [
                case
                for case, (decision, _, _) in cases.items()
                if case not in live and (decision != "throttled" or case in told)
            ]
            for case in over:
                del cases[case]
                told.pop(case, None)

    def count_sent(self, channel: str, now: datetime, span: timedelta) -> int:
        """Count the messages to a channel in the span up to an instant."""
        times = self.sent[channel]
        while times and times[0] <= now - _DAY:
            times.pop(0)
        return sum(1 for at in times if at > now - span)

    def waits_since(self, place: Place, case: str | None = None) -> datetime | None:
        """Return since when a subject, or a case of it, waits for a message that was throttled."""
        standing = self.standing.get(place) if case is None else self.standing_cases[place].get(case)
        return standing[2] if standing is not None and standing[0] == "throttled" else None
