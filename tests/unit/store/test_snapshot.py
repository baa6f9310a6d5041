"""Given a store, its snapshot holds what others may read, and is replaced in one piece."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orderhealth_pipeline.declared.order_columns import hidden_columns
from orderhealth_pipeline.store.evaluation import write_mark
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.file.files import snapshot_path
from orderhealth_pipeline.store.publish.published import declared
from orderhealth_pipeline.store.publish.snapshot import publish_snapshot
from orderhealth_pipeline.store.working import create_orders, insert_orders

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "shop.duckdb"


@pytest.fixture
def con(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_store(store) as connection:
        write_orders(connection, 1, "A")
        yield connection


def order(order_id: str, number: int) -> dict[str, object]:
    other = dict.fromkeys((*hidden_columns(), "changed_in", "buyer_id", "address_key"), 0)
    return {**other, "order_id": order_id, "changed_in": number}


def write_orders(con: duckdb.DuckDBPyConnection, number: int, *orders: str) -> None:
    """Write all orders, as the full evaluation `number` does."""
    create_orders(con, pl.DataFrame([order(each, number) for each in orders]))
    write_mark(con, NOON, "rules", number, number)


def add_order(con: duckdb.DuckDBPyConnection, number: int, order_id: str, complete_since: int = 1) -> None:
    """Write one more order, as the evaluation `number` of what changed does."""
    insert_orders(con, pl.DataFrame([order(order_id, number)]))
    write_mark(con, NOON, "rules", number, complete_since)


def published(store: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(snapshot_path(store)), read_only=True) as snapshot:
        return snapshot.execute(query).fetchall()


def test_a_snapshot_lies_beside_its_store() -> None:
    assert snapshot_path(Path("data/orderhealth.duckdb")) == Path("data/orderhealth.published.duckdb")


def test_the_snapshot_is_read_while_the_store_is_open(store: Path, con: duckdb.DuckDBPyConnection) -> None:
    publish_snapshot(con, store)
    assert published(store, "select order_id, as_of from order_fact") == [("A", NOON)]


def test_a_new_snapshot_takes_the_place_of_one_that_is_being_read(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    publish_snapshot(con, store)
    with duckdb.connect(str(snapshot_path(store)), read_only=True) as reader:
        add_order(con, 2, "B")
        publish_snapshot(con, store)
        assert reader.execute("select count(*) from order_fact").fetchall() == [(1,)]
    assert published(store, "select count(*) from order_fact") == [(2,)]
    assert sorted(file.name for file in store.parent.iterdir() if ".new" in file.name) == []


def test_a_spare_gets_what_changed_since_it_was_published(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    for number, order_id in ((2, "B"), (3, "C"), (4, "D")):
        publish_snapshot(con, store)
        add_order(con, number, order_id)
    spare = snapshot_path(store).with_name("shop.published.duckdb.spare")
    spare_is_now = spare.stat().st_ino
    publish_snapshot(con, store)
    assert snapshot_path(store).stat().st_ino == spare_is_now
    assert published(store, "select order_id from order_fact order by 1") == [("A",), ("B",), ("C",), ("D",)]


def test_after_a_full_evaluation_the_file_of_the_last_snapshot_is_copied(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    publish_snapshot(con, store)
    write_orders(con, 2, *(f"{number:02}" for number in range(20)))
    publish_snapshot(con, store)
    last = snapshot_path(store).stat()
    con.execute("delete from working.orders where order_id = '00'")
    add_order(con, 3, "00", complete_since=2)
    publish_snapshot(con, store)
    assert published(store, "select orders from working.replaced_orders") == [(1,)]
    assert published(store, "select count(*), count(distinct order_id) from order_fact") == [(20, 20)]
    spare = snapshot_path(store).with_name("shop.published.duckdb.spare").stat()
    assert (spare.st_ino, spare.st_mtime_ns) == (last.st_ino, last.st_mtime_ns)


def test_a_spare_of_which_a_tenth_was_replaced_is_copied_anew(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    write_orders(con, 2, *(f"{number:02}" for number in range(20)))
    replaced = []
    for number in range(3, 10):
        publish_snapshot(con, store)
        replaced += published(store, "select orders from working.replaced_orders")
        con.execute("delete from working.orders where order_id = '00'")
        add_order(con, number, "00")
    # Two files take turns, so each gets what changed in two evaluations; one began as a copy of the other.
    assert replaced == [(0,), (1,), (1,), (2,), (2,), (0,), (1,)]
    assert published(store, "select count(*) from order_fact") == [(20,)]


def test_a_spare_from_before_a_full_evaluation_is_copied_anew(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    for number in (2, 3):
        publish_snapshot(con, store)
        add_order(con, number, f"B{number}")
    write_orders(con, 4, "A")
    publish_snapshot(con, store)
    assert published(store, "select order_id from order_fact") == [("A",)]


def test_a_spare_of_a_store_that_is_no_more_is_copied_anew(tmp_path: Path) -> None:
    store = tmp_path / "shop.duckdb"
    for orders in (("A", "B"), ("Y", "Z")):
        with open_store(store) as con:
            for number, order_id in enumerate(orders, 1):
                write_orders(con, number, order_id)
                publish_snapshot(con, store)
        assert published(store, "select order_id from order_fact") == [(orders[-1],)]
        store.unlink()


def test_a_spare_from_after_the_backup_that_was_put_back_is_copied_anew(tmp_path: Path) -> None:
    store, backup = tmp_path / "shop.duckdb", tmp_path / "backup"
    with open_store(store) as con:
        write_orders(con, 1, "A")
        publish_snapshot(con, store)
    shutil.copy(store, backup)
    for additions in (("B", "C"), ("Y", "Z")):
        shutil.copy(backup, store)
        for number, order_id in enumerate(additions, 2):
            with open_store(store) as con:
                add_order(con, number, order_id)
                publish_snapshot(con, store)
            ordered = published(store, "select order_id from order_fact order by 1")
            assert ordered == [(each,) for each in ("A", *additions[: number - 1])]


@pytest.mark.slow  # a process of its own reads the spare
def test_a_spare_that_is_still_being_read_is_left_to_its_reader(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    publish_snapshot(con, store)
    reading = f"""
