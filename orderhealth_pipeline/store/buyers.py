"""What the store knows of every buyer: working.buyers, shown as buyer_profile.

What belongs here: which buyers are asked about, what is read of them, and writing and publishing their rows.
What does not: what their orders say of them (orders/profiles/).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.declared.features import OrderKey
from orderhealth_pipeline.declared.shape_features import KEY_COLUMNS
from orderhealth_pipeline.store.registered import registered

ORDERS: Final = "orders_of_buyers"
"""The temporary table of the orders of the buyers that are asked about."""

_SHARED: Final[tuple[OrderKey, ...]] = ("address", "phone")


def find_all_buyers(con: duckdb.DuckDBPyConnection, part: int, parts: int) -> None:
    """Ask about one of several parts of all buyers."""
    sql.run(con, "buyers/find_all_buyers", {"part": part, "parts": parts})


def find_asked_buyers(con: duckdb.DuckDBPyConnection, judged: pl.DataFrame) -> None:
    """Ask about the buyers of whom touched orders, or those of changed verdicts (order_id), may say more."""
    with registered(con, "judged_orders", judged):
        sql.run(con, "buyers/find_asked_buyers", keys=_SHARED)


def read_orders_of_buyers(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> pl.DataFrame:
    """Make orders_of_buyers, of the buyers that are asked about, and read it."""
    sql.run(con, "buyers/find_orders_of_buyers", columns=columns)
    return sql.read(con, "store/file/select_all", table=ORDERS)


def read_shared_keys(con: duckdb.DuckDBPyConnection) -> dict[str, pl.Series]:
    """Read which of the addresses and phones of these orders several buyers have, by column."""
    columns = {key: KEY_COLUMNS[key] for key in _SHARED}
    return {
        column: sql.read(con, "buyers/select_shared_keys", key=key, column=column)[column]
        for key, column in columns.items()
    }


def insert_buyers(con: duckdb.DuckDBPyConnection, profiles: pl.DataFrame, number: int) -> None:
    """Insert the profiles of buyers, as evaluation `number` knows them."""
    with registered(con, "new_profiles", profiles):
        sql.run(con, "buyers/insert_buyers", {"number": number})


def clear_buyers(con: duckdb.DuckDBPyConnection) -> None:
    """Forget all buyers."""
    sql.run(con, "store/file/delete_all", table="working.buyers")


def rewrite_buyers(con: duckdb.DuckDBPyConnection, profiles: pl.DataFrame, number: int) -> bool:
    """Make changed_buyers, of those asked about, and replace their rows; say whether one of them is gone."""
    with registered(con, "new_profiles", profiles):
        sql.run(con, "buyers/find_changed_buyers")
        sql.run(con, "buyers/delete_changed_buyers")
        sql.run(con, "buyers/insert_changed_buyers", {"number": number})
        ((gone,),) = sql.run(con, "buyers/count_gone_buyers")
    return bool(gone)


def read_profiles_of_affected(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read of every affected order what is known of its buyer."""
    return sql.read(con, "buyers/select_profiles_of_affected")


def show_buyer_profile(con: duckdb.DuckDBPyConnection) -> None:
    """Make the view buyer_profile, of the database in use."""
    sql.run(con, "buyers/create_buyer_profile")


def copy_buyers(con: duckdb.DuckDBPyConnection) -> None:
    """Copy all buyers into the snapshot."""
    sql.run(con, "buyers/copy_buyers")


def refresh_buyers(con: duckdb.DuckDBPyConnection, published: int) -> None:
    """Return the snapshot the buyers that changed since evaluation `published`."""
    sql.run(con, "buyers/delete_published_buyers", {"published": published})
    sql.run(con, "buyers/insert_published_buyers", {"published": published})
