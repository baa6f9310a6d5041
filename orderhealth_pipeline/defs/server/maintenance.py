"""Keeping Dagster's own storage small: it has a retention for ticks, and none for runs.

What belongs here: deleting old runs. What does not: the store, which keeps every result.

Dagster forgets a deleted run, and leaves behind on disk most of what it wrote of it: with SQLite the database
of its events, and with every storage the results of its checks and its tags. They are deleted here too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import dagster as dg
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.schema import RunTagsTable
from dagster._core.storage.runs.sql_run_storage import SqlRunStorage

KEPT_DAYS: Final = 14.0
"""A run takes about 0.6 MB; 14 days of a run every 15 minutes are some 800 MB."""

_BATCH: Final = 200
_FINISHED: Final = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_SQLITE_FILES: Final = (".db", ".db-wal", ".db-shm")


def delete_runs_before(instance: dg.DagsterInstance, instant: datetime) -> int:
    """Delete every finished run created before the instant, with its events and logs, and count them."""
    old = dg.RunsFilter(statuses=_FINISHED, created_before=instant)
    deleted = 0
    while runs := instance.get_runs(old, limit=_BATCH):
        _delete_rows(instance, [run.run_id for run in runs])
        for run in runs:
            instance.delete_run(run.run_id)
            instance.compute_log_manager.delete_logs(prefix=[run.run_id])
        deleted += len(runs)
    _delete_databases(instance)
    return deleted


def _delete_rows(instance: dg.DagsterInstance, run_ids: Collection[str]) -> None:
    events, runs = instance.event_log_storage, instance.run_storage
    if isinstance(events, SqlEventLogStorage):
        of_checks = AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id.in_(run_ids))
        with events.index_connection() as con:
            con.execute(of_checks)
    if isinstance(runs, SqlRunStorage):
        with runs.connect() as con:
            con.execute(RunTagsTable.delete().where(RunTagsTable.c.run_id.in_(run_ids)))


def _delete_databases(instance: dg.DagsterInstance) -> None:
    """Delete the databases of runs that are no more; also what an earlier call did not get to."""
    events = instance.event_log_storage
    if not isinstance(events, SqliteEventLogStorage):
        return
    # In this order: a run that begins meanwhile is not among those written.
    written = events.get_all_run_ids()
    for run_id in set(written).difference(instance.get_run_ids()):
        for suffix in _SQLITE_FILES:
            Path(events.path_for_shard(run_id)).with_suffix(suffix).unlink(missing_ok=True)


@dg.op(
    description="Deletes finished runs that are older than the kept days, with their events and logs.",
    config_schema={"kept_days": dg.Field(float, default_value=KEPT_DAYS)},
)
def delete_old_runs() -> None:
    """Delete what is older than the kept days."""
    context = dg.OpExecutionContext.get()
    kept = timedelta(days=context.op_config["kept_days"])
    deleted = delete_runs_before(context.instance, datetime.now(UTC) - kept)
    context.log.info("%d runs deleted", deleted)


@dg.job(
    executor_def=dg.in_process_executor,
    description="Keeps Dagster's storage small. Scores and findings stay: the store has them all.",
)
def prune_runs() -> None:
    """Delete old runs."""
    delete_old_runs()