import duckdb
reader = duckdb.connect({str(snapshot_path(store))!r}, read_only=True)
print("open", flush=True)
input()
print(reader.execute("select count(*) from order_fact").fetchall())
"""
    reader = subprocess.Popen(
        [sys.executable, "-c", reading], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    for number in (2, 3, 4):
        add_order(con, number, f"B{number}")
        publish_snapshot(con, store)
    said, _ = reader.communicate("\n", timeout=60)
    assert said == "[(1,)]\n"
    assert published(store, "select count(*) from order_fact") == [(4,)]


def test_what_a_dead_run_left_half_copied_is_replaced(store: Path, con: duckdb.DuckDBPyConnection) -> None:
    snapshot_path(store).with_name("shop.published.duckdb.new").write_bytes(b"half a snapshot")
    publish_snapshot(con, store)
    assert published(store, "select order_id, as_of from order_fact") == [("A", NOON)]


def test_what_order_fact_hides_is_not_published(store: Path, con: duckdb.DuckDBPyConnection) -> None:
    publish_snapshot(con, store)
    shown = [*con.table("order_fact").columns[:-1]]
    assert [name for name, *_ in published(store, "describe working.orders")] == shown
    assert not {*hidden_columns(), "buyer_number", "address_number"} & {*shown}


def test_feeds_are_not_published(store: Path, con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table feeds.customers as select 'Li' as buyer_id")
    publish_snapshot(con, store)
    assert published(store, "select count(*) from duckdb_tables() where schema_name = 'feeds'") == [(0,)]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (
            {"order_id": "A7", "receiver": "李雷", "phone": "13812345678", "amount": "1,5x", "remark": ""},
            {"order_id": "A7", "receiver": "李***", "phone": "138****5678", "amount": "1***", "remark": ""},
        ),
        ({"order_id": "13812345678", "sku": "王小二"}, {"order_id": "138****5678", "sku": "王***"}),
        ({"waybill_no": "tel 0571-88886666"}, {"waybill_no": "t***"}),
        (["shifted", "13812345678"], None),
        (None, None),
    ],
)
def test_a_rejected_row_is_published_without_what_names_a_person(
    store: Path, con: duckdb.DuckDBPyConnection, row: object, shown: object
) -> None:
    con.execute(
        "insert into rejected_rows (feed, file, line, reason, row, rejected_at) "
        "values ('f', 'f.csv', 2, $reason, $row, now())",
        {
            "reason": "phone: a text expected: '138 1234 5678'",
            "row": None if row is None else json.dumps(row),
        },
    )
    publish_snapshot(con, store)
    ((reason, kept),) = published(store, "select reason, row from rejected_rows")
    assert reason == "phone: a text expected: '138****5678'"
    assert (None if kept is None else json.loads(str(kept))) == shown


def test_addresses_are_published_as_hashes_that_stay_the_same(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    street = "浙江省|杭州市|西湖区|学府路1号"
    create_orders(con, pl.DataFrame([{**order(each, 1), "address_key": street} for each in "AB"]))
    publish_snapshot(con, store)
    ((first,), (second,)) = published(store, "select address_key from order_fact order by order_id")
    assert first == second
    assert len(str(first)) == 24
    secret = store.with_name("shop.duckdb.secret")
    assert secret.stat().st_mode & 0o777 == 0o600
    insert_orders(con, pl.DataFrame([{**order("C", 2), "address_key": street}]))
    write_mark(con, NOON, "rules", 2, 1)
    publish_snapshot(con, store)
    assert published(store, "select distinct address_key from order_fact") == [(first,)]
    assert con.execute("select distinct address_key from order_fact").fetchall() == [(street,)]


def test_a_lost_secret_is_made_anew_for_all_orders_together(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    for _ in range(2):
        publish_snapshot(con, store)
    before = published(store, "select address_key from order_fact")
    store.with_name("shop.duckdb.secret").unlink()
    add_order(con, 2, "B")
    publish_snapshot(con, store)
    after = published(store, "select distinct address_key from order_fact")
    assert len(after) == 1
    assert after != before


def test_an_unknown_word_that_is_a_persons_data_is_published_masked(
    store: Path, con: duckdb.DuckDBPyConnection
) -> None:
    words = ["待发货", "WAIT_BUYER_PAY", "王小二", "王大力", "13812345678", "文三路 478 号"]
    rows = ", ".join(f"('storefront_orders', 'status', '{word}', 1)" for word in words)
    con.execute(f"insert into unknown_words values {rows}")
    publish_snapshot(con, store)
    assert published(store, "select word, rows from unknown_words order by word") == [
        ("138****5678", 1),
        ("WAIT_BUYER_PAY", 1),
        ("待发货", 1),
        ("文***", 1),
        ("王***", 2),
    ]


def test_the_published_copy_has_the_tables_that_are_declared_and_no_other(
    con: duckdb.DuckDBPyConnection, store: Path
) -> None:
    publish_snapshot(con, store)
    with duckdb.connect(snapshot_path(store), read_only=True) as copy:
        tables = copy.execute("select table_name from information_schema.tables").fetchall()
    assert {name for (name,) in tables} == declared().tables
