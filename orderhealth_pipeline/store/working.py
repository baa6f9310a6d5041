"""The tables that the next run builds on: every order's milestones, placed lines, and when orders fall due.

What belongs here: replacing them as a whole or in part. What does not: the results that others read
(write.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.store.frames import registered


@dataclass(frozen=True)
class WorkingTables:
    """Milestones of orders, the lines that prices are compared over, and when orders fall due.

    `changed_in` of an order is the number of the evaluation that wrote it.
    """

    orders: pl.DataFrame
    placed_lines: pl.DataFrame
    due: pl.DataFrame


def replace_all(con: duckdb.DuckDBPyConnection, tables: WorkingTables) -> None:
    """Replace all rows of all working tables."""
    with registered(con, "new_orders", tables.orders):
        con.execute(statement("store/replace_orders")).fetchall()
    con.execute(statement("store/create_order_fact")).fetchall()
    for table, rows in (("working.placed_lines", tables.placed_lines), ("working.due", tables.due)):
        con.execute(statement("store/delete_all", table=table)).fetchall()
        insert(con, table, rows)


def replace_orders(con: duckdb.DuckDBPyConnection, table: str, orders: str, rows: pl.DataFrame) -> None:
    """Replace the rows of those orders that stand in the temporary table `orders`."""
    con.execute(statement("tick/delete_orders", table=table, orders=orders)).fetchall()
    insert(con, table, rows)


def has_gone(con: duckdb.DuckDBPyConnection, orders: pl.DataFrame) -> bool:
    """Say whether a touched order is no order any more, because it is not among the new ones."""
    with registered(con, "new_orders", orders.select("order_id")):
        ((gone,),) = con.execute(statement("tick/select_gone_orders")).fetchall()
    return bool(gone)


def forget_old_lines(con: duckdb.DuckDBPyConnection, placed_from: datetime) -> None:
    """Drop the lines of orders that were placed before an instant."""
    con.execute(statement("tick/delete_old_lines"), {"placed_from": placed_from}).fetchall()


def read_placed_lines(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read all placed lines: order_id, sku, quantity, unit_price, placed_at."""
    lines: pl.DataFrame = con.sql(statement("tick/select_placed_lines")).pl()
    return lines


def read_active_orders(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> pl.DataFrame:
    """Read some milestones of all active orders, sorted by order_id."""
    orders: pl.DataFrame = con.sql(statement("tick/select_active_orders", columns=columns)).pl()
    return orders


def count_orders(con: duckdb.DuckDBPyConnection) -> int:
    """Count all orders."""
    ((orders,),) = con.execute(statement("tick/count_orders")).fetchall()
    return int(orders)


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """Insert rows by the names of their columns."""
    with registered(con, "new_rows", rows):
        con.execute(statement("store/insert_all", table=table)).fetchall()
