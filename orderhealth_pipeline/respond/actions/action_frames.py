"""The frames of actions: the table that the store keeps, and what a step is given.

What belongs here: schemas. What does not: how an action changes (step.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT

ACTIONS: Final = pl.Schema(
    {
        "action_id": pl.String(),
        "idempotency_key": pl.String(),
        "case_id": pl.String(),
        "order_id": pl.String(),
        "rule_id": pl.String(),
        "type": pl.String(),
        "state": pl.String(),
        "sink": pl.String(),
        "attempts": pl.Int64(),
        "last_error": pl.String(),
        "proposed_at": INSTANT,
        "approved_by": pl.String(),
        "sent_at": INSTANT,
        "confirmed_at": INSTANT,
        "expires_at": INSTANT,
        "payload": pl.String(),
    }
)
"""One row per action: once per order, rule, episode and type.

States: `proposed`, `approved`, `sent`, `confirmed` (a later record of the systems shows it), `rejected` (a
person or the receiver refused), `unknown` (nobody can say whether it arrived) and `withdrawn`. `sink` is null
where none is configured. `sent_at` is when it was sent last, also where nobody knows whether it arrived."""

CAUSES: Final = pl.Schema(
    {"order_id": pl.String(), "rule_id": pl.String(), "case_id": pl.String(), "episode": pl.Int64()}
)
"""One row per open finding of an order; `episode` counts from 1 how often it was found anew."""

INTENTS: Final = pl.Schema(
    {
        "type": pl.String(),
        "sink": pl.String(),
        "approvals": pl.Int64(),
        "expires_after_hours": pl.Int64(),
        "ended_by": pl.String(),
        "by_receipt": pl.Boolean(),
    }
)
"""One row per type: where it goes, and how many persons have to approve."""

RECEIPTS: Final = pl.Schema({"action_id": pl.String(), "is_done": pl.Boolean(), "note": pl.String()})
"""One row per action that a person or a robot wrote a receipt of."""

UNSENT: Final = ("proposed", "approved")
ARRIVED: Final = ("sent", "confirmed", "unknown")
"""Actions that may have had their effect."""
