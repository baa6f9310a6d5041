"""What the tests of the Olist export share: the oracle, and the feeds that the adapter makes of the files."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.integration.olist.adapter_feeds import FEEDS, adapter_statement
from tests.integration.olist.plain_sql import open_olist_files, open_oracle, rule_weights


@pytest.fixture(scope="session")
def oracle() -> Iterator[duckdb.DuckDBPyConnection]:
    """The oracle over the real files, with the weights of the expectation files."""
    with open_oracle(rule_weights()) as connection:
        yield connection


@pytest.fixture(scope="session")
def feeds() -> Iterator[duckdb.DuckDBPyConnection]:
    """The real files and, one table each, the feeds that the adapter makes of them."""
    with open_olist_files() as connection:
        for feed in FEEDS:
            connection.execute(f"create table {feed} as {adapter_statement(feed)}")
        yield connection
