"""Publishes what others may read: a copy of the public tables, replaced in one piece.

What belongs here: the snapshot beside the store. What does not: who reads it. While a run writes the store no
other process can read it; the snapshot can always be read.

Copying every order again would cost most of a tick. So the snapshot before the last one is kept as a spare:
it gets the orders that changed since, and takes the place of the last one, which becomes the spare.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.store.evaluation import read_mark
from orderhealth_pipeline.store.files import fresh_path, remove_store, snapshot_path
from orderhealth_pipeline.store.working import show_order_fact

_REPLACED_AT_MOST: Final = 0.1
"""What was replaced lies in the file until DuckDB merges it away, maybe a day later. At this share of all
orders a whole copy keeps the file small; it takes a few seconds, and no alert waits for it."""

_PUBLIC_TABLES: Final = (
    "store_version",
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


def publish_snapshot(con: duckdb.DuckDBPyConnection, store: Path) -> Path:
    """Bring a copy of the public tables up to date and put it in the old snapshot's place.

    Must be called outside a transaction. Names, phones and addresses of rejected rows are left out.
    """
    target = snapshot_path(store)
    fresh, spare = fresh_path(target), target.with_name(target.name + ".spare")
    remove_store(fresh)
    if not _refresh(con, spare, fresh, target):
        prepare_snapshot(con, store)
    spare.unlink(missing_ok=True)
    if target.exists():
        # Not every file system knows two names of one file; there every copy is a whole one.
        with suppress(OSError):
            os.link(target, spare)
    fresh.replace(target)
    return target


def prepare_snapshot(con: duckdb.DuckDBPyConnection, store: Path) -> None:
    """Copy the public tables, all orders too, into the file that is to take the old snapshot's place."""
    fresh = fresh_path(snapshot_path(store))
    remove_store(fresh)
    with _attached(con, fresh):
        con.execute(statement("store/create_snapshot_schema")).fetchall()
        con.execute(statement("store/copy_orders")).fetchall()
        con.execute(statement("store/create_replaced_orders")).fetchall()
        _copy_the_rest(con)


def _refresh(con: duckdb.DuckDBPyConnection, spare: Path, fresh: Path, target: Path) -> bool:
    """Turn the spare into the fresh snapshot.

    False where it cannot be, such as while somebody reads it, and where too much of it was replaced already.
    """
    mark = read_mark(con)
    if mark is None or not spare.exists() or (target.exists() and spare.samefile(target)):
        return False
    spare.rename(fresh)
    try:
        with _attached(con, fresh):
            ((published, name),) = con.execute(statement("store/select_published_evaluation")).fetchall()
            if name not in mark.lineage or published < mark.complete_since:
                return False
            ((share,),) = con.execute(statement("store/select_replaced_share")).fetchall()
            if share >= _REPLACED_AT_MOST:
                return False
            since = {"published": published}
            ((replaced,),) = con.execute(statement("store/delete_changed_orders"), since).fetchall()
            con.execute(statement("store/update_replaced_orders"), {"orders": replaced}).fetchall()
            con.execute(statement("store/insert_changed_orders"), since).fetchall()
            _copy_the_rest(con)
    except duckdb.Error:
        return False
    return True


def _copy_the_rest(con: duckdb.DuckDBPyConnection) -> None:
    """Copy what is small, and show orders and evaluation as order_fact."""
    con.execute(statement("store/copy_evaluation")).fetchall()
    for table in _PUBLIC_TABLES:
        con.execute(statement("store/copy_table", table=table)).fetchall()
    con.execute(statement("store/create_masked_rejected_rows")).fetchall()
    con.execute(statement("store/copy_rejected_rows")).fetchall()
    ((store,),) = con.execute(statement("store/select_database")).fetchall()
    # A view keeps the names in it as they are given; they must hold when the file is opened by itself.
    con.execute(statement("store/use_database", database="snapshot")).fetchall()
    try:
        show_order_fact(con)
    finally:
        con.execute(statement("store/use_database", database=store)).fetchall()


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[None]:
    con.execute(statement("store/attach_snapshot", path=file)).fetchall()
    try:
        yield
    finally:
        con.execute(statement("store/detach_snapshot")).fetchall()
