"""The cases that the store keeps: those that a step may change, and writing what it changed.

What belongs here: reading and writing them, and the findings that they are made of. What does not: what
becomes of a case (cases/).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.cases.case_frames import (
    ACTED,
    CASE_HISTORY,
    CASE_ORDERS,
    CASES,
    CAUSE,
    TOLD,
    CaseBook,
    is_live,
)
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.working import insert, replace_all

_TABLES: Final = ("cases", "case_orders", "case_history")


@dataclass(frozen=True)
class CaseRule:
    """Where a rule's findings say what their cause is, and since when it lasts.

    `cause_evidence` and `begins_evidence` name pieces of evidence, `cause_column` is what the order says.
    """

    rule_id: str
    cause_column: str
    cause_evidence: tuple[str, ...]
    begins_evidence: tuple[str, ...]


def read_found(con: duckdb.DuckDBPyConnection, rules: Sequence[CaseRule], promise: timedelta) -> pl.DataFrame:
    """Read the findings that may make cases: FOUND without what the rules say themselves, and points.

    `promise` is how long after it was paid an order has to be sent that promises nothing else.
    """
    return sql.read(con, "cases/step/select_found", {"promise": promise}, rules=rules)


def read_whole_book(con: duckdb.DuckDBPyConnection) -> CaseBook:
    """Read all cases, with all that ever happened to them."""
    return CaseBook(*(_all(con, table) for table in _TABLES))


def read_book(con: duckdb.DuckDBPyConnection, causes: pl.DataFrame, spoken: pl.DataFrame) -> CaseBook:
    """Read the cases that a step may change, where `causes` (CAUSE) wait, and `spoken` (case_id) of.

    Of cases that are over, that end now, or that people may have closed, all orders are read that were ever
    in them. Their history is what people said.
    """
    with registered(con, "found_causes", causes), registered(con, "spoken_cases", spoken):
        cases = sql.read(con, "cases/step/select_cases")
    cases = cases.cast(CASES)
    goes_on = cases.filter(is_live()).join(causes, on=CAUSE, how="semi", nulls_equal=True)
    goes_on = goes_on.join(spoken, on="case_id", how="anti")
    asked = cases.select("case_id", is_whole=~pl.col("case_id").is_in(goes_on["case_id"].implode()))
    with registered(con, "asked_cases", asked):
        orders = sql.read(con, "cases/step/select_case_orders")
        history = sql.read(con, "cases/step/select_heard")
    return CaseBook(cases, orders.cast(CASE_ORDERS), history.cast(CASE_HISTORY))


def newest_event(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when anything happened to any case last, people's words aside."""
    ((newest,),) = sql.run(con, "cases/step/select_newest_event")
    at: datetime | None = newest
    return at


def read_spoken_cases(con: duckdb.DuckDBPyConnection, new_words: pl.DataFrame) -> pl.DataFrame:
    """Read which cases words (SAID) speak of: case_id."""
    with registered(con, "new_words", new_words):
        return sql.read(con, "cases/step/select_spoken_cases")


def read_told(con: duckdb.DuckDBPyConnection, as_of: datetime) -> pl.DataFrame:
    """Read when people were first sent a message about live cases that they had not been told of (TOLD)."""
    told = sql.read(con, "cases/step/select_told_cases", {"as_of": as_of})
    return told.cast(TOLD)


def read_acted(con: duckdb.DuckDBPyConnection, as_of: datetime) -> pl.DataFrame:
    """Read when the first action of each case was sent (ACTED)."""
    acted = sql.read(con, "cases/step/select_acted_cases", {"as_of": as_of})
    return acted.cast(ACTED)


def read_closed(
    con: duckdb.DuckDBPyConnection, case_ids: Collection[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read some cases (case_id, rule_id, cause_kind), and all stays of orders in them (CASE_ORDERS)."""
    asked = pl.DataFrame({"case_id": sorted(case_ids)}, schema={"case_id": pl.String}).with_columns(
        is_whole=pl.lit(value=True)
    )
    with registered(con, "asked_cases", asked):
        cases = sql.read(con, "cases/step/select_closed_cases")
        orders = sql.read(con, "cases/step/select_case_orders")
    return cases, orders.cast(CASE_ORDERS)


def taken_numbers(con: duckdb.DuckDBPyConnection, numbers: Collection[str]) -> set[str]:
    """Return which of some numbers are those of cases."""
    asked = pl.DataFrame({"case_id": list(numbers)}, schema={"case_id": pl.String})
    with registered(con, "asked_cases", asked):
        return {name for (name,) in sql.run(con, "cases/step/select_taken_numbers")}


def replace_book(con: duckdb.DuckDBPyConnection, book: CaseBook) -> None:
    """Replace all cases; response times have to be measured anew."""
    sql.run(con, "store/file/delete_all", table="response_times")
    for table, rows in zip(_TABLES, (book.cases, book.orders, book.history), strict=True):
        replace_all(con, table, rows)


def write_book(con: duckdb.DuckDBPyConnection, before: CaseBook, after: CaseBook) -> pl.DataFrame:
    """Write what a step made of the cases that were read for it; return the changed, as they were and are."""
    cases, stays = _changed(before.cases, after.cases), _changed(before.orders, after.orders)
    with registered(con, "changed_cases", cases.select("case_id")):
        sql.run(con, "cases/write/delete_cases")
    insert(con, "cases", cases)
    with registered(con, "changed_stays", stays.select("case_id", "order_id", "joined_at")):
        sql.run(con, "cases/write/delete_case_orders")
    insert(con, "case_orders", stays)
    insert(con, "case_history", after.history[before.history.height :])
    return pl.concat([cases, before.cases.join(cases, on="case_id", how="semi")])


def read_measured_cases(con: duckdb.DuckDBPyConnection, changed: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Make measured_weeks: the groups of response times that may have changed; return all cases of these."""
    with registered(con, "changed_cases", changed.select("rule_id", "owner", "opened_at")):
        sql.run(con, "cases/write/find_measured_weeks", {"zone": zone})
    cases = sql.read(con, "cases/write/select_measured_cases", {"zone": zone})
    return cases.cast(CASES)


def write_response_times(con: duckdb.DuckDBPyConnection, times: pl.DataFrame) -> None:
    """Replace the response times of the groups in measured_weeks."""
    sql.run(con, "cases/write/delete_response_times")
    insert(con, "response_times", times)


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    return after.join(before, on=after.columns, how="anti", nulls_equal=True)


def _all(con: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    schemas = dict(zip(_TABLES, (CASES, CASE_ORDERS, CASE_HISTORY), strict=True))
    rows = sql.read(con, "store/file/select_all", table=table)
    return rows.cast(schemas[table])
