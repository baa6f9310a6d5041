"""Small files that are loaded together leave the store as if each had been loaded by itself.

A few examples by default; `make test-long` tries ORDERHEALTH_EXAMPLES of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderhealth_pipeline.ingest.files.discover import FeedFile, feed_files
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.ingest.text import small_batch, small_files
from orderhealth_pipeline.store.file.connection import open_store
from tests.ingest_files import AS_OF, CONTRACTS, PAYMENTS, SHANGHAI, payment
from tests.property.hostile_payments import RUNS, File

EXAMPLES: Final = int(os.environ.get("ORDERHEALTH_EXAMPLES", "6"))
TABLES: Final = ("feeds.payments", "feeds.loads", "rejected_rows")
ORDERS: Final = "order_id,shop,placed_at,status,amount,updated_at"
NO_PRESSURE: Final = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One store for all examples, each in a transaction that is undone."""
    with open_store(tmp_path_factory.mktemp("store") / "store.duckdb") as con:
        yield con


def load(con: duckdb.DuckDBPyConnection, feed: str, files: Sequence[FeedFile]) -> list[LoadedFile]:
    return load_feed_files(con, files, CONTRACTS, zones={feed: SHANGHAI}, as_of=AS_OF, read_again=True)


def tables(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[list[tuple[Any, ...]]]:
    """Read tables whole, those that are there."""
    there = {f"feeds.{name}" for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    return [
        con.execute(f"from {name} order by all").fetchall()
        for name in names
        if name in there or not name.startswith("feeds.")
    ]


Kept = tuple[list[LoadedFile], list[list[tuple[Any, ...]]]]


def loaded_in_runs(
    con: duckdb.DuckDBPyConnection, runs: Sequence[dict[str, bytes]], feed: str, *, together: bool
) -> list[Kept]:
    """Load what arrives run by run, and look at the store after each."""
    kept = []
    con.begin()
    try:
        with TemporaryDirectory() as folder:
            for files in runs:
                for name, content in files.items():
                    (Path(folder) / name).write_bytes(content)
                    os.utime(Path(folder) / name, (0, 0))
                found = feed_files(Path(folder), feed)
                parts = [found] if together else [[each] for each in found]
                loaded = [file for part in parts for file in load(con, feed, part)]
                kept.append((loaded, tables(con, (f"feeds.{feed}", *TABLES[1:]))))
    finally:
        con.rollback()
    return kept


ROWS = st.builds(
    lambda number, amount, hour, quote: payment(
        f"P{number}",
        amount=amount,
        updated_at=f"2026-11-10T{hour:02d}:00:00" if hour else "",
        method=quote,
    ),
    st.integers(0, 40),
    st.sampled_from(["1", "2", "2", "2", "x", ""]),
    st.integers(0, 3),
    st.sampled_from(["alipay", "alipay", "支付宝", '"a,b"', '"open', 'an " inch', '"two\nlines"']),
)
GOOD = st.builds(
    lambda number, hour: payment(f"P{number}", updated_at=f"2026-11-10T{hour:02d}:00:00"),
    st.integers(0, 4000),
    st.integers(0, 23),
)
LINES = st.lists(GOOD, max_size=4) | st.lists(GOOD | ROWS | st.sampled_from(["", "P1,short"]), max_size=4)
TEXTS = st.builds(
    lambda header, lines, end, encoding: (end.join([header, *lines]) + end).encode(encoding),
    st.sampled_from([PAYMENTS] * 6 + [PAYMENTS.upper(), PAYMENTS + ",note"]),
    LINES,
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"]),
) | st.binary(max_size=8)
NAMES = st.integers(0, 30).map(lambda number: f"payments_{number}.csv")
PLAIN_RUNS = st.lists(st.dictionaries(NAMES, TEXTS, max_size=12), min_size=1, max_size=3)


@given(PLAIN_RUNS)
@NO_PRESSURE
def test_many_small_files_are_as_one_by_one(
    con: duckdb.DuckDBPyConnection, runs: list[dict[str, bytes]]
) -> None:
    alone = loaded_in_runs(con, runs, "payments", together=False)
    assert loaded_in_runs(con, runs, "payments", together=True) == alone


ORDER_TEXTS = st.lists(
    st.builds(
        lambda number, shop, updated: (
            f"O{number},{shop},2026-11-10 20:00:00,paid,5,2026-11-10 2{updated}:00:00"
        ),
        st.integers(0, 30),
        st.sampled_from(["A", "A", "A", "B", ""]),
        st.integers(0, 3),
    ),
    max_size=3,
).map(lambda lines: "\n".join([ORDERS, *lines]).encode())
ORDER_NAMES = st.integers(0, 30).map(lambda number: f"storefront_orders_{number}.csv")


@given(st.lists(st.dictionaries(ORDER_NAMES, ORDER_TEXTS, max_size=10), min_size=1, max_size=2))
@NO_PRESSURE
def test_conflicts_between_shops_are_as_one_by_one(
    con: duckdb.DuckDBPyConnection, runs: list[dict[str, bytes]]
) -> None:
    alone = loaded_in_runs(con, runs, "storefront_orders", together=False)
    assert loaded_in_runs(con, runs, "storefront_orders", together=True) == alone


@given(RUNS)
@NO_PRESSURE
def test_hostile_files_are_as_one_by_one(con: duckdb.DuckDBPyConnection, runs: list[list[File]]) -> None:
    kept = []
    for together in (False, True):
        con.begin()
        try:
            with TemporaryDirectory() as folder:
                for files in runs:
                    for file in files:
                        file.write(Path(folder))
                    for path in Path(folder).iterdir():
                        os.utime(path, (0, 0))
                    found = feed_files(Path(folder), "payments")
                    for part in [found] if together else [[each] for each in found]:
                        load(con, "payments", part)
                kept.append(tables(con, TABLES))
        finally:
            con.rollback()
    assert kept[0] == kept[1]


@pytest.mark.parametrize(
    "bad", ["", "Q,O1,yesterday,1,,succeeded,", "Q,O1", 'Q,O1,,1,"a "b" c",succeeded,', "Q,,,1,,succeeded,"]
)
def test_small_files_are_loaded_together_whatever_is_rejected_of_them(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    tried: list[int] = []

    def watched(*arguments: Any) -> list[LoadedFile]:
        loaded = small_batch.load_first(*arguments)
        tried.append(len(loaded))
        return loaded

    monkeypatch.setattr(small_files, "load_first", watched)
    texts = {
        f"payments_{number:03d}.csv": "\n".join([PAYMENTS, payment(f"P{number}"), *filter(None, [bad]), ""])
        for number in range(600)
    }
    files = {name: text.encode() for name, text in texts.items()}
    ((loaded, (_, loads, rejected)),) = loaded_in_runs(con, [files], "payments", together=True)
    assert tried == [256, 256, 88]
    assert [file.rejected_rows for file in loaded] == [int(bool(bad))] * 600
    assert (len(loads), len(rejected)) == (600, 600 if bad else 0)


def test_no_more_is_kept_of_small_files_than_of_others(con: duckdb.DuckDBPyConnection) -> None:
    bad = "\n".join([PAYMENTS, *(f"Q{number},O1,yesterday,1,,succeeded," for number in range(400)), ""])
    files = {f"payments_{number}.csv": bad.encode() for number in range(7)}
    alone = loaded_in_runs(con, [files], "payments", together=False)
    assert loaded_in_runs(con, [files], "payments", together=True) == alone
