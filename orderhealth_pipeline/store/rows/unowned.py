"""Payments that name an order which the storefront does not know: the sign of wrong order numbers.

What belongs here: keeping working.unowned_payments, of all orders or of those that were touched. What does
not: rules about it. Asked of all payments, a tick would take longer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql

_TABLE: Final = "working.unowned_payments"
_FEED: Final = "payments"


def find_unowned_payments(con: duckdb.DuckDBPyConnection, freshness: pl.DataFrame, as_of: datetime) -> None:
    """Look for them among all payments, once working.orders holds all orders."""
    sql.run(con, "store/file/delete_all", table=_TABLE)
    if _is_loaded(freshness):
        sql.run(con, "store/accounts/insert_unowned_payments", {"as_of": as_of}, only_touched=False)


def find_touched_unowned_payments(
    con: duckdb.DuckDBPyConnection, freshness: pl.DataFrame, as_of: datetime
) -> None:
    """Look again at the payments of touched orders, once these are written."""
    sql.run(con, "tick/changed/delete_orders", table=_TABLE, orders="touched")
    ((without_order,),) = sql.run(con, "tick/changed/count_touched_without_order")
    if without_order and _is_loaded(freshness):
        sql.run(con, "store/accounts/insert_unowned_payments", {"as_of": as_of}, only_touched=True)


def with_unowned(con: duckdb.DuckDBPyConnection, freshness: pl.DataFrame) -> pl.DataFrame:
    """Add to source_freshness how many rows name an order that nobody knows; null where that is not asked."""
    ((unowned,),) = sql.run(con, "ingest/typed_rows/count_rows", table=_TABLE)
    is_asked = (pl.col("feed") == _FEED) & pl.col("last_loaded_at").is_not_null()
    return freshness.with_columns(unowned=pl.when(is_asked).then(pl.lit(unowned, pl.Int64)))


def _is_loaded(freshness: pl.DataFrame) -> bool:
    return freshness.filter(pl.col("feed") == _FEED)["last_loaded_at"].is_not_null().all()
