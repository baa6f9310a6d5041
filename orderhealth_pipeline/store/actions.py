"""The actions that the store keeps: reading and writing them, and what waits before it is tried again.

What belongs here: the store's statements about actions. What does not: what becomes of an action
(respond/actions/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.respond.actions.action_frames import ACTIONS, CAUSES
from orderhealth_pipeline.store.registered import registered

HOUR: Final = timedelta(hours=1)

WAITS: Final = pl.Schema({"action_id": pl.String(), "next_attempt_at": INSTANT})
"""Before which instant an action is not tried again; null where nothing holds it."""


def read_causes(con: duckdb.DuckDBPyConnection, rules: Sequence[str]) -> pl.DataFrame:
    """Read the open findings of orders, of some rules (CAUSES)."""
    causes: pl.DataFrame = sql.read(con, "actions/select_causes", {"rules": list(rules)})
    return causes.cast(CAUSES)


def read_owned_cases(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the live cases that a person has (case_id)."""
    owned: pl.DataFrame = sql.read(con, "actions/select_owned_cases")
    return owned


def read_actions(
    con: duckdb.DuckDBPyConnection, causes: pl.DataFrame, lasting: Sequence[str]
) -> pl.DataFrame:
    """Read the actions of some causes, those that are not over, and those of types that last (ACTIONS)."""
    with registered(con, "causes", causes):
        known: pl.DataFrame = sql.read(con, "actions/select_known_actions", {"lasting": list(lasting)})
    return known.cast(ACTIONS)


def write_actions(con: duckdb.DuckDBPyConnection, changed: pl.DataFrame) -> None:
    """Write new actions, and put changed ones in the place of what they were."""
    if changed.is_empty():
        return
    with registered(con, "changed_actions", changed):
        sql.run(con, "actions/delete_actions")
        sql.run(con, "actions/insert_actions")


def read_evidence(con: duckdb.DuckDBPyConnection, new: pl.DataFrame) -> pl.DataFrame:
    """Read what the findings of actions say: action_id, evidence (JSON), first_seen_at."""
    with registered(con, "new_actions", new):
        evidence: pl.DataFrame = sql.read(con, "actions/select_evidence")
    return evidence


@dataclass(frozen=True)
class Asked:
    """What a sink may be sent.

    Of what nobody knows whether it arrived only that which is `spoken_of`, unless the sink knows keys again.
    """

    sink: str
    is_idempotent: bool
    endings: Sequence[str]
    spoken_of: Sequence[str]


def read_sendable(con: duckdb.DuckDBPyConnection, asked: Asked, now: datetime) -> pl.DataFrame:
    """Read what may be sent to a sink once it is approved, the oldest first (ACTIONS)."""
    waiting: pl.DataFrame = sql.read(con, "actions/select_sendable", {**vars(asked), "now": now})
    return waiting.cast(ACTIONS)


def count_sent(con: duckdb.DuckDBPyConnection, now: datetime) -> dict[str, int]:
    """Count how many of each type were sent, or may have been, within the hour before."""
    return dict(sql.run(con, "actions/count_sent", {"since": now - HOUR}))


def write_waits(con: duckdb.DuckDBPyConnection, waits: pl.DataFrame) -> None:
    """Write before which instant actions are not tried again (WAITS)."""
    with registered(con, "changed_waits", waits):
        sql.run(con, "actions/delete_waits")
        sql.run(con, "actions/insert_waits")


def write_outcomes(con: duckdb.DuckDBPyConnection, outcomes: pl.DataFrame) -> None:
    """Write what became of actions that were marked `unknown` before they were sent."""
    with registered(con, "outcomes", outcomes):
        sql.run(con, "actions/update_outcomes")
