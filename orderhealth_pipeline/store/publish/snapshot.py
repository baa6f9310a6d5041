"""Publishes what others may read: a copy of the public tables, replaced in one piece.

What belongs here: the snapshot beside the store. What does not: who reads it. While a run writes the store no
other process can read it; the snapshot can always be read.

Copying every order again would cost most of a tick. So the snapshot before the last one is kept as a spare:
it gets the orders that changed since, and takes the place of the last one, which becomes the spare. A spare
that is too old for that, as after a full evaluation, is dropped for a copy of the last snapshot's file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.store.buyers import copy_buyers, refresh_buyers, show_buyer_profile
from orderhealth_pipeline.store.evaluation import EvaluationMark, read_mark
from orderhealth_pipeline.store.file.files import (
    fresh_path,
    remove_store,
    replace_keeping_mode,
    snapshot_path,
)
from orderhealth_pipeline.store.publish.address_secret import make_secret, read_secret
from orderhealth_pipeline.store.publish.masking import create_masking
from orderhealth_pipeline.store.publish.published import declared
from orderhealth_pipeline.store.publish.records import add_records, copy_records, published_load
from orderhealth_pipeline.store.working import create_shown_orders, insert_shown_orders, show_order_fact

_REPLACED_AT_MOST: Final = 0.1
"""What was replaced lies in the file until DuckDB merges it away, maybe a day later. At this share of all
orders a whole copy keeps the file small; it takes a few seconds, and no alert waits for it."""


def publish_snapshot(con: duckdb.DuckDBPyConnection, store: Path) -> Path:
    """Bring a copy of the public tables up to date and put it in the old snapshot's place.

    Must be called outside a transaction. Names, phones and addresses are left out.
    """
    target = snapshot_path(store)
    fresh, spare = fresh_path(target), target.with_name(target.name + ".spare")
    remove_store(fresh)
    is_second_name = spare.exists() and target.exists() and spare.samefile(target)
    if is_second_name or spare.is_symlink():
        # Who died while publishing has left two names of one file. What a link leads to is none of ours.
        spare.unlink()
    try:
        secret = read_secret(store)
        if secret is None or not _brought_up_to_date(con, spare, target, fresh, secret):
            prepare_snapshot(con, store)
        spare.unlink(missing_ok=True)
        if target.exists():
            # Not every file system knows two names of one file; there every copy is a whole one.
            with suppress(OSError):
                os.link(target, spare)
        replace_keeping_mode(fresh, target)
    except BaseException:
        # Where the disk is full, half a copy takes the room that others need.
        remove_store(fresh)
        raise
    return target


def prepare_snapshot(con: duckdb.DuckDBPyConnection, store: Path) -> None:
    """Copy the public tables, all orders too, into the file that is to take the old snapshot's place."""
    fresh = fresh_path(snapshot_path(store))
    remove_store(fresh)
    secret = read_secret(store) or make_secret(store)
    with _attached(con, fresh):
        sql.run(con, "store/snapshot/create_snapshot_schema")
        create_shown_orders(con, "snapshot.working", secret)
        sql.run(con, "store/accounts/create_replaced_orders")
        copy_buyers(con)
        create_masking(con)
        copy_records(con)
        _copy_the_rest(con, secret)


def _brought_up_to_date(
    con: duckdb.DuckDBPyConnection, spare: Path, target: Path, fresh: Path, secret: str
) -> bool:
    """Make the fresh snapshot of the spare, or of a copy of the last one; False where neither will do."""
    mark = read_mark(con)
    if mark is None:
        return False
    shown = _published_evaluation(con, spare, mark)
    if shown is not None:
        spare.rename(fresh)
        if _refresh(con, fresh, shown, secret):
            return True
        remove_store(fresh)
    shown = _published_evaluation(con, target, mark)
    if shown is not None:
        # Where the disk has no room for a copy of the file, a new one may still be smaller.
        with suppress(OSError):
            shutil.copyfile(target, fresh)
            return _refresh(con, fresh, shown, secret)
    return False


def _published_evaluation(con: duckdb.DuckDBPyConnection, snapshot: Path, mark: EvaluationMark) -> int | None:
    """Return the number of the evaluation that a snapshot shows.

    None where it cannot be told what the snapshot lacks, and where too much of it was replaced already.
    """
    if not snapshot.exists():
        return None
    try:
        with _attached(con, snapshot, read_only=True):
            ((shown, name),) = sql.run(con, "store/snapshot/select_published_evaluation")
            ((share,),) = sql.run(con, "store/accounts/select_replaced_share")
    except duckdb.Error:
        return None
    is_current = name in mark.lineage and shown >= mark.complete_since and share < _REPLACED_AT_MOST
    return shown if is_current else None


def _refresh(con: duckdb.DuckDBPyConnection, fresh: Path, shown: int, secret: str) -> bool:
    """Give a snapshot what changed since the evaluation `shown`; False where somebody still reads it."""
    since = {"published": shown}
    try:
        with _attached(con, fresh):
            ((replaced,),) = sql.run(con, "store/orders/delete_changed_orders", since)
            sql.run(con, "store/accounts/update_replaced_orders", {"orders": replaced})
            insert_shown_orders(con, "snapshot.working", secret, changed_after=shown)
            refresh_buyers(con, shown)
            create_masking(con)
            add_records(con, after=published_load(con), published=shown)
            _copy_the_rest(con, secret)
    except duckdb.Error:
        return False
    return True


def _copy_the_rest(con: duckdb.DuckDBPyConnection, secret: str) -> None:
    """Copy what is small, by published.yml, and show orders and evaluation as order_fact."""
    sql.run(con, "store/snapshot/copies/copy_evaluation")
    for table in declared().copied_whole:
        sql.run(con, "store/snapshot/copies/copy_table", table=table)
    sql.run(con, "store/file/drop_table", table="snapshot.findings")
    sql.run(con, "schema/findings/create_findings", database="snapshot")
    sql.run(con, "store/snapshot/copies/create_masked_rejected_rows")
    for table, statement in declared().masked.items():
        sql.run(con, statement, {"secret": secret} if table in declared().by_secret else None)
    ((store,),) = sql.run(con, "store/file/select_database")
    # A view keeps the names in it as they are given; they must hold when the file is opened by itself.
    sql.run(con, "store/file/use_database", database="snapshot")
    try:
        show_order_fact(con)
        show_buyer_profile(con)
    finally:
        sql.run(con, "store/file/use_database", database=store)


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, file: Path, *, read_only: bool = False) -> Iterator[None]:
    sql.run(con, "store/snapshot/attach_snapshot", path=file, read_only=read_only)
    try:
        yield
    finally:
        sql.run(con, "store/snapshot/detach_snapshot")
