"""What the store knew at an instant: the rows of the feeds that counted then.

What belongs here: reading versions of rows. What does not: writing them (ingest/load.py), and how fresh a
feed is (freshness.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.store.slices import Slice


def visible_frames(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    columns_read: Mapping[str, tuple[str, ...]],
    as_of: datetime,
    slices: Mapping[str, Slice] | None = None,
) -> dict[str, pl.DataFrame]:
    """Read the columns of every feed as they counted at `as_of`: all rows, or slices of the loaded feeds."""
    loaded = provided_columns(con)
    return {
        feed: visible_rows(
            con, feed, contracts[feed], columns, as_of, None if slices is None else slices[feed]
        )
        if feed in loaded
        else pl.DataFrame(schema=contracts[feed].schema()).select(columns)
        for feed, columns in columns_read.items()
    }


def visible_rows(
    con: duckdb.DuckDBPyConnection,
    feed: str,
    contract: FeedContract,
    columns: tuple[str, ...],
    as_of: datetime,
    part: Slice | None = None,
) -> pl.DataFrame:
    """Read the columns of the rows of one feed that counted at `as_of`, later instants as null."""
    query = statement(
        "store/select_visible_rows",
        feed=feed,
        columns=columns,
        key=contract.key,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
        maskable=[
            name for name in contract.of_type("instant") if name not in {contract.occurs_at, "updated_at"}
        ],
        slice=part,
    )
    schema = contract.schema()
    rows: pl.DataFrame = con.sql(query, params={"as_of": as_of}).pl()
    return rows.cast({name: schema[name] for name in columns})


def provided_columns(con: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """Name the columns that the files of each loaded feed ever had."""
    rows = con.execute(statement("store/select_feed_loads")).fetchall()
    return {feed: frozenset(columns) for feed, _, columns in rows}
