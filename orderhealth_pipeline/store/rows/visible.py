"""What the store knew at an instant: the rows of the feeds that counted then.

What belongs here: reading versions of rows. What does not: writing them (ingest/load.py), and how fresh a
feed is (freshness.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.rows.slices import Slice

SEEN_AHEAD: Final[Mapping[str, tuple[str, ...]]] = {"payments": ("paid_at",)}
"""Instants that are read although they lie ahead: without one means something else than later."""


@dataclass(frozen=True)
class Places:
    """Where rows are: the temporary table of their version_id, and which chunk of it, if it has chunks."""

    table: str
    chunk: int | None = None


def visible_frames(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    columns_read: Mapping[str, tuple[str, ...]],
    as_of: datetime,
    slices: Mapping[str, Slice] | None = None,
) -> dict[str, pl.DataFrame]:
    """Read the columns of every feed as they counted at `as_of`: all rows, or slices of the loaded feeds."""
    loaded = provided_columns(con) if slices is None else slices
    places = {
        feed: find_counting_rows(con, feed, contracts[feed], as_of, slices[feed] if slices else None)
        for feed in columns_read
        if feed in loaded
    }
    return rows_at(con, contracts, columns_read, as_of, places)


def rows_at(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, FeedContract],
    columns_read: Mapping[str, tuple[str, ...]],
    as_of: datetime,
    places: Mapping[str, Places],
) -> dict[str, pl.DataFrame]:
    """Read the columns of the rows in these places; a feed without has no rows.

    Later instants are null, but for those of SEEN_AHEAD.
    """
    return {
        feed: _read(con, feed, contracts[feed], columns, as_of, places[feed])
        if feed in places
        else pl.DataFrame(schema=contracts[feed].schema()).select(columns)
        for feed, columns in columns_read.items()
    }


def find_counting_rows(
    con: duckdb.DuckDBPyConnection,
    feed: str,
    contract: FeedContract,
    as_of: datetime,
    part: Slice | None = None,
) -> Places:
    """Find the version of every key of a feed, or of a slice of it, that counts at `as_of`."""
    # Whoever looks at a slice in between does not change what was found of all rows.
    places = Places(f"counting_{feed}" if part is None else f"counting_part_of_{feed}")
    query = statement(
        "store/rows/find_counting_rows",
        places=places.table,
        feed=feed,
        key=contract.key,
        occurs_at=contract.occurs_at,
        is_versioned=contract.is_versioned,
        slice=part,
        may_be_empty=contract.may_be_empty,
    )
    con.execute(query, {"as_of": as_of}).fetchall()
    return places


def provided_columns(con: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """Name the columns that the files of each loaded feed ever had."""
    rows = sql.run(con, "store/rows/select_provided_columns")
    return {feed: frozenset(columns) for feed, columns in rows}


def _read(
    con: duckdb.DuckDBPyConnection,
    feed: str,
    contract: FeedContract,
    columns: tuple[str, ...],
    as_of: datetime,
    places: Places,
) -> pl.DataFrame:
    query = statement("store/rows/select_visible_rows", **_names_of_rows(feed, contract, columns, places))
    schema = contract.schema()
    rows: pl.DataFrame = con.sql(query, params={"as_of": as_of}).pl()
    return rows.cast({name: schema[name] for name in columns})


def copy_rows(
    con: duckdb.DuckDBPyConnection,
    feed: str,
    contract: FeedContract,
    as_of: datetime,
    folder: Path,
    cut: tuple[str, int],
) -> int:
    """Write all columns of the rows of a feed that count at `as_of` as Parquet, cut into buckets.

    `cut` is the column whose hash decides, and how many buckets there are.
    Returns how many rows there are; without any there is no folder.
    """
    places = find_counting_rows(con, feed, contract, as_of)
    names = _names_of_rows(feed, contract, tuple(contract.columns), places)
    ((rows,),) = sql.run(
        con, "export/copy_feed", {"as_of": as_of}, **names, folder=folder, by=cut[0], buckets=cut[1]
    )
    return int(rows)


def _names_of_rows(
    feed: str, contract: FeedContract, columns: tuple[str, ...], places: Places
) -> dict[str, Any]:
    return {
        "feed": feed,
        "columns": columns,
        "maskable": [
            name
            for name in contract.of_type("instant")
            if name not in {contract.occurs_at, "updated_at", *SEEN_AHEAD.get(feed, ())}
        ],
        "meanings": {name: contract.columns[name].meanings for name in columns},
        "places": places.table,
        "chunk": places.chunk,
    }
