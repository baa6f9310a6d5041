"""The tables of the store, and the version of the program that knows them.

What belongs here: which tables there are, and whether a store has them. What does not: connections and
transactions (connection.py), and what stands in the tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.store import faults

STORE_VERSION: Final = 10
"""Raised whenever an older program could not use the store any more, or this one a store of an older one."""

_SCHEMAS: Final = ("feeds_schema", "working_schema")
_TABLES: Final = (
    "store_version",
    "evaluation",
    "due",
    "held_by_price",
    "unjudged",
    "placed_lines",
    "unowned_payments",
    "orphans",
    "loads",
    "rejected_rows",
    "findings",
    "resolutions",
    "said",
    "rule_precision",
    "rule_results",
    "health_score",
    "profile_changes",
    "score_attribution",
    "system_funnel",
    "top_orders",
    "source_freshness",
    "unread_files",
    "unknown_words",
    "reconciliation_breaks",
    "dispatch_queue",
    "process_steps",
    "process_paths",
    "customer_care",
    "alerts",
    "untold_edges",
    "deliveries",
)


def are_there(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Say whether the store has all its tables. Raises StoreError where it is another program's."""
    there = {name for (name,) in con.execute(statement("store/select_tables")).fetchall()}
    if there:
        require_version(con, path)
    return there.issuperset(_TABLES)


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that are missing, and record the version."""
    for schema in _SCHEMAS:
        con.execute(statement(f"schema/create_{schema}")).fetchall()
    for table in _TABLES:
        con.execute(statement(f"schema/create_{table}", database="main")).fetchall()
    con.execute(statement("store/insert_version"), {"version": STORE_VERSION}).fetchall()


def require_version(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise StoreError where the file is no store, or one of another version of the program."""
    try:
        versions = con.execute(statement("store/select_version")).fetchall()
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
