"""What the store keeps of every feed, to the row: what counts, was replaced, lies ahead, or was rejected.

What belongs here: counting rows, and telling a damaged feed by them. What does not: how fresh a feed is
(freshness.py), and what one run did (accounts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.loaded_file import CONTINUES
from orderhealth_pipeline.ingest.rejection_kinds import kinds_of_no_record
from orderhealth_pipeline.sql import statement

DAMAGED_FROM: Final = 10
"""So many rejected rows at least make a feed damaged: of a handful of rows one is a large share."""


@dataclass(frozen=True)
class FeedLimits:
    """What makes feeds stale or damaged: the longest silence of those that have one, and a share of all."""

    expected_every: Mapping[str, timedelta]
    rejected_at_most: Mapping[str, Decimal]


@dataclass(frozen=True)
class Kept:
    """The versions of rows of one feed, those ahead of an instant and the latest of them, and rejections.

    `rejected` rows and `rejected_files` are those that stand (see ingest/quarantine.py).
    """

    versions: int = 0
    ahead: int = 0
    ahead_until: datetime | None = None
    rejected: int = 0
    rejected_files: int = 0
    is_damaged: bool = False

    def replaced(self, rows: int) -> int:
        """Count the rows that others of their keys have replaced, where `rows` count."""
        return self.versions - self.ahead - rows


def count_kept(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    rejected_at_most: Mapping[str, Decimal],
    as_of: datetime,
) -> dict[str, Kept]:
    """Count what is kept of every feed.

    A feed is damaged where more than `rejected_at_most` of the rows of its newest files, and at least
    DAMAGED_FROM, stand rejected, for however many of its newest files that is so; and where nothing of it
    could be read at all.
    """
    loaded = {feed for (feed,) in sql.run(con, "store/loads/select_loaded_feeds")}
    ahead = {feed for (feed,) in sql.run(con, "store/loads/select_loads_ahead", {"as_of": as_of})}
    rejected = {
        feed: (rows, files) for feed, rows, files in sql.run(con, "store/accounts/count_standing_rejections")
    }
    shares = _rejected_shares(con) if rejected else {}
    kept = {}
    for feed, contract in contracts.items():
        versions = _count(con, feed) if feed in loaded else 0
        rows, files = rejected.get(feed, (0, 0))
        rows_ahead, until = _ahead(con, feed, contract, as_of) if feed in ahead else (0, None)
        has_too_many = shares.get(feed, 0.0) > float(rejected_at_most[feed])
        kept[feed] = Kept(
            versions=versions,
            ahead=rows_ahead,
            ahead_until=until,
            rejected=rows,
            rejected_files=files,
            is_damaged=has_too_many or (versions == 0 and rows + files > 0),
        )
    return kept


def _rejected_shares(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    values = {
        "kinds_of_no_record": list(kinds_of_no_record()),
        "at_least": DAMAGED_FROM,
        "continues": CONTINUES,
    }
    return dict(sql.run(con, "store/accounts/select_rejected_shares", values))


def _count(con: duckdb.DuckDBPyConnection, feed: str) -> int:
    ((rows,),) = sql.run(con, "ingest/typed_rows/count_rows", table=f"feeds.{feed}")
    return int(rows)


def _ahead(
    con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract, as_of: datetime
) -> tuple[int, datetime | None]:
    query = statement(
        "store/accounts/count_ahead_rows",
        feed=feed,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
    )
    ((rows, until),) = con.execute(query, {"as_of": as_of}).fetchall()
    return int(rows), until
