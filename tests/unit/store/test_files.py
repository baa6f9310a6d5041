"""Given what a dead process left beside a store, who opens the store next clears it away, and only that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.store.file.connection import open_store
from tests.integration.docs.pages import CHECKOUT

OPEN_AND_WRITE = """
import sys, time
from pathlib import Path
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.store.file.connection import open_store

print("ready", flush=True)
sys.stdin.readline()
while True:
    try:
        with open_store(Path(sys.argv[1])) as con:
            con.execute("insert into unknown_words values ('payments', 'status', $1, 1)", [sys.argv[2]])
        break
    except StoreError as error:
        assert "busy" in str(error), error
        time.sleep(0.005)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "shop.duckdb"


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def write_rows(con: duckdb.DuckDBPyConnection, *words: str) -> None:
    con.executemany(
        "insert into unknown_words values ('payments', 'status', $1, 1)", [[word] for word in words]
    )


def words(store: Path) -> list[str]:
    with duckdb.connect(store, read_only=True) as con:
        return [word for (word,) in con.execute("select word from unknown_words order by all").fetchall()]


def test_half_made_files_and_copies_of_feeds_are_cleared_away(store: Path) -> None:
    with open_store(store) as con:
        write_rows(con, "kept")
    for name in (
        "shop.duckdb.new",
        "shop.duckdb.new.wal",
        "shop.duckdb.new.new",
        "shop.published.duckdb.new",
        "shop.published.duckdb.new.wal",
        "shop.duckdb.tmp/duckdb_temp_4711_0_owner",
        "shop.duckdb.tmp/orderhealth-abc/payments.csv",
    ):
        (store.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (store.parent / name).write_bytes(b"half")
    with open_store(store):
        assert names(store.parent) == ["shop.duckdb"]
    assert words(store) == ["kept"]


def test_what_others_put_beside_a_store_stays(store: Path) -> None:
    for name in ("shop.duckdb.tmp/mine", "shop.before-rebuild-1.duckdb", "shop.notes", "other.duckdb.new"):
        (store.parent / name).parent.mkdir(exist_ok=True)
        (store.parent / name).write_bytes(b"mine")
    before = names(store.parent)
    with open_store(store):
        assert names(store.parent) == sorted([*before, "shop.duckdb"])


def test_a_second_name_of_the_store_from_an_exchange_that_was_cut_short_is_removed(store: Path) -> None:
    with open_store(store) as con:
        write_rows(con, "kept")
    os.link(store, store.with_name("shop.before-rebuild-1.duckdb"))
    with open_store(store):
        assert names(store.parent) == ["shop.duckdb"]
    assert words(store) == ["kept"]


@pytest.mark.parametrize("size", [0, 100, 4096, 8192])
def test_a_process_that_died_while_it_made_a_store_left_no_damaged_one(store: Path, size: int) -> None:
    with open_store(store):
        pass
    half = store.read_bytes()[:size]
    store.unlink()
    store.with_name("shop.duckdb.new").write_bytes(half)
    with open_store(store) as con:
        write_rows(con, "first")
    assert words(store) == ["first"]


def test_a_store_has_its_tables_as_soon_as_it_is_there(store: Path) -> None:
    making = subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WRITE, store, "word"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert making.stdout is not None
    assert making.stdin is not None
    assert making.stdout.readline() == b"ready\n"
    making.stdin.write(b"\n")
    making.stdin.flush()
    while not store.exists():
        pass
    making.kill()
    making.communicate()
    assert set(words(store)) <= {"word"}


def test_of_several_processes_that_make_the_same_store_one_does(store: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_AND_WRITE, store, word],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        for word in "abc"
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    complaints = [process.communicate(b"\n", timeout=60)[1] for process in processes]
    assert complaints == [b"", b"", b""]
    assert words(store) == ["a", "b", "c"]
    assert names(store.parent) == ["shop.duckdb"]
