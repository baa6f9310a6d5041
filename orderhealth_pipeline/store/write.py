"""Writes what a run found: its tables are replaced or extended inside the caller's transaction.

What belongs here: the tables of results. What does not: feeds (ingest/load.py) and alerts
(respond/outbox.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.store.registered import registered

_DETAILS: Final = ("rule_results", "score_attribution", "system_funnel", "top_orders")
"""What the report of a run shows besides its score: some fifty rows a run, copied into every snapshot."""


@dataclass(frozen=True)
class DetailsKept:
    """Before `since`, details are kept of each day's last evaluation alone, by the days of `zone`."""

    since: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class RunTables:
    """The results of one run at `as_of`.

    `findings` and the tables of `present`, by name, tell the present state and are replaced; with `is_part`
    only those findings that stand in the temporary table reassessed, and the others are there still.
    `history` (health_score, profile_changes and the details) keeps every run, one
    per as_of; the details of old runs are thinned out where `details_kept` says so. `blind_rules` lack a
    feed or a column: what they found earlier is not resolved by their silence.
    """

    as_of: datetime
    findings: pl.DataFrame
    blind_rules: tuple[str, ...]
    present: Mapping[str, pl.DataFrame]
    history: Mapping[str, pl.DataFrame]
    is_part: bool = False
    details_kept: DetailsKept | None = None


def write_run(con: duckdb.DuckDBPyConnection, run: RunTables) -> None:
    """Write all tables of a run; writing the same run again changes nothing."""
    _write_findings(con, run)
    for table, rows in run.present.items():
        sql.run(con, "store/file/delete_all", table=table)
        with registered(con, "new_rows", rows):
            sql.run(con, "store/file/insert_all", table=table)
    sql.run(con, "store/words/forget_known_words", {"as_of": run.as_of})
    sql.run(con, "store/words/insert_first_seen_words", {"as_of": run.as_of})
    for table, rows in run.history.items():
        sql.run(con, "store/runs/delete_run", {"as_of": run.as_of}, table=table)
        with registered(con, "new_rows", rows):
            sql.run(con, "store/runs/insert_run", {"as_of": run.as_of}, table=table)
    if run.details_kept is not None:
        _delete_old_details(con, run.details_kept)


def _write_findings(con: duckdb.DuckDBPyConnection, run: RunTables) -> None:
    instant = {"as_of": run.as_of, "blind_rules": list(run.blind_rules)}
    if run.is_part:
        sql.run(con, "tick/changed/update_last_seen", instant)
    else:
        sql.run(con, "store/findings/find_all_findings")
    with registered(con, "found", run.findings):
        sql.run(con, "store/findings/insert_resolutions", {"as_of": run.as_of})
        sql.run(con, "store/findings/insert_joined_findings", instant)
    sql.run(con, "store/findings/delete_reassessed_findings")


def write_validation(con: duckdb.DuckDBPyConnection, as_of: datetime, validated: pl.DataFrame) -> None:
    """Add to a run's rule_results what Great Expectations says.

    `validated`: rule_id, expectation, gx_unexpected_count.
    """
    with registered(con, "validated", validated):
        sql.run(con, "store/findings/update_rule_results", {"as_of": as_of})


def newest_run(con: duckdb.DuckDBPyConnection, clock: datetime | None = None) -> datetime | None:
    """Return the newest instant ever evaluated, UTC, of those that have come by `clock`, if given."""
    ((as_of,),) = sql.run(con, "store/runs/select_newest_run", {"clock": clock})
    newest: datetime | None = as_of
    return newest


def rejected_rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the quarantined rows per feed that has any."""
    return dict(sql.run(con, "store/accounts/count_rejected_rows"))


def _delete_old_details(con: duckdb.DuckDBPyConnection, kept: DetailsKept) -> None:
    values = {"since": kept.since, "zone": kept.zone.key}
    for table in _DETAILS:
        sql.run(con, "store/orders/delete_old_details", values, table=table)
