"""The frames of cases: what a step is given, and the tables that it keeps.

What belongs here: schemas. What does not: how a case changes (step.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY

POINTS: Final = pl.Decimal(12, 6)
CAUSE: Final = ("rule_id", "cause_kind", "cause")
"""What the findings of one case have in common."""

FOUND: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "rule_id": pl.String(),
        "severity": pl.String(),
        "owner": pl.String(),
        "cause_kind": pl.String(),
        "cause": pl.String(),
        "explained_by": pl.String(),
        "snoozed_until": INSTANT,
        "began_at": INSTANT,
        "due_at": INSTANT,
        "amount": MONEY,
        "currency": pl.String(),
        "points": POINTS,
    }
)
"""One row per finding at an instant that is open, or would be if people had said nothing of it.

`order_id` is null for the system as a whole. `explained_by` is null, or one of `snoozed`, `allow_listed` and
`false_alarm`. `began_at` is since when the trouble lasts, `due_at` the order's own deadline where it has one,
`points` what the finding costs the score."""

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
        "points": POINTS,
        "reopened_at": INSTANT,
        "assigned_at": INSTANT,
        "snoozed_until": INSTANT,
        "overdue_since": INSTANT,
        "earlier_case_id": pl.String(),
        "rule_owner": pl.String(),
        "rule_due_at": INSTANT,
        "is_dismissed": pl.Boolean(),
        "currency": pl.String(),
    }
)
"""One row per case. States: open, acknowledged, in_progress, resolved (by the data), false_alarm (by people).

`reopened` counts how often the cause came back within a day; `earlier_case_id` names the case of the same
cause before, where it came back later than that. `rule_owner` and `rule_due_at` are what the rule says,
before people and the orders' own deadlines. `is_dismissed`: when it ended, findings were left that people had
called false alarms, or allowed. `orders` and `amount_at_risk` are of now while a case is live, and of all
orders that were ever in it when it is over. `amount_at_risk` is that of the orders in `currency`, which most
of them are in (null: nobody knows which): money of two currencies is never one figure."""

CASE_ORDERS: Final = pl.Schema(
    {
        "case_id": pl.String(),
        "order_id": pl.String(),
        "joined_at": INSTANT,
        "left_at": INSTANT,
        "began_at": INSTANT,
        "due_at": INSTANT,
        "amount": MONEY,
        "currency": pl.String(),
    }
)
"""One row per case, order and stay of the order in the case.

`began_at` is as it was when the order joined; the measures are as they were last."""

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

TOLD: Final = pl.Schema({"case_id": pl.String(), "told_at": INSTANT})
"""When people were first sent a message about a case."""

ACTED: Final = pl.Schema({"case_id": pl.String(), "acted_at": INSTANT})
"""When the first action because of a case was sent."""

DueOf = Callable[[pl.DataFrame], pl.Series]
"""The instant by which each of some cases (rule_id, owner, since) should be over, by its rule; or null."""

NamesOf = Callable[[pl.DataFrame], pl.Series]
"""The numbers of new cases (CAUSE, opened_at)."""


@dataclass(frozen=True)
class CaseBook:
    """All that is known of some cases; `history` has the events of all steps so far."""

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


def is_live() -> pl.Expr:
    """Say whether a case is not over."""
    return pl.col("resolved_at").is_null()


def running_since() -> pl.Expr:
    """Return when a case opened, or came back."""
    return pl.coalesce("reopened_at", "opened_at")
