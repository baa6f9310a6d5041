"""When an alert opens and when it closes: a pure decision on edges, not levels.

What belongs here: the rule of opening and closing. What does not: the message, its recording and its
delivery.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from orderhealth_pipeline.report.message import MessageKind

OPEN_BELOW: Final = Decimal(85)
RECOVER_AT: Final = Decimal(88)
_EDGES: Final = frozenset({"breach", "recovered", "unconfirmed"})


def open_since(earlier_alerts: Iterable[tuple[datetime, str]], as_of: datetime) -> datetime | None:
    """Return the instant of the breach that is open just before `as_of`, or null where none is.

    `earlier_alerts` are (as_of, kind) of recorded alerts in any order; instants have a time zone. Only a
    breach opens, only `recovered` and `unconfirmed` close.
    """
    edges = [(at, kind) for at, kind in earlier_alerts if at < as_of and kind in _EDGES]
    at, kind = max(edges, default=(None, None))
    return at if kind == "breach" else None


def decide_alert(  # noqa: PLR0913 - one argument a fact
    score: Decimal | None,
    as_of: datetime,
    earlier_alerts: Iterable[tuple[datetime, str]],
    last_evaluated_as_of: datetime | None,
    open_below: Decimal | int = OPEN_BELOW,
    recover_at: Decimal | int = RECOVER_AT,
    *,
    has_blind_part: bool = False,
) -> MessageKind | None:
    """Say what the score at `as_of` calls for: a message of that kind, or nothing.

    A breach opens when the score is below `open_below` and none is open; it closes with one message at
    `recover_at` or above: `recovered`, or `unconfirmed` where a rule that had a part in it cannot be
    evaluated any more (`has_blind_part`), because unknown is not healthy. Between the two, and for a null
    score, nothing changes.

    Of `earlier_alerts` only those before `as_of` count, so that the same instant evaluated again gives the
    same answer. `last_evaluated_as_of` is the newest instant evaluated before this evaluation (null: none);
    an evaluation of an instant before it looks back and alerts nothing. Scores are points from 0 to 100.
    """
    if score is None or (last_evaluated_as_of is not None and as_of < last_evaluated_as_of):
        return None
    if open_since(earlier_alerts, as_of) is None:
        return "breach" if score < open_below else None
    if score < recover_at:
        return None
    return "unconfirmed" if has_blind_part else "recovered"
