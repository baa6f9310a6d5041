"""Carries over what only a store knows: what happened, and when. The feeds do not tell it again.

What belongs here: reading it out of an old store, in whatever state, and writing it into a new one. What does
not: everything that follows from the feeds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.store.file.files import snapshot_path
from orderhealth_pipeline.store.publish.masking import create_masking
from orderhealth_pipeline.store.registered import registered

_LOADS: Final = "feeds.loads"
_REJECTED: Final = "rejected_rows"
_RESOLUTIONS: Final = "working.resolutions"
_UNTOLD: Final = "working.untold_edges"
_ACTIONS: Final = "actions"
_UNSENT: Final = ("proposed", "approved")
_FACTS: Final = "working.alert_facts"
TABLES: Final = (
    "health_score",
    "profile_changes",
    "score_attribution",
    "rule_results",
    "system_funnel",
    "top_orders",
    "findings",
    _RESOLUTIONS,
    _UNTOLD,
    "first_seen_words",
    "cases",
    "case_orders",
    "case_history",
    "response_times",
    "alerts",
    "alert_decisions",
    _FACTS,
    "deliveries",
    _ACTIONS,
    _REJECTED,
    _LOADS,
)
"""The tables whose rows are history."""


@dataclass(frozen=True)
class History:
    """The rows of each table of TABLES that could be read, of the store itself or of its published copy."""

    of_store: dict[str, pl.DataFrame]
    of_copy: dict[str, pl.DataFrame]


@dataclass(frozen=True)
class MissingFile:
    """A feed file that an old store had read, and that is gone now or has another content (`is_gone`)."""

    feed: str
    file: str
    is_gone: bool


def read_history(store: Path) -> History:
    """Read what can be read; a table that is damaged in the store comes from its published copy."""
    of_store: dict[str, pl.DataFrame] = {}
    of_copy: dict[str, pl.DataFrame] = {}
    for table in TABLES:
        rows = _read(store, table)
        if rows is not None:
            of_store[table] = rows
        elif (rows := _read(snapshot_path(store), table)) is not None:
            # What the copy lacks, the receiver, an action that is still to be sent has to have.
            of_copy[table] = rows.filter(~pl.col("state").is_in(_UNSENT)) if table == _ACTIONS else rows
    return History(of_store, of_copy)


def write_history(con: duckdb.DuckDBPyConnection, history: History) -> tuple[str, ...]:
    """Write the history into a new store before it loads any feed, and return the tables that are lost.

    Each table is written by itself, outside a transaction: one whose rows another version wrote in a way that
    this one does not take is lost.
    """
    of_copy = {table: rows for table, rows in history.of_copy.items() if table not in (_REJECTED, _LOADS)}
    written = {
        table
        for table, rows in {**history.of_store, **of_copy}.items()
        if table == _LOADS or _write(con, table, rows)
    }
    if _REJECTED in history.of_copy:
        written.add(_REJECTED)
    return tuple(table for table in TABLES if table not in written)


def restore_instants(con: duckdb.DuckDBPyConnection, history: History) -> list[MissingFile]:
    """Return what was just loaded the instants at which it was first known, and list the missing files.

    In the published copy of a store the rejected rows are masked: their instants are found by comparing
    masked rows. Which files a store had read, the copy does not tell.
    """
    if _REJECTED in history.of_copy:
        create_masking(con)
        sql.run(con, "store/snapshot/copies/create_masked_rejected_rows")
        with registered(con, "carried", history.of_copy[_REJECTED]):
            sql.run(con, "rebuild/restore_rejection_instants")
            sql.run(con, "rebuild/insert_masked_rejections")
    if _LOADS not in history.of_store:
        return []
    with registered(con, "carried", history.of_store[_LOADS]):
        sql.run(con, "rebuild/restore_loading_instants")
        missing = sql.run(con, "rebuild/select_missing_files")
    return [MissingFile(*row) for row in missing]


def _read(file: Path, table: str) -> pl.DataFrame | None:
    """Read a table; each by a connection of its own, since damage ends the connection that meets it."""
    if not file.exists():
        return None
    try:
        with duckdb.connect(file, read_only=True) as con:
            sql.run(con, "ingest/settings/set_time_zone", zone="UTC")
            rows: pl.DataFrame = sql.read(con, "store/file/select_all", table=table)
    except duckdb.Error:
        return None
    return rows


def _write(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> bool:
    columns = _shared_columns(con.table(table).columns, rows.columns)
    try:
        with registered(con, "carried", rows):
            sql.run(con, "rebuild/insert_carried", table=table, columns=columns)
    except duckdb.Error:
        return False
    return True


def _shared_columns(known: Iterable[str], found: Iterable[str]) -> list[str]:
    there = set(found)
    return [column for column in known if column in there]
