"""Given that an instant of the past is recorded again, the cases are those of then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.said import Said
from tests.integration.chain.chain import Rows, rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEADER = "order_id,shop,buyer_id,placed_at,status,amount,province,street,phone,updated_at\n"
TABLES = ("cases", "case_orders", "case_history", "response_times")


def order(number: int, street: str, at: datetime) -> str:
    placed = "2026-11-10T10:00:00+08:00"
    return f"A{number},T,U{number},{placed},paid,99.00,浙江省,{street},13812345678,{at.isoformat()}\n"


def tables_of(store: Path) -> dict[str, Rows]:
    return {table: rows_of(store, f"select * from {table}") for table in TABLES}


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    folder.mkdir()
    return folder


def test_a_past_instant_that_is_recorded_shows_the_cases_of_then(feeds: Path, tmp_path: Path) -> None:
    store, desk = tmp_path / "s.duckdb", Desk(str(tmp_path / "s.desk.db"))
    before = NOON - HOUR
    steps = (
        HEADER + order(1, "文三路", before) + order(2, "学院路", before),
        HEADER + order(1, "文三路1号", NOON + HOUR / 2),
        HEADER + order(1, "文三路", NOON + 3 * HOUR / 2) + order(3, "学院路", NOON + 3 * HOUR / 2),
        HEADER + order(2, "学院路8号", NOON + 5 * HOUR / 2),
    )
    seen: list[dict[str, Rows]] = []
    for number, text in enumerate(steps):
        (feeds / f"storefront_orders_{number}.csv").write_text(text, encoding="utf-8")
        run_chain(feeds, store, NOON + number * HOUR)
        seen.append(tables_of(store))
        if number == 0:
            ((first,), *_) = rows_of(store, "select case_id from cases where cause = 'A2'")
            desk.say(Said("case_acknowledged", "Wang", "x", NOON + HOUR / 4, "case", first))
            desk.say(Said("case_assigned", "Wang", "x", NOON + 9 * HOUR / 4, "case", first, what="Li"))
    assert len({str(each["cases"]) for each in seen}) == len(steps)

    run_chain(feeds, store, NOON + 3 * HOUR)
    assert tables_of(store) == seen[3]
    run_chain(feeds, store, NOON + HOUR)
    assert tables_of(store) == seen[3], "a look back records nothing"
    run_chain(feeds, store, NOON + HOUR, records_past=True)
    assert tables_of(store) == seen[1]
    run_chain(feeds, store, NOON + 2 * HOUR, records_past=True)
    assert tables_of(store) == seen[2]
