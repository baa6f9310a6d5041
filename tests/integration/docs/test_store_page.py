"""docs/store.md tells the tables, columns, queries and JSON keys that a run really leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.integration.docs.pages import CHECKOUT, Page, rows

# The project that is looked at runs once, and Great Expectations alone takes 5 seconds to import.
pytestmark = pytest.mark.slow

STORE = Page(CHECKOUT / "docs" / "store.md")
QUERIES = [block.text for block in STORE.blocks if block.language == "sql"]
TABLES = {
    cells[0].strip("`"): re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", cells[2]).split(";")[0])
    for heading in ("The present", "Every run", "What happened", "Cases")
    for cells in rows(STORE.section(heading))
}


@pytest.fixture(scope="module")
def published(scored_project: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(scored_project / "orderhealth.published.duckdb", read_only=True) as con:
        yield con


def test_every_published_table_is_described(published: duckdb.DuckDBPyConnection) -> None:
    assert set(TABLES) == {name for (name,) in published.sql("show tables").fetchall()} - {"store_version"}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_has_the_columns_that_are_described(table: str, published: duckdb.DuckDBPyConnection) -> None:
    described, columns = TABLES[table], published.table(table).columns
    assert sorted(described) == sorted(columns)
    assert table == "order_fact" or described == columns


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_page_gives_its_columns(query: str, published: duckdb.DuckDBPyConnection) -> None:
    assert published.sql(query).columns


def test_the_json_of_a_run_has_the_keys_that_are_described(scored_project: Path) -> None:
    result = json.loads((scored_project / "result.json").read_text(encoding="utf-8"))
    assert [cells[0].strip("`") for cells in rows(STORE.section("As a program sees it"))] == list(result)
