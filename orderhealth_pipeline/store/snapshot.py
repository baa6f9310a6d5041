"""Publishes what others may read: a copy of the public tables, replaced in one piece.

What belongs here: the snapshot beside the store. What does not: who reads it. While a run writes the store no
other process can read it; the snapshot can always be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.statements import statement

_PUBLIC_TABLES: Final = (
    "store_version",
    "order_fact",
    "findings",
    "rule_results",
    "health_score",
    "score_attribution",
    "system_funnel",
    "top_orders",
    "alerts",
    "deliveries",
    "source_freshness",
    "unknown_words",
)


def snapshot_path(store: Path) -> Path:
    """Name the snapshot of a store: `orderhealth.duckdb` is published as `orderhealth.published.duckdb`."""
    return store.with_name(f"{store.stem}.published{store.suffix}")


def publish_snapshot(con: duckdb.DuckDBPyConnection, store: Path) -> Path:
    """Copy the public tables into a new file and put it in the old snapshot's place, outside a transaction.

    Names, phones and addresses of rejected rows are left out.
    """
    target = snapshot_path(store)
    fresh = target.with_name(target.name + ".new")
    fresh.unlink(missing_ok=True)
    con.execute(statement("store/attach_snapshot", path=fresh)).fetchall()
    try:
        for table in _PUBLIC_TABLES:
            con.execute(statement("store/copy_table", table=table)).fetchall()
        con.execute(statement("store/copy_rejected_rows")).fetchall()
    finally:
        con.execute(statement("store/detach_snapshot")).fetchall()
    fresh.replace(target)
    return target
