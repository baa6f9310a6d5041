"""Rows whose key belongs to another owner: an order number that two shops use in one store.

What belongs here: finding them among the rows of a file, before any is loaded. What does not: that they are
rejected (load.py). Whose row is loaded first owns the key, so that files that arrive one after the other end
as they would at once.
"""

from __future__ import annotations

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, KEPT_ROWS, Staged
from orderhealth_pipeline.sql import statement


def find_conflicts(
    con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract, staged: Staged
) -> pl.DataFrame:
    """Make conflicting_rows, of typed_rows, where the feed has an owner; list them as BROKEN_RECORDS."""
    nothing = pl.DataFrame(schema=BROKEN_RECORDS)
    if contract.owner is None or contract.owner not in staged.columns:
        return nothing
    ((owners,),) = sql.run(con, "ingest/new_rows/count_owners", feed=feed, owner=contract.owner)
    if owners <= 1:
        return nothing
    find = statement(
        "ingest/new_rows/find_conflicting_rows", feed=feed, key=contract.key, owner=contract.owner
    )
    ((conflicts,),) = con.execute(find).fetchall()
    if conflicts == 0:
        return nothing
    listed: pl.DataFrame = sql.read(
        con,
        "ingest/new_rows/select_conflicting_rows",
        most=KEPT_ROWS,
        owner=contract.owner,
        reason=f"{', '.join(contract.key)}: another {contract.owner} has it already",
        names=staged.columns,
        has_record=staged.has_record,
        has_source=staged.has_source,
        relation=staged.relation,
        row_number=staged.row_number,
    )
    return listed.cast({"record": pl.Int64()})
