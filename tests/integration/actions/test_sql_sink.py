"""Given a table in a real database, an action is a row of it once, whatever becomes of the connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from orderhealth_pipeline.respond.actions.settings import SinkSettings
from orderhealth_pipeline.respond.sinks.sink import NotDoneError, Parcel, RefusedError
from orderhealth_pipeline.respond.sinks.sql_sink import SqlSink
from tests.mariadb_server import MariaDB, running_mariadb
from tests.postgresql_server import PostgreSQL, running_server

T = datetime(2026, 11, 10, 4, tzinfo=UTC)
Execute = Callable[[str], list[Any]]


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    with running_server() as server:
        server.execute("postgres", "create database erp")
        yield server


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    with running_mariadb() as server:
        yield server


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgres),
        pytest.param("mariadb", marks=pytest.mark.postgres),
    ]
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Execute]]:
    """The address of a database, and a way to look into it."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'erp.db'}"

        def execute(statement: str) -> list[Any]:
            engine = create_engine(address)
            with engine.begin() as con:
                found = con.execute(text(statement))
                rows = [tuple(row) for row in found] if found.returns_rows else []
            engine.dispose()
            return rows

        yield address, execute
    elif request.param == "postgresql":
        postgres: PostgreSQL = request.getfixturevalue("postgresql")
        yield postgres.address("erp"), lambda statement: postgres.execute("erp", statement)
        postgres.execute("erp", "drop table if exists missing_orders")
    else:
        maria: MariaDB = request.getfixturevalue("mariadb")
        yield maria.address, maria.execute
        maria.execute("drop table if exists missing_orders")


def sink(address: str, table: str = "missing_orders") -> SqlSink:
    return SqlSink("erp", SinkSettings.model_validate({"type": "sql", "url": address, "table": table}))


def parcel(key: str = "resync_order/paid_not_in_erp/1/A") -> Parcel:
    told = json.dumps({"order_id": "订单'); drop table missing_orders; --", "amount": "10.00"})
    return Parcel("a1", key, "resync_order", "A", "paid_not_in_erp", "261110-001", T, told)


def test_the_table_is_made_and_has_each_action_once(database: tuple[str, Execute]) -> None:
    address, execute = database
    for _ in range(2):
        sink(address).send([parcel()], T)
        sink(address).send([parcel(), parcel("k2")], T)
    rows = execute("select idempotency_key, order_id, payload from missing_orders order by 1")
    assert [row[0] for row in rows] == ["k2", "resync_order/paid_not_in_erp/1/A"]
    assert json.loads(rows[1][2]) == json.loads(parcel().payload)


def test_of_a_table_that_is_there_only_its_columns_are_filled(database: tuple[str, Execute]) -> None:
    address, execute = database
    execute(
        "create table missing_orders (idempotency_key varchar(200) primary key, order_id varchar(50), "
        "done_at timestamp null)"
    )
    sink(address).send([parcel()], T)
    assert execute("select order_id, done_at from missing_orders") == [("A", None)]


def test_a_table_without_the_key_is_refused(database: tuple[str, Execute]) -> None:
    address, execute = database
    execute("create table missing_orders (order_id varchar(50))")
    with pytest.raises(RefusedError, match="no column idempotency_key"):
        sink(address).send([parcel()], T)


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_is_not_there_did_nothing_and_no_password_is_told(scheme: str) -> None:
    with pytest.raises(NotDoneError) as caught:
        sink(f"{scheme}://shop:s3cret-pass@127.0.0.1:9/erp").send([parcel()], T)
    assert "s3cret-pass" not in str(caught.value)
