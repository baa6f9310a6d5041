"""What people say about actions: approvals, rejections, who owns a hold, and the stop of everything.

What belongs here: which words count at an instant. What does not: the log (desk/), and what follows for an
action (step.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.said import said_by

SPOKEN: Final = pl.Schema(
    {
        "action_id": pl.String(),
        "approvers": pl.List(pl.String()),
        "approved_at": INSTANT,
        "rejected_by": pl.String(),
        "rejected_why": pl.String(),
        "is_owned": pl.Boolean(),
    }
)
"""One row per action that people spoke of; `approvers` are different persons, in the order of their words."""


def spoken_actions(said: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return what people had said of each action by an instant (SPOKEN)."""
    words = said_by(said, as_of).filter(pl.col("about") == "action", pl.col("value").is_not_null())
    kind = pl.col("kind")
    is_owner = (kind == "action_owned") & (
        pl.col("until").is_null() | (pl.col("until") > pl.lit(as_of, INSTANT))
    )
    return (
        words.sort("said_at", "entry")
        .group_by(action_id="value")
        .agg(
            approvers=pl.col("who").filter(kind == "action_approved").unique(maintain_order=True),
            approved_at=pl.col("said_at").filter(kind == "action_approved").max(),
            rejected_by=pl.col("who").filter(kind == "action_rejected").first(),
            rejected_why=pl.col("why").filter(kind == "action_rejected").first(),
            is_owned=is_owner.any(),
        )
        .select(SPOKEN.names())
        .cast(SPOKEN)
    )


def stopped_by(said: pl.DataFrame, as_of: datetime) -> str | None:
    """Return who stopped all actions, or None while they may be sent: the newest word counts."""
    switches = said_by(said, as_of).filter(pl.col("kind").is_in(["actions_stopped", "actions_started"]))
    if switches.is_empty():
        return None
    newest = switches.sort("said_at", "entry").row(-1, named=True)
    return str(newest["who"]) if newest["kind"] == "actions_stopped" else None
