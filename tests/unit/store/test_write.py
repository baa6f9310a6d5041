"""Given findings at one instant after another, each keeps when it was first seen, last seen and resolved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orderhealth_pipeline.frames import FINDINGS_SCHEMA
from orderhealth_pipeline.store.connection import open_store
from orderhealth_pipeline.store.working import create_orders
from orderhealth_pipeline.store.write import RunTables, newest_run, write_run

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
_LEFT_OUT = {
    "changed_in": 1,
    "open_tickets": 0,
    "was_ever_paid": True,
    "is_refunded": False,
    "is_returned": False,
}
Line = tuple[str | None, str, str, datetime, datetime, datetime | None]


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_store(tmp_path / "store.duckdb") as connection:
        yield connection


def write(
    con: duckdb.DuckDBPyConnection,
    as_of: datetime,
    *found: tuple[str | None, str],
    unknown: tuple[str, ...] = (),
    closed: tuple[str, ...] = (),
) -> None:
    rows = [(order, rule, "payment", "high", "open", None, '{"value":1}') for order, rule in found]
    orders = [
        {"order_id": order, "is_active": order not in closed, "first_outbound_at": None, **_LEFT_OUT}
        for order in "AB"
    ]
    score = {"score": 90, "confidence": 1, "active_orders": 2, "profile": "everyday"}
    create_orders(con, pl.DataFrame(orders))
    write_run(
        con,
        RunTables(
            as_of=as_of,
            findings=pl.DataFrame(rows, schema=FINDINGS_SCHEMA, orient="row"),
            unknown_rules=unknown,
            source_freshness=pl.DataFrame({"feed": ["payments"], "rows": [1], "state": ["fresh"]}),
            unknown_words=pl.DataFrame(
                {"feed": ["payments"], "column_name": ["status"], "word": ["?"], "rows": [1]}
            ),
            history={"health_score": pl.DataFrame([score])},
        ),
    )


def findings(con: duckdb.DuckDBPyConnection) -> list[Line]:
    con.execute("set timezone = 'UTC'")
    return con.execute(
        "select order_id, rule_id, state, first_seen_at, last_seen_at, resolved_at from findings"
    ).fetchall()


def test_a_finding_keeps_the_instant_it_was_first_seen(con: duckdb.DuckDBPyConnection) -> None:
    write(con, NOON, ("A", "late"))
    write(con, NOON + HOUR, ("A", "late"))
    assert findings(con) == [("A", "late", "open", NOON, NOON + HOUR, None)]


def test_what_is_not_found_any_more_is_resolved(con: duckdb.DuckDBPyConnection) -> None:
    write(con, NOON, ("A", "late"), (None, "gap"))
    write(con, NOON + HOUR)
    write(con, NOON + 2 * HOUR)
    assert findings(con) == [
        ("A", "late", "resolved", NOON, NOON, NOON + HOUR),
        (None, "gap", "resolved", NOON, NOON, NOON + HOUR),
    ]


def test_what_comes_back_is_open_again(con: duckdb.DuckDBPyConnection) -> None:
    write(con, NOON, ("A", "late"))
    write(con, NOON + HOUR)
    write(con, NOON + 2 * HOUR, ("A", "late"))
    assert findings(con) == [("A", "late", "open", NOON, NOON + 2 * HOUR, None)]


def test_a_rule_that_has_become_unknown_resolves_nothing(con: duckdb.DuckDBPyConnection) -> None:
    write(con, NOON, ("A", "late"), ("B", "late"), (None, "gap"))
    write(con, NOON + HOUR, unknown=("late", "gap"), closed=("B",))
    assert findings(con) == [
        ("A", "late", "open", NOON, NOON, None),
        ("B", "late", "resolved", NOON, NOON, NOON + HOUR),
        (None, "gap", "open", NOON, NOON, None),
    ]
    write(con, NOON + 2 * HOUR)
    assert {state for _, _, state, *_ in findings(con)} == {"resolved"}


def test_what_was_resolved_stays_so_when_its_rule_becomes_unknown(con: duckdb.DuckDBPyConnection) -> None:
    write(con, NOON, ("A", "late"))
    write(con, NOON + HOUR)
    write(con, NOON + 2 * HOUR, unknown=("late",))
    assert findings(con) == [("A", "late", "resolved", NOON, NOON, NOON + HOUR)]


def test_looking_back_findings_first_seen_later_have_not_happened(con: duckdb.DuckDBPyConnection) -> None:
    write(con, NOON, ("A", "late"))
    write(con, NOON + 2 * HOUR, ("A", "late"), ("B", "late"))
    write(con, NOON + HOUR)
    assert findings(con) == [("A", "late", "resolved", NOON, NOON + HOUR, NOON + HOUR)]


def test_the_same_run_again_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    write(con, NOON, ("A", "late"))
    before = findings(con), con.execute("select * from health_score").fetchall()
    write(con, NOON, ("A", "late"))
    assert (findings(con), con.execute("select * from health_score").fetchall()) == before


def test_the_newest_run_is_the_newest_instant_not_the_last_written(con: duckdb.DuckDBPyConnection) -> None:
    assert newest_run(con) is None
    write(con, NOON + HOUR)
    write(con, NOON)
    assert newest_run(con) == NOON + HOUR
