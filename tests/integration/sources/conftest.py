"""Real servers that records are fetched from, one of each for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.mariadb_server import running_mariadb
from tests.postgresql_server import running_server

DATABASES = [
    pytest.param("postgresql", marks=pytest.mark.postgres),
    pytest.param("mariadb", marks=pytest.mark.postgres),
]


@dataclass(frozen=True)
class Database:
    """A database of a real server: its address, and a way to change it."""

    kind: str
    address: str
    execute: Callable[..., list[tuple[Any, ...]]]

    @property
    def instant(self) -> str:
        """The type of a column with instants in UTC."""
        return "timestamptz" if self.kind == "postgresql" else "datetime(6)"


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Any]]:
    """Hold what was started, until the last test is done."""
    started: dict[str, Any] = {}
    yield started
    for each in started.values():
        each[0].__exit__(None, None, None)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, servers: dict[str, Any]) -> Database:
    """A database without tables."""
    kind = request.param
    if kind not in servers:
        context = running_server() if kind == "postgresql" else running_mariadb()
        servers[kind] = (context, context.__enter__())
    server = servers[kind][1]
    if kind == "postgresql":
        server.execute("postgres", "drop database if exists shop with (force)", "create database shop")
        return Database(kind, server.address("shop"), lambda *each: server.execute("shop", *each))
    for (table,) in server.execute("show tables"):
        server.execute(f"drop table `{table}`")
    server.execute("alter database erp character set utf8mb4")

    def execute(*statements: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = [server.execute(each) for each in statements][-1]
        return rows

    return Database(kind, server.address, execute)
