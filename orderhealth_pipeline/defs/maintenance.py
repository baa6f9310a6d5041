"""Keeping Dagster's own storage small: it has a retention for ticks, and none for runs.

What belongs here: deleting old runs. What does not: the store, which keeps every result.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

KEPT_DAYS: Final = 14
"""A run takes about 0.2 MB; 14 days of a run every 15 minutes are some 270 MB."""

_BATCH: Final = 200
_FINISHED: Final = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def delete_runs_before(instance: dg.DagsterInstance, instant: datetime) -> int:
    """Delete every finished run created before the instant, with its events and logs, and count them."""
    old = dg.RunsFilter(statuses=_FINISHED, created_before=instant)
    deleted = 0
    while runs := instance.get_runs(old, limit=_BATCH):
        for run in runs:
            instance.delete_run(run.run_id)
            instance.compute_log_manager.delete_logs(prefix=[run.run_id])
        deleted += len(runs)
    return deleted


@dg.op(description=f"Deletes finished runs older than {KEPT_DAYS} days, with their events and logs.")
def delete_old_runs() -> None:
    """Delete what is older than KEPT_DAYS."""
    context = dg.OpExecutionContext.get()
    deleted = delete_runs_before(context.instance, datetime.now(UTC) - timedelta(days=KEPT_DAYS))
    context.log.info("%d runs deleted", deleted)


@dg.job(
    executor_def=dg.in_process_executor,
    description="Keeps Dagster's storage small. Scores and findings stay: the store has them all.",
)
def prune_runs() -> None:
    """Delete old runs."""
    delete_old_runs()
