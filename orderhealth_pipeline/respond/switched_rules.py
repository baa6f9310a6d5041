"""Alerts across a change of the rules: an edge that the change alone makes is kept, and not told.

What belongs here: which edges are told. What does not: what an edge is (alert_decision.py), and the score
that the earlier rules would give (pipeline/earlier_rules.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from orderhealth_pipeline.report.message import MessageKind
from orderhealth_pipeline.respond.alert_decision import OPEN_BELOW, RECOVER_AT, decide_alert, open_since

WORSE_BY: Final = Decimal(3)
"""Points that the score must lose after a breach that nobody was told of, before it is told."""


@dataclass(frozen=True)
class ScoreLines:
    """The scores below which a breach opens and from which on it closes."""

    open_below: Decimal | int = OPEN_BELOW
    recover_at: Decimal | int = RECOVER_AT


@dataclass(frozen=True)
class PastEdges:
    """The edges of earlier evaluations: (as_of, kind) of those that were told, and the others with the score.

    Instants have a time zone.
    """

    told: Sequence[tuple[datetime, str]] = ()
    untold: Sequence[tuple[datetime, str, Decimal]] = field(default_factory=tuple)

    def every(self) -> list[tuple[datetime, str]]:
        """Return (as_of, kind) of all edges."""
        return [*self.told, *((at, kind) for at, kind, _ in self.untold)]

    def untold_breach(self, as_of: datetime) -> Decimal | None:
        """Return the score of the breach that is open just before `as_of` and that nobody was told of."""
        opened_at = open_since(self.every(), as_of)
        return next((score for at, kind, score in self.untold if at == opened_at and kind == "breach"), None)


@dataclass(frozen=True)
class Edge:
    """What the score calls for, and whether people are told."""

    kind: MessageKind
    is_told: bool


def decide_edge(  # noqa: PLR0913 - one argument a fact
    score: Decimal | None,
    as_of: datetime,
    past: PastEdges,
    last_evaluated_as_of: datetime | None,
    lines: ScoreLines,
    *,
    by_earlier_rules: Decimal | None = None,
    has_blind_part: bool = False,
) -> Edge | None:
    """Say what the score at `as_of` calls for, as `decide_alert` does, and whether it is told.

    `by_earlier_rules` is given where other rules were in force at the evaluation before: the score that these
    give to the same orders. An edge that they do not make is caused by the change alone, and not told. After
    a breach that was not told people hear of it once the score has lost WORSE_BY points more under the same
    rules, and of its end only then. After an end that was not told they hear of it at the next change of
    rules that the score withstands.
    """

    def edge_of(points: Decimal | None) -> MessageKind | None:
        return decide_alert(
            points,
            as_of,
            past.every(),
            last_evaluated_as_of,
            lines.open_below,
            lines.recover_at,
            has_blind_part=has_blind_part,
        )

    if score is None or (last_evaluated_as_of is not None and as_of < last_evaluated_as_of):
        return None
    has_switched = by_earlier_rules is not None
    untold = past.untold_breach(as_of)
    kind = edge_of(score)
    if kind is not None:
        is_of_the_change = has_switched and edge_of(by_earlier_rules) is None
        return Edge(kind, is_told=not is_of_the_change and (kind == "breach" or untold is None))
    if untold is not None:
        lowest = score if by_earlier_rules is None else max(score, by_earlier_rules)
        return Edge("breach", is_told=True) if lowest <= untold - WORSE_BY else None
    is_believed_open = open_since(past.told, as_of) is not None and open_since(past.every(), as_of) is None
    if has_switched and is_believed_open and score >= lines.recover_at:
        return Edge("unconfirmed" if has_blind_part else "recovered", is_told=True)
    return None
