"""What the policy decides: one subject, one channel, what becomes of it and why.

What belongs here: the shapes of a decision and of what is still to be decided. What does not: deciding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, Self

from orderhealth_pipeline.words import Severity, Stage

DecisionKind = Literal[
    "sent",
    "reminder",
    "digested",
    "throttled",
    "silenced",
    "inhibited",
    "acknowledged",
    "quiet_hours",
    "unchanged",
    "unmatched",
]
NoticeKind = Literal[
    "breach", "worse", "recovered", "unconfirmed", "reminder", "source", "cases", "digest", "heartbeat"
]

TELLING: Final[frozenset[DecisionKind]] = frozenset({"sent", "reminder", "digested"})
"""The decisions by which somebody hears of something."""

WAITING: Final[frozenset[DecisionKind]] = frozenset({"throttled", "silenced", "inhibited", "quiet_hours"})
"""The decisions after which somebody may still hear of it."""


@dataclass(frozen=True)
class Decision:
    """What became of one subject, or of some of its cases, for one channel (empty: for nobody).

    `kind` is the message that was, or would have been, sent; null where there was none to send. `why` is the
    reason as a word, with what it names behind a blank: `snoozed 12`. It holds until the next decision.
    """

    as_of: datetime
    subject: str
    channel: str
    decision: DecisionKind
    why: str
    cases: tuple[str, ...] = ()
    kind: NoticeKind | None = None
    score: Decimal | None = None


@dataclass(frozen=True)
class Ask:
    """A message that a subject asks for on a channel, on its way through the stages.

    `fresh` are cases that the channel has not been told of, `told` those that it has; `lapsed` waited and
    went before they could be told. `is_first` says that nothing of this cause was told before.
    """

    subject: str
    channel: str
    role: str | None = None
    kind: NoticeKind | None = None
    why: str = ""
    score: Decimal | None = None
    fresh: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()
    is_first: bool = False
    is_critical: bool = False
    about: frozenset[tuple[Stage, Severity]] = frozenset()

    @property
    def cases(self) -> frozenset[str]:
        """Return all cases that are left in it."""
        return self.fresh | self.told | self.lapsed

    def without(self, cases: Iterable[str]) -> Self:
        """Return it with some of its cases decided already."""
        gone = frozenset(cases)
        return replace(self, fresh=self.fresh - gone, told=self.told - gone, lapsed=self.lapsed - gone)

    def decided(
        self, now: datetime, decision: DecisionKind, why: str, cases: Iterable[str] | None = None
    ) -> Decision:
        """Decide it, or some of its cases."""
        of_it = self.cases if cases is None else cases
        return Decision(
            now, self.subject, self.channel, decision, why, tuple(sorted(of_it)), self.kind, self.score
        )


Staged = tuple[list[Ask], list[Decision]]
"""What a stage lets through, and what it decided."""


@dataclass(frozen=True)
class Letter:
    """One message to one channel: what it tells of. `rank`: 0 goes before 1, and that before 2."""

    channel: str
    kind: NoticeKind
    asks: tuple[Ask, ...]
    rank: int
