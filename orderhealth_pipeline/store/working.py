"""The tables that the next run builds on: every order's milestones, placed lines, and when orders fall due.

What belongs here: replacing them as a whole or in part. What does not: the results that others read
(write.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.declared.order_columns import hidden_columns
from orderhealth_pipeline.declared.shape_features import KEY_COLUMNS
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.words import PLACES

_LOOKED_UP_BY: Final = tuple(f"{key}_number" for key in KEY_COLUMNS)
"""Added to the orders as they are written, and not shown."""

_NOT_SHOWN: Final = (*hidden_columns(), *_LOOKED_UP_BY, "changed_in")
"""What order_fact does not show of an order: features look at it, or the next run does."""

_UNPACKED: Final = ("order_id", "buyer_id", "address_key")
"""As good as never the same: they are larger for it, and looked through and written much faster."""


def create_orders(con: duckdb.DuckDBPyConnection, orders: pl.DataFrame) -> None:
    """Replace all orders; more of them may be inserted (`insert_orders`).

    `changed_in` of an order is the number of the evaluation that wrote it.
    """
    with registered(con, "new_orders", orders.clear()):
        columns = _columns_of(con, "from new_orders")
    columns |= dict.fromkeys(_LOOKED_UP_BY, "ubigint")
    query = statement("store/orders/create_orders", schema="working", columns=columns, unpacked=_UNPACKED)
    con.execute(query).fetchall()
    insert_orders(con, orders)
    show_order_fact(con, hidden=_NOT_SHOWN)


def create_shown_orders(con: duckdb.DuckDBPyConnection, schema: str, secret: str) -> None:
    """Copy all orders into another schema, with the columns that order_fact shows.

    Keys of addresses are hashed with `secret`.
    """
    shown = statement("store/orders/select_shown_orders", hidden=_NOT_SHOWN, changed_after=0)
    columns = _columns_of(con, shown, {"secret": ""})
    query = statement("store/orders/create_orders", schema=schema, columns=columns, unpacked=("order_id",))
    con.execute(query).fetchall()
    insert_shown_orders(con, schema, secret, changed_after=0)


def insert_shown_orders(
    con: duckdb.DuckDBPyConnection, schema: str, secret: str, *, changed_after: int
) -> None:
    """Insert those that an evaluation after this one wrote into the orders of another schema."""
    names = {"schema": schema, "hidden": _NOT_SHOWN, "changed_after": changed_after}
    sql.run(con, "store/snapshot/insert_shown_orders", {"secret": secret}, **names)


def show_order_fact(con: duckdb.DuckDBPyConnection, hidden: Sequence[str] = ()) -> None:
    """Make the view order_fact, of the database in use."""
    sql.run(con, "store/snapshot/create_order_fact", hidden=hidden)


def _columns_of(
    con: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, str] | None = None
) -> dict[str, str]:
    described = sql.run(con, "ingest/workshop/describe_query", parameters, query=query)
    return {name: duckdb_type for name, duckdb_type, *_ in described}


def replace_all(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """Replace all rows of a table."""
    sql.run(con, "store/file/delete_all", table=table)
    insert(con, table, rows)


def insert_orders(con: duckdb.DuckDBPyConnection, orders: pl.DataFrame) -> None:
    """Insert orders into those that there are."""
    with registered(con, "new_orders", orders):
        sql.run(con, "store/orders/insert_orders", keys=KEY_COLUMNS)


def rewrite_touched(con: duckdb.DuckDBPyConnection, orders: pl.DataFrame) -> None:
    """Replace the touched orders."""
    sql.run(con, "tick/changed/delete_orders", table="working.orders", orders="touched")
    insert_orders(con, orders)


def replace_orders(con: duckdb.DuckDBPyConnection, table: str, orders: str, rows: pl.DataFrame) -> None:
    """Replace the rows of those orders that stand in the temporary table `orders`."""
    sql.run(con, "tick/changed/delete_orders", table=table, orders=orders)
    insert(con, table, rows)


def has_gone(con: duckdb.DuckDBPyConnection, orders: pl.DataFrame) -> bool:
    """Say whether a touched order is no order any more: it was one before and is not among the new ones."""
    with registered(con, "new_orders", orders.select("order_id")):
        ((gone,),) = sql.run(con, "tick/affected/select_gone_orders")
    return bool(gone)


def forget_old_lines(con: duckdb.DuckDBPyConnection, placed_from: datetime) -> None:
    """Drop the lines of orders that were placed before an instant."""
    sql.run(con, "tick/changed/delete_old_lines", {"placed_from": placed_from})


def read_sold_lines(con: duckdb.DuckDBPyConnection, placed_from: datetime) -> pl.DataFrame:
    """Sum up per SKU and currency what was sold from an instant on (see sold_lines)."""
    values = {"placed_from": placed_from}
    sold: pl.DataFrame = sql.read(con, "tick/active/sum_sold_lines", values)
    return sold


def find_orders_at_prices(con: duckdb.DuckDBPyConnection, prices: pl.DataFrame) -> None:
    """Make orders_at_prices: the active orders with a placed line between two prices of its SKU.

    `prices` has one row per SKU and currency: sku, currency, lowest_price, highest_price.
    """
    with registered(con, "prices", prices):
        sql.run(con, "tick/affected/find_orders_at_prices")


def read_active_lines(con: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> pl.DataFrame:
    """Read the placed lines of active orders in temporary tables, without quantities."""
    lines: pl.DataFrame = sql.read(con, "tick/active/select_active_lines", tables=tables)
    return lines


def find_recently_placed(con: duckdb.DuckDBPyConnection, placed_from: datetime) -> pl.DataFrame:
    """Make recently_placed, of all orders: order_id, placed_at, is_active, currency."""
    sql.run(con, "tick/affected/find_recently_placed", {"placed_from": placed_from})
    orders: pl.DataFrame = sql.read(con, "store/file/select_all", table="recently_placed")
    return orders


def find_active_orders(con: duckdb.DuckDBPyConnection) -> None:
    """Make affected, of all active orders, and lasting, of none: where everything is evaluated."""
    sql.run(con, "tick/active/find_active_orders")
    sql.run(con, "tick/affected/find_nothing_lasting")


def find_wanting_orders(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> pl.DataFrame:
    """Make wanting_orders, of the orders that may still take pieces from the stock, and read them."""
    sql.run(con, "tick/affected/find_wanting_orders", columns=columns)
    orders: pl.DataFrame = sql.read(con, "store/file/select_all", table="wanting_orders")
    return orders


def read_affected_orders(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the milestones of the affected orders that are active. Closed ones are never hit."""
    milestones: pl.DataFrame = sql.read(con, "tick/affected/select_affected_orders")
    return milestones


