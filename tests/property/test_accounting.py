"""Read = new + known + replaced + rejected + ahead, to the row, whatever the files are like.

A few examples by default; `make test-long` tries ORDERHEALTH_EXAMPLES of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.rows.accounts import Account, accounts_of_loads, first_accounts
from orderhealth_pipeline.store.rows.freshness import count_freshness
from tests.ingest_files import AS_OF, CONTRACTS, LIMITS, SHANGHAI
from tests.property.hostile_payments import RUNS, File, SlowReader

EXAMPLES = int(os.environ.get("ORDERHEALTH_EXAMPLES", "12"))
NOTHING = Account(read=0, new=0, known=0, replaced=0, rejected=0, ahead=0)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One store for all examples, each in a transaction that is undone."""
    with open_store(tmp_path_factory.mktemp("store") / "store.duckdb") as con:
        yield con


def newest_load(con: duckdb.DuckDBPyConnection) -> int:
    ((number,),) = con.execute(statement("store/loads/select_newest_load")).fetchall()
    return int(number)


def load(con: duckdb.DuckDBPyConnection, folder: Path, files: list[File]) -> Account:
    """Put files into the folder as one run finds them, load them, and give the run's account."""
    for file in files:
        file.write(folder)
    before = newest_load(con)
    zones = {"payments": SHANGHAI}
    found = feed_files(folder, "payments")
    load_feed_files(con, found, CONTRACTS, zones=zones, as_of=AS_OF, read_again=True)
    if before == 0:
        return first_accounts(con, count_freshness(con, CONTRACTS, AS_OF, LIMITS, {}))["payments"]
    mark = EvaluationMark(AS_OF, before, "", 1, 1, [])
    return accounts_of_loads(con, CONTRACTS, mark, AS_OF).get("payments", NOTHING)


@given(RUNS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_accounted_for(con: duckdb.DuckDBPyConnection, runs: list[list[File]]) -> None:
    slow = SlowReader()
    con.begin()
    try:
        with TemporaryDirectory() as folder:
            for files in runs:
                account = asdict(load(con, Path(folder), files))
                expected = slow.run(files)
                assert account == {count: expected[count] for count in account}
                kept = count_freshness(con, CONTRACTS, AS_OF, LIMITS, {}).filter(feed="payments")
                (state,) = kept.select("rows", "replaced", "ahead", "rejected").rows(named=True)
                assert state == slow.state()
    finally:
        con.rollback()
