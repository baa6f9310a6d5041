"""What an action is called: the key that all its tries carry, and the short id that people type.

What belongs here: both names. What does not: when there is an action (step.py).
"""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import quote

import polars as pl

_LENGTH_OF_ID: Final = 10


def episode_of_key() -> pl.Expr:
    """Read the episode out of an idempotency_key."""
    return pl.col("idempotency_key").str.split("/").list.get(2).cast(pl.Int64)


def named(actions: pl.DataFrame) -> pl.DataFrame:
    """Add idempotency_key and action_id to new actions (type, rule_id, episode, order_id).

    The key is ASCII without full stops, so that it can be a header that is signed. Names are made one by one,
    of new actions alone.
    """
    keys = [
        f"{kind}/{rule_id}/{episode}/{quote(order_id, safe='')}".replace(".", "%2E")
        for kind, rule_id, episode, order_id in actions.select(
            "type", "rule_id", "episode", "order_id"
        ).iter_rows()
    ]
    ids = [hashlib.sha256(key.encode()).hexdigest()[:_LENGTH_OF_ID] for key in keys]
    return actions.with_columns(
        idempotency_key=pl.Series(keys, dtype=pl.String), action_id=pl.Series(ids, dtype=pl.String)
    )
