"""Reads the cases of the latest run, brought up to what people have said since.

What belongs here: which cases are read. What does not: what words do to them (cases/), and showing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.cases.case_frames import CASE_HISTORY, CASE_ORDERS, CASES, CaseBook
from orderhealth_pipeline.cases.project import brought_up
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.registered import registered


@dataclass(frozen=True)
class KnownCases:
    """Cases as they are at `as_of`, which is now."""

    book: CaseBook
    as_of: datetime


def read_live_cases(settings: Settings, now: datetime, *, with_ended: bool = False) -> KnownCases:
    """Read the cases that are not over, or all of them, without orders. Raises StoreError."""

    def read(con: duckdb.DuckDBPyConnection) -> KnownCases:
        return live_cases_from(con, _said(settings), now, with_ended=with_ended)

    return from_published(settings.store, read)


def read_named_cases(settings: Settings, now: datetime, case_ids: list[str]) -> KnownCases:
    """Read some cases, with their orders and their history. Raises StoreError."""
    return from_published(settings.store, lambda con: named_cases_from(con, _said(settings), now, case_ids))


def live_cases_from(
    con: duckdb.DuckDBPyConnection, said: pl.DataFrame, now: datetime, *, with_ended: bool = False
) -> KnownCases:
    """Read the cases that are not over, or all of them, without orders, as all that was `said` makes them."""
    cases = sql.read(con, "cases/shown/select_listed_cases", {"with_ended": with_ended})
    return _known(con, said, now, CaseBook(cases.cast(CASES), _no_orders(), _no_history()))


def named_cases_from(
    con: duckdb.DuckDBPyConnection, said: pl.DataFrame, now: datetime, case_ids: list[str]
) -> KnownCases:
    """Read some cases, with their orders and their history, as all that was `said` makes them."""
    with registered(con, "asked_cases", pl.DataFrame({"case_id": case_ids, "is_whole": True})):
        cases = sql.read(con, "cases/shown/select_named_cases").cast(CASES)
        orders = sql.read(con, "cases/step/select_case_orders").cast(CASE_ORDERS)
        history = sql.read(con, "cases/shown/select_named_history").cast(CASE_HISTORY)
    return _known(con, said, now, CaseBook(cases, orders, history))


def _said(settings: Settings) -> pl.DataFrame:
    # What speaks with databases takes a third of a second to import.
    from orderhealth_pipeline.desk.reading import read_said_at

    return read_said_at(settings.desk_address)


def _known(con: duckdb.DuckDBPyConnection, said: pl.DataFrame, now: datetime, book: CaseBook) -> KnownCases:
    ((evaluated_at,),) = sql.run(con, "cases/shown/select_evaluated_at")
    # An evaluation may be ahead of the clock: a simulated one, or one that --ahead made.
    as_of = max(now, evaluated_at) if evaluated_at else now
    return KnownCases(brought_up(book, said, as_of), as_of)


def _no_orders() -> pl.DataFrame:
    return pl.DataFrame(schema=CASE_ORDERS)


def _no_history() -> pl.DataFrame:
    return pl.DataFrame(schema=CASE_HISTORY)
