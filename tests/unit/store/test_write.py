"""Given findings at one instant after another, each keeps when it was first seen, last seen and resolved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from orderhealth_pipeline.declared.order_columns import hidden_columns
from orderhealth_pipeline.frames import FINDINGS_SCHEMA
from orderhealth_pipeline.orders.wishes.dispatch import QUEUE
from orderhealth_pipeline.rules.system_facts import ORPHANS
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.working import create_orders
from orderhealth_pipeline.store.write import DetailsKept, RunTables, newest_run, write_run

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
_DETAILS = {
    "rule_results": pl.DataFrame(
        {"rule_id": ["late"], "outcome": "hit", "evaluated": 2, "open": 1, "explained": 0, "weight": 0.5}
    ),
    "score_attribution": pl.DataFrame({"dimension": ["rule"], "value": "late", "points": 10}),
    "system_funnel": pl.DataFrame({"step": ["placed"], "orders": 2}),
    "top_orders": pl.DataFrame({"rank": [1], "order_id": "A", "p": 0.5}),
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
    blind: tuple[str, ...] = (),
    closed: tuple[str, ...] = (),
    kept: DetailsKept | None = None,
) -> None:
    rows = [(order, rule, "payment", "high", "open", None, '{"value":1}') for order, rule in found]
    columns = dict.fromkeys((*hidden_columns(), "changed_in", "buyer_id", "address_key"), 1)
    orders = [{**columns, "order_id": order, "is_active": order not in closed} for order in "AB"]
    score = {"score": 90, "confidence": 1, "active_orders": 2, "profile": "everyday"}
    create_orders(con, pl.DataFrame(orders))
    write_run(
        con,
        RunTables(
            as_of=as_of,
            findings=pl.DataFrame(rows, schema=FINDINGS_SCHEMA, orient="row"),
            blind_rules=blind,
            present={
                "source_freshness": pl.DataFrame({"feed": ["payments"], "rows": [1], "state": ["fresh"]}),
                "unknown_words": pl.DataFrame(
                    {"feed": ["payments"], "column_name": ["status"], "word": ["?"], "rows": [1]}
                ),
                "reconciliation_breaks": pl.DataFrame(schema=ORPHANS),
                "dispatch_queue": pl.DataFrame(schema=QUEUE),
            },
            history={"health_score": pl.DataFrame([score]), **_DETAILS},
            details_kept=kept,
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
    write(con, NOON + HOUR, blind=("late", "gap"), closed=("B",))
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
    write(con, NOON + 2 * HOUR, blind=("late",))
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


def test_old_details_are_kept_of_the_last_run_of_each_day_and_every_score(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Noon UTC is 20:00 in Shanghai: the day there ends at 16:00 UTC, four hours later."""
    runs = [NOON + hours * HOUR for hours in (0, 3, 4, 5, 25, 27, 28, 30)]
    newest = runs[-1]
    for as_of in runs:
        write(con, as_of, kept=DetailsKept(as_of - 24 * HOUR, ZoneInfo("Asia/Shanghai")))

    expected = [(runs[1],), (runs[3],), *((each,) for each in runs[4:])]
    for table in _DETAILS:
        assert con.execute(f"select as_of from {table} order by as_of").fetchall() == expected, table
    assert con.execute("select count(*) from health_score").fetchall() == [(len(runs),)]

    write(con, newest, kept=DetailsKept(newest - 24 * HOUR, ZoneInfo("Asia/Shanghai")))
    assert con.execute("select as_of from rule_results order by as_of").fetchall() == expected


def test_details_as_old_as_they_are_kept_stay(con: duckdb.DuckDBPyConnection) -> None:
    for as_of in (NOON, NOON + HOUR):
        write(con, as_of)
    write(con, NOON + 2 * HOUR, kept=DetailsKept(NOON, ZoneInfo("UTC")))
    assert con.execute("select count(*) from rule_results").fetchall() == [(3,)]
