"""The frames of cases: what a step is given, and the tables that it keeps.

What belongs here: schemas. What does not: how a case changes (step.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY

OPEN_FINDINGS: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "rule_id": pl.String(),
        "severity": pl.String(),
        "owner": pl.String(),
        "cause_kind": pl.String(),
        "cause": pl.String(),
        "began_at": INSTANT,
        "due_at": INSTANT,
        "amount": MONEY,
        "points": pl.Decimal(12, 6),
    }
)
"""One row per open finding at an instant; `order_id` is null for the system as a whole.

`began_at` is since when the trouble lasts, `due_at` the order's own deadline where it has one, `points` what
the finding costs the score."""

CASES: Final = pl.Schema(
    {
        "case_id": pl.String(),
        "rule_id": pl.String(),
        "cause_kind": pl.String(),
        "cause": pl.String(),
        "owner": pl.String(),
        "assignee": pl.String(),
        "severity": pl.String(),
        "state": pl.String(),
        "began_at": INSTANT,
        "opened_at": INSTANT,
        "told_at": INSTANT,
        "acknowledged_at": INSTANT,
        "acted_at": INSTANT,
        "due_at": INSTANT,
        "resolved_at": INSTANT,
        "verdict": pl.String(),
        "reopened": pl.Int64(),
        "orders": pl.Int64(),
        "amount_at_risk": MONEY,
        "points": pl.Decimal(12, 6),
        "reopened_at": INSTANT,
        "earlier_case_id": pl.String(),
    }
)
"""One row per case. States: open, acknowledged, in_progress, resolved (by the data), false_alarm (by people).

`reopened` counts how often the cause came back within a day; `earlier_case_id` names the case of the same
cause before, where it came back later than that."""

CASE_ORDERS: Final = pl.Schema(
    {"case_id": pl.String(), "order_id": pl.String(), "joined_at": INSTANT, "left_at": INSTANT}
)
"""One row per case, order and stay of the order in the case."""

CASE_HISTORY: Final = pl.Schema(
    {
        "case_id": pl.String(),
        "at": INSTANT,
        "who": pl.String(),
        "what": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        "why": pl.String(),
        "entry": pl.Int64(),
    }
)
"""One row per event of a case. `who` is null where the data did it; `entry` is that of the desk's log."""


@dataclass(frozen=True)
class CaseBook:
    """All that is known of cases after a step; `history` has the events of all steps so far."""

    cases: pl.DataFrame
    orders: pl.DataFrame
    history: pl.DataFrame

    @classmethod
    def empty(cls) -> CaseBook:
        """Return the book before the first step."""
        return cls(
            pl.DataFrame(schema=CASES),
            pl.DataFrame(schema=CASE_ORDERS),
            pl.DataFrame(schema=CASE_HISTORY),
        )
