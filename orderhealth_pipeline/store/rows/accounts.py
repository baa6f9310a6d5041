"""What became of the rows that were loaded since the evaluation before, to the row.

What belongs here: one account per feed. What does not: what the store keeps in all (kept.py).

Every row that was read is new, known, replaced, rejected or ahead, and only one of these: docs/feeds.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.evaluation import EvaluationMark


@dataclass(frozen=True)
class Account:
    """The rows of the files of one feed that were read: read = new + known + replaced + rejected + ahead."""

    read: int
    new: int
    known: int
    replaced: int
    rejected: int
    ahead: int


def accounts_of_loads(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    mark: EvaluationMark,
    as_of: datetime,
) -> dict[str, Account]:
    """Account for the loads since `mark`, of each feed that has any, by all its rows."""
    return _accounts(con, contracts, mark.load_number, as_of, "feeds.")


def first_accounts(con: duckdb.DuckDBPyConnection, freshness: pl.DataFrame) -> dict[str, Account]:
    """Account for all loads where no evaluation was before: all that is kept is from them."""
    kept = {feed: counts for feed, *counts in freshness.select("feed", "rows", "replaced", "ahead").rows()}
    return {
        feed: Account(
            read=read,
            new=kept[feed][0],
            known=read - new_rows - rejected,
            replaced=kept[feed][1],
            rejected=rejected,
            ahead=kept[feed][2],
        )
        for feed, read, new_rows, rejected in _new_loads(con, 0)
    }


def accounts_of_changes(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    mark: EvaluationMark,
    as_of: datetime,
) -> dict[str, Account]:
    """Account for them by the rows in versions_of_<feed>, which changes.py has made."""
    return _accounts(con, contracts, mark.load_number, as_of, "versions_of_")


def _accounts(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    known_load: int,
    as_of: datetime,
    tables: str,
) -> dict[str, Account]:
    accounts = {}
    for feed, read, new_rows, rejected in _new_loads(con, known_load):
        ahead, new_keys = _arrived(con, contracts[feed], f"{tables}{feed}", known_load, as_of)
        accounts[feed] = Account(
            read=read,
            new=new_keys,
            known=read - new_rows - rejected,
            replaced=new_rows - ahead - new_keys,
            rejected=rejected,
            ahead=ahead,
        )
    return accounts


def _new_loads(con: duckdb.DuckDBPyConnection, known_load: int) -> list[tuple[str, int, int, int]]:
    loads = con.execute(statement("store/accounts/sum_new_loads"), {"known_load": known_load})
    return [tuple(row) for row in loads.fetchall()]


def _arrived(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, versions: str, known_load: int, as_of: datetime
) -> tuple[int, int]:
    query = statement(
        "store/accounts/count_arrived_rows",
        versions=versions,
        key=contract.key,
        may_be_empty=contract.may_be_empty,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
    )
    values = {"known_load": known_load, "as_of": as_of}
    ((ahead, new_keys),) = con.execute(query, values).fetchall()
    return int(ahead), int(new_keys)
