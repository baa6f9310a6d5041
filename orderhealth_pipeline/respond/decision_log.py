"""The decisions of the alert policy in the store: what it remembers, what it decided, what it looked at.

What belongs here: reading and writing these rows, inside the caller's transaction. What does not: deciding
(policy/), and messages (outbox.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.respond.policy.decision import Decision
from orderhealth_pipeline.respond.policy.fact_log import changes, fact_rows
from orderhealth_pipeline.respond.policy.facts import Facts
from orderhealth_pipeline.respond.policy.memory import Memory, Told

_LOOKED_BACK: Final = timedelta(days=7)
_DAY: Final = timedelta(hours=24)
_FACTS: Final = "working.alert_facts"


def read_memory(con: duckdb.DuckDBPyConnection, as_of: datetime, facts: Facts) -> Memory:
    """Return what the policy remembers just before an instant."""
    memory, before = Memory(), {"as_of": as_of}
    for subject, channel, at, kind, score in sql.run(con, "respond/policy/select_told", before):
        memory.told[subject, channel] = Told(_utc(at), kind, score)
    for subject, channel, decision, reason, at, reminded in sql.run(
        con, "respond/policy/select_standing", before
    ):
        if decision is not None:
            memory.standing[subject, channel] = (decision, reason, _utc(at))
        if reminded is not None:
            memory.reminded[subject, channel] = _utc(reminded)
    _remember_cases(con, memory, as_of, facts)
    since = {"as_of": as_of, "since": as_of - _DAY}
    for channel, at in sql.run(con, "respond/policy/select_sent", since):
        memory.sent[channel].append(_utc(at))
    return memory


def _remember_cases(con: duckdb.DuckDBPyConnection, memory: Memory, as_of: datetime, facts: Facts) -> None:
    since = min([as_of - _LOOKED_BACK, *(case.since for case in facts.cases.values())])
    live = pl.DataFrame({"case_id": list(facts.cases)}, schema={"case_id": pl.String})
    con.register("live_cases", live)
    try:
        rows = sql.run(con, "respond/policy/select_standing_cases", {"as_of": as_of, "since": since})
    finally:
        con.unregister("live_cases")
    for subject, channel, cases, decision, reason, at, told_at in rows:
        place, standing = (subject, channel), (decision, reason, _utc(at))
        memory.standing_cases[place].update(dict.fromkeys(cases, standing))
        if told_at is not None:
            memory.told_cases[place].update(dict.fromkeys(cases, _utc(told_at)))


def write_decisions(con: duckdb.DuckDBPyConnection, as_of: datetime, decisions: Iterable[Decision]) -> None:
    """Write the decisions of an instant, in the place of earlier ones of it."""
    sql.run(con, "store/runs/delete_run", {"as_of": as_of}, table="alert_decisions")
    rows = [
        (each.subject, each.channel, each.decision, each.why, list(each.cases), each.kind, each.score)
        for each in decisions
    ]
    frame = pl.DataFrame(rows, schema=_DECISIONS, orient="row")
    _insert(con, "alert_decisions", as_of, frame)


def write_facts(con: duckdb.DuckDBPyConnection, as_of: datetime, facts: Facts, cases: pl.DataFrame) -> None:
    """Write what the policy looked at at an instant, where it differs from before; `cases` are CASE_FACTS."""
    sql.run(con, "store/runs/delete_run", {"as_of": as_of}, table=_FACTS)
    before = sql.read(con, "respond/policy/select_facts", {"as_of": as_of})
    _insert(con, _FACTS, as_of, changes(before, fact_rows(facts, cases)))


def forget_old(con: duckdb.DuckDBPyConnection, since: datetime) -> None:
    """Forget what was decided and looked at before an instant; what still holds then is kept."""
    for name in ("delete_old_decisions", "delete_old_facts"):
        sql.run(con, f"respond/policy/{name}", {"since": since})


def watched_since(con: duckdb.DuckDBPyConnection, as_of: datetime) -> datetime:
    """Return when the store was evaluated first."""
    ((first,),) = sql.run(con, "respond/policy/select_watched_since")
    return as_of if first is None else min(_utc(first), as_of)


_DECISIONS: Final = pl.Schema(
    {
        "subject": pl.String(),
        "channel": pl.String(),
        "decision": pl.String(),
        "reason": pl.String(),
        "cases": pl.List(pl.String()),
        "kind": pl.String(),
        "score": pl.Decimal(5, 2),
    }
)


def _insert(con: duckdb.DuckDBPyConnection, table: str, as_of: datetime, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    con.register("new_rows", rows)
    try:
        sql.run(con, "store/runs/insert_run", {"as_of": as_of}, table=table)
    finally:
        con.unregister("new_rows")


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
