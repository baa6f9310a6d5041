"""What the store knows of the things that people speak of: orders of SKUs and waybills, addresses, endings.

What belongs here: looking them up, and the log as the store keeps it. What does not: what words do to
findings (rules/said.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.said import SAID
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.working import replace_all

RESOLUTIONS: Final = pl.Schema(
    {"order_id": pl.String(), "rule_id": pl.String(), "resolved_at": pl.Datetime("us", "UTC")}
)

_PUBLISHED_KEYS: Final = pl.Schema({"address_key": pl.String(), "published_key": pl.String()})


def read_said(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the log (SAID) as it was when the store was last evaluated."""
    said: pl.DataFrame = sql.read(con, "store/file/select_all", table="said")
    return said.cast(SAID)


def write_said(con: duckdb.DuckDBPyConnection, said: pl.DataFrame) -> None:
    """Keep the log that an evaluation knew."""
    replace_all(con, "said", said)


def read_resolutions(con: duckdb.DuckDBPyConnection, findings: pl.DataFrame) -> pl.DataFrame:
    """Read when findings (order_id, rule_id) were over (RESOLUTIONS), those that were found anew included."""
    if findings.is_empty():
        return pl.DataFrame(schema=RESOLUTIONS)
    with registered(con, "asked_findings", findings):
        over: pl.DataFrame = sql.read(con, "tick/spoken/select_resolutions")
    return over.cast(RESOLUTIONS)


def find_spoken_orders(
    con: duckdb.DuckDBPyConnection, loaded: Collection[str], skus: Sequence[str], waybills: Sequence[str]
) -> None:
    """Make spoken_orders: the orders of which any record ever named one of the SKUs or waybills."""
    query = statement("tick/spoken/find_spoken_orders", feeds=loaded)
    con.execute(query, {"skus": list(skus), "waybills": list(waybills)}).fetchall()


def read_spoken_columns(
    con: duckdb.DuckDBPyConnection, orders: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Read columns of some orders (order_id)."""
    with registered(con, "asked_orders", orders):
        read: pl.DataFrame = sql.read(con, "tick/spoken/select_spoken_columns", columns=columns)
    return read


def read_published_addresses(
    con: duckdb.DuckDBPyConnection, secret: str | None, keys: Sequence[str]
) -> pl.DataFrame:
    """Read the addresses that keys of the published copy stand for: address_key, published_key."""
    if secret is None or not keys:
        return pl.DataFrame(schema=_PUBLISHED_KEYS)
    values = {"secret": secret, "keys": list(keys)}
    known: pl.DataFrame = sql.read(con, "tick/spoken/select_published_addresses", values)
    return known


def reassess_reworded(con: duckdb.DuckDBPyConnection, reworded: pl.DataFrame) -> None:
    """Add findings that people say something else of to those that are written again."""
    with registered(con, "reworded", reworded.select("order_id", "rule_id")):
        sql.run(con, "tick/spoken/insert_reworded_findings")
