"""Given transactions that commit late, in any order, no row is lost that is late within the overlap."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from sqlalchemy import make_url

from orderhealth_pipeline.settings import read_settings
from orderhealth_pipeline.sources.pull import pull_source
from tests.integration.sources.conftest import Database

START = datetime(2026, 11, 10, 3, tzinfo=UTC)
INTERLEAVINGS = int(os.environ.get("ORDERHEALTH_EXAMPLES", "4"))
OVERLAP_MINUTES = 15
CONFIGURATION = """
timezone: UTC
sources:
  shop:
    type: sql
    url: "${SHOP}"
    overlap: 15m
    tables:
      storefront_orders: {table: orders, watermark: updated_at}
"""


def connect(database: Database) -> Any:
    url = make_url(database.address)
    if database.kind == "postgresql":
        return psycopg.connect(database.address)
    return pymysql.connect(
        host="127.0.0.1", port=url.port or 0, user=url.username, password=url.password or "", database="erp"
    )


@pytest.fixture
def connections(database: Database) -> Any:
    """Four sessions that may hold transactions open side by side."""
    opened = [connect(database) for _ in range(4)]
    yield opened
    for each in opened:
        each.close()


def insert(con: Any, order_id: str, minute: int) -> None:
    at = f"2026-11-10 {3 + minute // 60:02}:{minute % 60:02}:00"
    con.cursor().execute(f"insert into orders values ('{order_id}', '{at}', 'paid', 1, '{at}')")


def one_history(
    chance: random.Random, connections: list[Any], pull: Callable[[int], object], name: str
) -> set[str]:
    """Write orders in transactions that end in any order, and pull in between; return what was committed."""
    committed: set[str] = set()
    open_since: dict[int, tuple[int, list[str]]] = {}
    for minute in range(1, 40, 2):
        for number, con in enumerate(connections):
            began, orders = open_since.get(number, (minute, []))
            must_end = minute - began >= OVERLAP_MINUTES - 3
            if orders and (must_end or chance.random() < 0.2):
                # One in six gives up.
                if chance.random() < 0.16:
                    con.rollback()
                else:
                    con.commit()
                    committed |= set(orders)
                del open_since[number]
            elif chance.random() < 0.4:
                order_id = f"{name}-{minute}-{number}"
                insert(con, order_id, minute)
                open_since[number] = (began, [*orders, order_id])
        if chance.random() < 0.35:
            pull(minute)
    for number, con in enumerate(connections):
        con.commit()
        committed |= set(open_since.get(number, (0, []))[1])
    pull(41)
    return committed


def test_no_row_is_lost_that_commits_within_the_overlap(
    database: Database, connections: list[Any], tmp_path: Path
) -> None:
    instant = database.instant
    database.execute(
        f"create table orders (order_id varchar(40), placed_at {instant}, status varchar(20), "
        f"amount numeric(12, 2), updated_at {instant})"
    )
    for seed in range(INTERLEAVINGS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        (folder / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
        settings = read_settings(folder / "orderhealth.yml", {"SHOP": database.address})

        def pull(minute: int, settings: Any = settings) -> None:
            now = START + timedelta(minutes=minute)
            assert pull_source(settings, "shop", now=now, sleep=lambda _: None).trouble is None

        database.execute("delete from orders")
        committed = one_history(random.Random(seed), connections, pull, f"S{seed}")
        landed = {
            line.split(",")[0].strip('"')
            for file in (folder / "feeds").glob("*.csv")
            for line in file.read_text(encoding="utf-8").splitlines()[1:]
        }
        assert landed == committed, f"seed {seed}"