def read_lasting_orders(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> pl.DataFrame:
    """Read some milestones of the lasting orders that are active."""
    milestones: pl.DataFrame = sql.read(con, "tick/affected/select_lasting_orders", columns=columns)
    return milestones


def read_active_orders(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> pl.DataFrame:
    """Read some milestones of all active orders, in no order."""
    orders: pl.DataFrame = sql.read(con, "tick/active/select_active_orders", columns=columns)
    return orders


def with_places(con: duckdb.DuckDBPyConnection, orders: pl.DataFrame) -> pl.DataFrame:
    """Add the places of orders (order_id) to them."""
    with registered(con, "asked_orders", orders.select("order_id")):
        places: pl.DataFrame = sql.read(con, "tick/active/select_places", places=PLACES)
    return orders.join(places, on="order_id", how="left", maintain_order="left")


def count_orders(con: duckdb.DuckDBPyConnection) -> int:
    """Count all orders."""
    ((orders,),) = sql.run(con, "tick/affected/count_orders")
    return int(orders)


def count_unjudged(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Count the active orders that some rules cannot judge: the ids of these rules, and how many orders."""
    return sql.run(con, "tick/spoken/count_unjudged")


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """Insert rows by the names of their columns."""
    with registered(con, "new_rows", rows):
        sql.run(con, "store/file/insert_all", table=table)
