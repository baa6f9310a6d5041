"""Columns that several feeds are made of: identifiers, instants, money, and versions of rows.

What belongs here: turning arrays of the plan into typed Polars columns. What does not: any one feed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY
from orderhealth_pipeline.simulate.plan import Indices, Instants, Rows, scatter

Statuses = list[tuple[str, Instants]]


def order_ids(rows: Rows) -> pl.Series:
    """Thirteen-digit order numbers."""
    return _numbered("4", rows, 12)


def buyer_ids(buyer: Rows) -> pl.Series:
    """Buyer identifiers such as `B001234567`."""
    return _numbered("B", buyer, 9)


def document_ids(prefix: str, rows: Rows, copies: Indices | int = 1) -> pl.Series:
    """Identifiers of an order's documents in another system, numbered from 1 where an order has several."""
    frame = pl.DataFrame({"number": scatter(rows, 10**12), "copy": np.broadcast_to(copies, rows.shape)})
    digits = pl.col("number").cast(pl.String).str.zfill(12)
    return frame.select(
        pl.concat_str(pl.lit(prefix), digits, pl.lit("-"), pl.col("copy").cast(pl.String))
    ).to_series()


def instants(values: Instants, as_of: int) -> pl.Series:
    """UTC instants with microseconds; null where it has not happened by `as_of`."""
    seconds = pl.Series("seconds", values)
    frame = seconds.to_frame().select(
        pl.when(pl.col("seconds") <= as_of).then(pl.col("seconds") * 1_000_000).cast(INSTANT)
    )
    return frame.to_series()


def money(fen: npt.NDArray[np.int64]) -> pl.Series:
    """Amounts in the currency's unit, exact to the fen."""
    return (pl.Series(fen, dtype=pl.Int64).cast(MONEY) / 100).cast(MONEY)


def counts(values: Indices) -> pl.Series:
    """Quantities of goods."""
    return pl.Series(values.astype(np.int64)).cast(MONEY)


def nullable(words: pl.Series, present: npt.NDArray[np.bool_]) -> pl.Series:
    """The words where present, else null."""
    frame = pl.DataFrame({"word": words, "present": present})
    return frame.select(pl.when("present").then("word")).to_series()


def latest_status(statuses: Statuses, as_of: int) -> tuple[npt.NDArray[np.str_], Instants]:
    """The last status in the list that has begun by `as_of`, and the latest instant of any that has.

    Args:
        statuses: a name and the instants at which it begins, the weightiest last.
    """
    size = len(statuses[0][1])
    chosen = np.zeros(size, dtype=np.int64)
    updated = np.zeros(size, dtype=np.int64)
    for position, (_, begins) in enumerate(statuses):
        begun = begins <= as_of
        chosen[begun] = position
        updated = np.where(begun, np.maximum(updated, begins), updated)
    names = np.array([name for name, _ in statuses])
    return names[chosen], updated


def sorted_feed(columns: dict[str, Any], order: list[str]) -> pl.DataFrame:
    """The feed's rows as an export orders them, by the named columns; no two rows agree in all of these."""
    return pl.DataFrame(columns).sort(order)


def _numbered(prefix: str, numbers: Rows, width: int) -> pl.Series:
    frame = pl.DataFrame({"number": scatter(numbers, 10**width)})
    return frame.select(
        pl.concat_str(pl.lit(prefix), pl.col("number").cast(pl.String).str.zfill(width))
    ).to_series()
