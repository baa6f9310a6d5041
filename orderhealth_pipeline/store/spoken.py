"""What the store knows of the things that people speak of: orders of SKUs and waybills, addresses, endings.

What belongs here: looking them up, and the log as the store keeps it. What does not: what words do to
findings (rules/said.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline.said import SAID
from orderhealth_pipeline.statements import statement
from orderhealth_pipeline.store.frames import registered
from orderhealth_pipeline.store.working import replace_all

RESOLUTIONS: Final = pl.Schema(
    {"order_id": pl.String(), "rule_id": pl.String(), "resolved_at": pl.Datetime("us", "UTC")}
)

_PUBLISHED_KEYS: Final = pl.Schema({"address_key": pl.String(), "published_key": pl.String()})


def read_said(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the log (SAID) as it was when the store was last evaluated."""
    said: pl.DataFrame = con.sql(statement("store/select_all", table="said")).pl()
    return said.cast(SAID)


def write_said(con: duckdb.DuckDBPyConnection, said: pl.DataFrame) -> None:
    """Keep the log that an evaluation knew."""
    replace_all(con, "said", said)


def read_resolutions(con: duckdb.DuckDBPyConnection, findings: pl.DataFrame) -> pl.DataFrame:
    """Read when findings (order_id, rule_id) were over (RESOLUTIONS), those that were found anew included."""
    if findings.is_empty():
        return pl.DataFrame(schema=RESOLUTIONS)
    with registered(con, "asked_findings", findings):
        over: pl.DataFrame = con.sql(statement("tick/select_resolutions")).pl()
    return over.cast(RESOLUTIONS)


def find_spoken_orders(
    con: duckdb.DuckDBPyConnection, loaded: Collection[str], skus: Sequence[str], waybills: Sequence[str]
) -> None:
    """Make spoken_orders: the orders of which any record ever named one of the SKUs or waybills."""
    query = statement("tick/find_spoken_orders", feeds=loaded)
    con.execute(query, {"skus": list(skus), "waybills": list(waybills)}).fetchall()


def read_spoken_columns(
    con: duckdb.DuckDBPyConnection, orders: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Read columns of some orders (order_id)."""
    with registered(con, "asked_orders", orders):
        read: pl.DataFrame = con.sql(statement("tick/select_spoken_columns", columns=columns)).pl()
    return read


def read_published_addresses(
    con: duckdb.DuckDBPyConnection, secret: str | None, keys: Sequence[str]
) -> pl.DataFrame:
    """Read the addresses that keys of the published copy stand for: address_key, published_key."""
    if secret is None or not keys:
        return pl.DataFrame(schema=_PUBLISHED_KEYS)
    values = {"secret": secret, "keys": list(keys)}
    known: pl.DataFrame = con.sql(statement("tick/select_published_addresses"), params=values).pl()
    return known


def reassess_reworded(con: duckdb.DuckDBPyConnection, reworded: pl.DataFrame) -> None:
    """Add findings that people say something else of to those that are written again."""
    with registered(con, "reworded", reworded.select("order_id", "rule_id")):
        con.execute(statement("tick/insert_reworded_findings")).fetchall()
