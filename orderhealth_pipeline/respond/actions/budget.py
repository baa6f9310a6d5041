"""How many actions of each type may go out now: the blast radius.

What belongs here: the limit of an hour, and what a second person lets through. What does not: approving
(step.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def within_budget(
    approved: pl.DataFrame, sent: Mapping[str, int], limits: Mapping[str, int], approvals: pl.DataFrame
) -> pl.DataFrame:
    """Return those that may be sent, in their order.

    `sent` counts per type what went out within the hour, `limits` says how many may. Above that only those
    go that one person more approved than their type needs: `approvals` has action_id, given, needed.
    """
    if approved.is_empty():
        return approved
    room = {kind: max(0, limit - sent.get(kind, 0)) for kind, limit in limits.items()}
    known = approved.join(approvals, on="action_id", how="left", maintain_order="left")
    has_second = (pl.col("given").fill_null(0) > pl.col("needed").fill_null(1)).fill_null(value=False)
    # What a second person approved takes no room from the others.
    place = (~has_second).cum_sum().over("type")
    left = pl.col("type").replace_strict(room, default=0, return_dtype=pl.Int64)
    return known.filter(has_second | (place <= left)).select(approved.columns)
