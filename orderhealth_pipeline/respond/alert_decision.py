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


def decide_alert(
    score: Decimal | None,
    as_of: datetime,
    earlier_alerts: Iterable[tuple[datetime, str]],
    last_evaluated_as_of: datetime | None,
    open_below: Decimal | int = OPEN_BELOW,
    recover_at: Decimal | int = RECOVER_AT,
) -> MessageKind | None:
    """Say what the score at `as_of` calls for: "breach", "recovered" or nothing.

    A breach opens when the score is below `open_below` and none is open; it closes with one recovered message
    at `recover_at` or above; between the two, and for a null score, nothing changes.

    `earlier_alerts` are (as_of, kind) of recorded alerts in any order: only those before `as_of` count, so
    that the same instant evaluated again gives the same answer. `last_evaluated_as_of` is the newest instant
    evaluated before this evaluation (null: none); an evaluation of an instant before it looks back and alerts
    nothing. Instants have a time zone, scores are points from 0 to 100. The kind `worse` neither opens nor
    closes.
    """
    if score is None or (last_evaluated_as_of is not None and as_of < last_evaluated_as_of):
        return None
    edges = [(at, kind) for at, kind in earlier_alerts if at < as_of and kind in ("breach", "recovered")]
    is_open = bool(edges) and max(edges)[1] == "breach"
    if is_open:
        return "recovered" if score >= recover_at else None
    return "breach" if score < open_below else None
