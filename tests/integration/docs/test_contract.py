"""docs/contract.md promises the tables, columns and JSON keys that a run really leaves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.integration.docs.pages import CHECKOUT, Page, rows

# The project that is looked at runs once, and Great Expectations alone takes 5 seconds to import.
pytestmark = pytest.mark.slow

PAGE = Page(CHECKOUT / "docs" / "contract.md")
TABLES = {
    cells[0].strip("`"): [part.strip() for part in re.sub(r"\([^)]*\)", "", cells[1]).split(",")]
    for cells in rows(PAGE.section("6. Tables of the store"))
}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_has_the_columns_that_others_may_read(table: str, scored_project: Path) -> None:
    with duckdb.connect(scored_project / "orderhealth.published.duckdb", read_only=True) as con:
        assert set(TABLES[table]) <= set(con.table(table).columns)


def test_the_json_of_a_run_has_the_promised_keys(scored_project: Path) -> None:
    promised = re.search(r"`(\{\"as_of\".*?)`\.", PAGE.section("2. Command line"))
    assert promised is not None
    keys = set(re.findall(r"\"(\w+)\"", promised.group(1)))
    told = json.loads((scored_project / "result.json").read_text(encoding="utf-8"))
    rule = next(iter(told["rules"].values()))
    assert keys <= set(told) | set(told["findings"]) | set(rule)
