"""The tables of the store, and the version of the program that knows them.

What belongs here: which tables there are, and whether a store has them. What does not: connections and
transactions (connection.py), and what stands in the tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.store.buyers import show_buyer_profile
from orderhealth_pipeline.store.file import faults

STORE_VERSION: Final = 17
"""Raised whenever an older program could not use the store any more, or this one a store of an older one."""

_SCHEMAS: Final = ("kept/create_feeds_schema", "working/create_working_schema")
_TABLES: Final = {
    "kept": (
        "store_version",
        "loads",
        "rejected_rows",
        "said",
        "alerts",
        "alert_decisions",
        "alert_facts",
        "untold_edges",
        "deliveries",
        "actions",
    ),
    "working": (
        "evaluation",
        "due",
        "held_by_price",
        "unjudged",
        "placed_lines",
        "buyers",
        "unowned_payments",
        "orphans",
        "resolutions",
        "action_waits",
    ),
    "people": (
        "process_steps",
        "process_paths",
        "customer_care",
    ),
    "findings": (
        "findings",
        "rule_precision",
        "rule_results",
        "reconciliation_breaks",
        "dispatch_queue",
    ),
    "cases": (
        "cases",
        "case_orders",
        "case_history",
        "response_times",
    ),
    "score": (
        "health_score",
        "profile_changes",
        "score_attribution",
        "system_funnel",
        "top_orders",
        "source_freshness",
        "unread_files",
        "unknown_words",
        "first_seen_words",
    ),
}
"""The tables by the room of `sql/schema/` that says what is in them."""


def are_there(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Say whether the store has all its tables. Raises StoreError where it is another program's."""
    there = {name for (name,) in sql.run(con, "store/file/select_tables")}
    if there:
        require_version(con, path)
    return there.issuperset(table for tables in _TABLES.values() for table in tables)


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that are missing, and record the version."""
    for schema in _SCHEMAS:
        sql.run(con, f"schema/{schema}")
    for room, tables in _TABLES.items():
        for table in tables:
            sql.run(con, f"schema/{room}/create_{table}", database="main")
    show_buyer_profile(con)
    sql.run(con, "store/file/insert_version", {"version": STORE_VERSION})


def require_version(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise StoreError where the file is no store, or one of another version of the program."""
    try:
        versions = sql.run(con, "store/file/select_version")
    except (duckdb.CatalogException, duckdb.BinderException):
        versions = []
    if len(versions) != 1:
        raise faults.no_store(path, Message("it is a DuckDB file of something else"))
    ((version,),) = versions
    difference = f"store version {version}, this program knows {STORE_VERSION}"
    if version > STORE_VERSION:
        raise faults.newer(path, difference)
    if version < STORE_VERSION:
        raise faults.older(path, difference)
