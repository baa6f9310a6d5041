"""Builds a store anew from the kept feeds, with the history of the old one, and puts it in its place.

What belongs here: the order of the steps, and what a rebuild has to tell. What does not: the steps (store/),
and evaluating (run.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.run import RunOutcome, evaluate_store, validate_run
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.store.file.connection import examine_store, open_store, transaction
from orderhealth_pipeline.store.file.exchange import exchange, kept_from_others, stamp_of
from orderhealth_pipeline.store.file.files import clear_leftovers, fresh_path
from orderhealth_pipeline.store.history import (
    History,
    MissingFile,
    read_history,
    restore_instants,
    write_history,
)
from orderhealth_pipeline.store.publish.snapshot import prepare_snapshot
from orderhealth_pipeline.store.write import newest_run


@dataclass(frozen=True)
class Rebuild:
    """What a rebuild did.

    `trouble` is why the old store could not be used (null: it could), `kept_as` where it lies now. Of the
    history, `lost` are the tables that are gone, `of_copy` those that the published copy had to tell.
    """

    outcome: RunOutcome
    trouble: str | None
    kept_as: Path
    of_copy: tuple[str, ...]
    lost: tuple[str, ...]
    missing_files: tuple[MissingFile, ...]


def rebuild_store(
    plan: RunPlan, as_of: datetime, times: StageTimes, clock: datetime | None = None
) -> Rebuild:
    """Build the store anew, evaluate it at `as_of`, and publish its snapshot.

    The old store stays in its place until the new one is complete, and is kept after that. Raises
    OrderHealthError, with nothing changed, where the store is busy or no store of this program, where no feed
    can be read, and for all that a run raises; ConfigurationError where `as_of` is before the newest
    evaluation of the history that has come by `clock`, unless the plan records such instants.
    """
    store = plan.store
    trouble = examine_store(store)
    stamp = stamp_of(store)
    history = read_history(store)
    with kept_from_others(store, stamp):
        clear_leftovers(store)
        try:
            outcome, lost, missing = _build(plan, as_of, times, history, clock)
            kept_as = exchange(store)
        except BaseException:
            clear_leftovers(store)
            raise
    return Rebuild(outcome, trouble, kept_as, tuple(history.of_copy), lost, tuple(missing))


def _build(
    plan: RunPlan, as_of: datetime, times: StageTimes, history: History, clock: datetime | None
) -> tuple[RunOutcome, tuple[str, ...], list[MissingFile]]:
    with open_store(fresh_path(plan.store)) as con:
        lost = write_history(con, history)
        _require_no_past(con, plan, as_of, clock)
        with transaction(con):
            with times.stage("ingest"):
                loaded = load_feeds(con, plan, as_of)
            missing = restore_instants(con, history)
            outcome = evaluate_store(con, plan, as_of, times, loaded, clock)
            validate_run(con, outcome, times)
        with times.stage("publish"):
            prepare_snapshot(con, plan.store)
    return outcome, lost, missing


def _require_no_past(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, clock: datetime | None
) -> None:
    """A rebuilt store needs an evaluation, and one of the past would change what the history tells."""
    newest = None if plan.records_past else newest_run(con, clock)
    if newest is not None and as_of < newest:
        raise ConfigurationError(
            Message(
                "--as-of: {as_of} is before {newest}, the newest evaluation of the old store, whose "
                "scores stay as they are; leave --as-of out, or add --record",
                as_of=as_of.isoformat(),
                newest=newest.isoformat(),
            )
        )
