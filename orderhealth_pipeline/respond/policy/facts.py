"""What the policy looks at: the scores, the open cases and the sources in trouble at one instant.

What belongs here: the shapes. What does not: where they come from (pipeline/alerting/), and what follows from
them (decide.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple

import polars as pl

from orderhealth_pipeline.words import Severity, Stage

SCORE: Final = "score"
"""The subject of the score of everything; that of a place is `warehouse:GZ`."""

CASES: Final = "cases:"
SOURCE: Final = "source:"
HEARTBEAT: Final = "heartbeat"
NOBODY: Final = ""
"""The channel of a decision where no channel is asked."""


@dataclass(frozen=True)
class ScoreFact:
    """The score of everything or of one place.

    `opened_at` is when the breach began that is open now, this instant included, null where none is;
    `closed_as` how the last one ended. `is_muted`: a change of the rules alone made the last edge, so nobody
    is told of it. `about` is what its causes and TOP5 are of.
    """

    subject: str
    score: Decimal | None
    opened_at: datetime | None = None
    closed_as: Literal["recovered", "unconfirmed"] = "recovered"
    is_muted: bool = False
    about: frozenset[tuple[Stage, Severity]] = frozenset()


class CaseFact(NamedTuple):
    """One case that is not over. `since` is when it opened or came back.

    `cause_kind` and `cause` are what silences may name, such as `warehouse` and `GZ`; `orders` are how many
    there are in it now; `is_snoozed`: all its findings are. A tuple, because there are tens of thousands.
    """

    case_id: str
    rule_id: str
    role: str
    severity: Severity
    since: datetime
    stage: Stage = "ordering"
    acknowledged_at: datetime | None = None
    orders: int = 1
    is_snoozed: bool = False
    cause_kind: str = ""
    cause: str = ""


CASE_FACTS: Final = pl.Schema(
    {
        "case_id": pl.String(),
        "rule_id": pl.String(),
        "role": pl.String(),
        "severity": pl.String(),
        "since": pl.Datetime("us", "UTC"),
        "stage": pl.String(),
        "acknowledged_at": pl.Datetime("us", "UTC"),
        "orders": pl.Int64(),
        "is_snoozed": pl.Boolean(),
        "cause_kind": pl.String(),
        "cause": pl.String(),
    }
)
"""Cases as a frame: the columns are the fields of CaseFact, in their order."""


def cases_by_id(frame: pl.DataFrame) -> dict[str, CaseFact]:
    """Return the cases of a frame of CASE_FACTS."""
    return {row[0]: CaseFact._make(row) for row in frame.select(CASE_FACTS.names()).iter_rows()}


@dataclass(frozen=True)
class SourceFact:
    """One source in trouble, how (`stale`, `damaged` or `missing`), and the rules that it makes blind."""

    feed: str
    state: str
    blind_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that is open at an instant; cases by their id, sources in trouble by their feed.

    `watched_since` is when the store was evaluated first.
    """

    watched_since: datetime
    scores: tuple[ScoreFact, ...] = ()
    cases: Mapping[str, CaseFact] = field(default_factory=dict)
    sources: Mapping[str, SourceFact] = field(default_factory=dict)

    @property
    def acknowledged_at(self) -> datetime | None:
        """Return when somebody acknowledged an open case last."""
        known = [case.acknowledged_at for case in self.cases.values() if case.acknowledged_at is not None]
        return max(known, default=None)
