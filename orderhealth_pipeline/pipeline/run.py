"""One run: read what is new, build the orders, hold the rules against them, score, record — all or nothing.

What belongs here: the run's transaction and the time of its stages. What does not: the stages themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb
import polars as pl

from orderhealth_pipeline.ingest.files.unread import UnreadFile
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.pipeline.actions.call_list import record_call_lists
from orderhealth_pipeline.pipeline.actions.record import record_actions
from orderhealth_pipeline.pipeline.alerting.facts import RunFindings
from orderhealth_pipeline.pipeline.alerting.record import record_alerts
from orderhealth_pipeline.pipeline.cases.closed_cases import expanded_log
from orderhealth_pipeline.pipeline.cases.record import record_cases
from orderhealth_pipeline.pipeline.earlier_rules import score_by_earlier_rules
from orderhealth_pipeline.pipeline.evaluation.all_orders import build_all_orders
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment, assess
from orderhealth_pipeline.pipeline.evaluation.changed_orders import build_changed_orders
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.evaluation.run_tables import tables_of
from orderhealth_pipeline.pipeline.evaluation.spoken import what_was_said
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_at
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.pipeline.unread import unread_of
from orderhealth_pipeline.pipeline.validate import validate_findings
from orderhealth_pipeline.pipeline.what_if.precision import judged_in
from orderhealth_pipeline.pipeline.written.write_report import report_from
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.rules.precision import newest_verdicts, precision_table
from orderhealth_pipeline.store.evaluation import read_mark, write_mark
from orderhealth_pipeline.store.file.connection import leave_untidied, open_store, transaction, undone
from orderhealth_pipeline.store.file.files import removed_on_failure
from orderhealth_pipeline.store.publish.snapshot import publish_snapshot
from orderhealth_pipeline.store.rows.accounts import Account
from orderhealth_pipeline.store.spoken import read_said, write_said
from orderhealth_pipeline.store.working import count_orders, replace_all
from orderhealth_pipeline.store.write import (
    newest_run,
    rejected_rows,
    write_run,
    write_validation,
)


@dataclass(frozen=True)
class RunOutcome:
    """What a run did: its assessment, how many orders there are, its alert, rows quarantined per feed.

    `accounts` has, per feed with new files, what became of their rows; `sources` is source_freshness.
    `loaded` is what became of the files it tried, `unread` those that nobody read. A run that was not
    recorded has the `report` of what it found, and the store is as it was.
    """

    as_of: datetime
    assessment: Assessment
    orders: int
    alert: str | None
    rejected: dict[str, int]
    sources: pl.DataFrame
    accounts: Mapping[str, Account]
    loaded: tuple[LoadedFile, ...]
    unread: tuple[UnreadFile, ...]
    report: RiskReport | None = None

    @property
    def is_recorded(self) -> bool:
        """Say whether the store holds what the run found."""
        return self.report is None


def run_pipeline(
    plan: RunPlan, as_of: datetime, times: StageTimes, clock: datetime | None = None
) -> RunOutcome:
    """Run everything for one instant and publish the snapshot.

    All tables are committed in one transaction or none; a store that this run had to create is removed again
    when it fails. An instant before the newest one evaluated is looked at and not recorded, unless the plan
    says so; evaluations of instants that have not come by `clock` (null: of none) hold nothing up. Raises
    OrderHealthError for what a user can repair, and where Polars and Great Expectations count differently.
    """
    with removed_on_failure(plan.store), open_store(plan.store) as con:
        if _looks_back(con, plan, as_of, clock):
            with undone(con):
                return _with_report(con, plan, _whole_run(con, plan, as_of, times, clock))
        with transaction(con):
            outcome = _whole_run(con, plan, as_of, times, clock)
        with times.stage("publish"):
            publish_snapshot(con, plan.store)
    return outcome


def ingest_only(plan: RunPlan, as_of: datetime, feeds: Collection[str]) -> list[LoadedFile]:
    """Load what is new of some feeds, in a transaction of its own; it waits for the next evaluation."""
    with open_store(plan.store) as con, transaction(con):
        return load_feeds(con, plan, as_of, feeds)


def evaluate_only(
    plan: RunPlan, as_of: datetime, times: StageTimes, clock: datetime | None = None
) -> RunOutcome:
    """Evaluate what the store already knows, in one transaction; like `run_pipeline`, it may only look.

    Great Expectations is not asked yet, and nothing is published: whoever calls this lets `publish_only` and
    `validate_only` follow, unless nothing was recorded.
    """
    with open_store(plan.store) as con:
        if _looks_back(con, plan, as_of, clock):
            with undone(con):
                return _with_report(con, plan, evaluate_store(con, plan, as_of, times, [], clock))
        with transaction(con):
            return evaluate_store(con, plan, as_of, times, [], clock)


@contextmanager
def held_open(plan: RunPlan) -> Iterator[Callable[[], None]]:
    """Let what happens in the context open and close the store without DuckDB tidying its file each time.

    What is committed may lie in a file beside the store until the context ends, or after what it gives was
    called, until the store is closed the next time: no alert waits for that.
    """
    with open_store(plan.store) as con:
        yield lambda: leave_untidied(con)


def publish_only(plan: RunPlan, times: StageTimes) -> None:
    """Publish the snapshot of what was written."""
    with open_store(plan.store) as con, times.stage("publish"):
        publish_snapshot(con, plan.store)


def validate_only(plan: RunPlan, outcome: RunOutcome, times: StageTimes) -> None:
    """Let Great Expectations count what a run has written, keep its counts, and publish the snapshot.

    Raises OrderHealthError where it counts differently.
    """
    with open_store(plan.store) as con:
        with transaction(con):
            validate_run(con, outcome, times)
        with times.stage("publish"):
            publish_snapshot(con, plan.store)


def evaluate_store(
    con: duckdb.DuckDBPyConnection,
    plan: RunPlan,
    as_of: datetime,
    times: StageTimes,
    loaded: list[LoadedFile],
    clock: datetime | None = None,
) -> RunOutcome:
    """Evaluate the store at `as_of` and write the results, inside the caller's transaction."""
    as_of = as_of.astimezone(UTC)
    plan = plan_at(plan, as_of)
    mark = read_mark(con)
    number = mark.number + 1 if mark else 1
    # Joins and groups of a chunk take half as long as in Polars' streaming engine.
    with pl.Config(engine_affinity="in-memory"):
        said = what_was_said(plan)
        present = (
            None
            if plan.is_full or mark is None
            else build_changed_orders(con, plan, as_of, times, mark, said)
        )
        if present is None:
            present = build_all_orders(con, plan, as_of, times, mark, said)
        with times.stage("rules_and_score"):
            assessment = assess(plan, as_of, present)
            earlier = score_by_earlier_rules(con, plan, as_of, present, assessment)
    with times.stage("write"):
        before = newest_run(con, clock)
        write_mark(con, as_of, present.fingerprint, number, present.complete_since)
        heard = read_said(con)
        write_said(con, said)
        unread = unread_of(plan, loaded)
        write_run(con, tables_of(plan, as_of, assessment, present, earlier, unread))
        judged = judged_in(con, newest_verdicts(expanded_log(con, said), as_of), plan.catalogue.rules)
        replace_all(con, "rule_precision", precision_table(judged))
    with times.stage("cases"):
        book = record_cases(con, plan, as_of, assessment.points, said, heard)
    with times.stage("write"):
        run = RunFindings(assessment, present.freshness, book.cases, said, before, earlier)
        alert = record_alerts(con, plan, run, as_of)
    with times.stage("actions"):
        # Nobody acts on the past.
        if before is None or as_of >= before:
            known = FeedsAt(con, plan, as_of, present.states, present.provided)
            record_actions(known, said)
            record_call_lists(known)
    return RunOutcome(
        as_of,
        assessment,
        count_orders(con),
        alert,
        rejected_rows(con),
        present.freshness,
        present.accounts,
        tuple(loaded),
        unread,
    )


def validate_run(con: duckdb.DuckDBPyConnection, outcome: RunOutcome, times: StageTimes) -> None:
    """Count a second time what was evaluated and keep the counts, inside the caller's transaction.

    Raises OrderHealthError where the counts differ.
    """
    with times.stage("validate"):
        write_validation(con, outcome.as_of, validate_findings(outcome.assessment))


def _whole_run(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, times: StageTimes, clock: datetime | None
) -> RunOutcome:
    with times.stage("ingest"):
        loaded = load_feeds(con, plan, as_of)
    outcome = evaluate_store(con, plan, as_of, times, loaded, clock)
    validate_run(con, outcome, times)
    return outcome


def _looks_back(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime, clock: datetime | None
) -> bool:
    newest = None if plan.records_past else newest_run(con, clock)
    return newest is not None and as_of < newest


def _with_report(con: duckdb.DuckDBPyConnection, plan: RunPlan, outcome: RunOutcome) -> RunOutcome:
    return replace(outcome, report=report_from(con, plan, outcome.as_of))
