"""Given a store, its snapshot holds what others may read, and is replaced in one piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.store.connection import open_store
from orderhealth_pipeline.store.snapshot import publish_snapshot, snapshot_path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "shop.duckdb"


@pytest.fixture
def con(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_store(store) as connection:
        connection.execute("create table order_fact as select 'A' as order_id")
        yield connection


def published(store: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(snapshot_path(store)), read_only=True) as snapshot:
        return snapshot.execute(query).fetchall()


def test_a_snapshot_lies_beside_its_store() -> None:
    assert snapshot_path(Path("data/orderhealth.duckdb")) == Path("data/orderhealth.published.duckdb")


def test_the_snapshot_is_read_while_the_store_is_open(store: Path, con: duckdb.DuckDBPyConnection) -> None:
    publish_snapshot(con, store)
    assert published(store, "select * from order_fact") == [("A",)]


def test_a_new_snapshot_takes_the_place_of_one_that_is_being_read(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    publish_snapshot(con, store)
    with duckdb.connect(str(snapshot_path(store)), read_only=True) as reader:
        con.execute("insert into order_fact values ('B')")
        publish_snapshot(con, store)
        assert reader.execute("select count(*) from order_fact").fetchall() == [(1,)]
    assert published(store, "select count(*) from order_fact") == [(2,)]
    assert sorted(file.name for file in store.parent.iterdir() if ".new" in file.name) == []


def test_what_a_dead_run_left_half_copied_is_replaced(store: Path, con: duckdb.DuckDBPyConnection) -> None:
    snapshot_path(store).with_name("shop.published.duckdb.new").write_bytes(b"half a snapshot")
    publish_snapshot(con, store)
    assert published(store, "select * from order_fact") == [("A",)]


def test_feeds_are_not_published(store: Path, con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table feeds.customers as select 'Li' as buyer_id")
    publish_snapshot(con, store)
    assert published(store, "select count(*) from duckdb_tables() where schema_name = 'feeds'") == [(0,)]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (
            {"order_id": "A7", "receiver": "李雷", "phone": "13812345678", "amount": "1,5x", "remark": ""},
            {"order_id": "A7", "receiver": "***", "phone": "***", "amount": "1,5x", "remark": ""},
        ),
        ({"order_id": "13812345678", "sku": "+8613812345678"}, {"order_id": "***", "sku": "***"}),
        ({"waybill_no": "tel 0571-88886666"}, {"waybill_no": "tel ***"}),
        (["shifted", "13812345678"], None),
        (None, None),
    ],
)
def test_a_rejected_row_is_published_without_what_names_a_person(
    store: Path, con: duckdb.DuckDBPyConnection, row: object, shown: object
) -> None:
    con.execute(
        "insert into rejected_rows values ('f', 'f.csv', 2, $reason, $row, now())",
        {
            "reason": "phone: a text expected: '138 1234 5678'",
            "row": None if row is None else json.dumps(row),
        },
    )
    publish_snapshot(con, store)
    ((reason, kept),) = published(store, "select reason, row from rejected_rows")
    assert reason == "phone: a text expected: '***'"
    assert (None if kept is None else json.loads(str(kept))) == shown
