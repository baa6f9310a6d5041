"""Desks in both databases: a SQLite file, and a PostgreSQL database of its own for every test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql_server import PostgreSQL, running_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with running_server() as server:
        yield server


@pytest.fixture
def database(postgresql: PostgreSQL) -> str:
    """The name of a new, empty database."""
    name = f"desk_{uuid.uuid4().hex}"
    postgresql.execute("postgres", f"create database {name}")
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def desk_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a desk may be that nothing was said at yet."""
    if request.param == "sqlite":
        return str(tmp_path / "orderhealth.desk.db")
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.address(request.getfixturevalue("database"))
