"""Given a store that is busy, damaged, newer or none at all, the program says so and leaves it as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.integration.cli.conftest import AS_OF, Call, files_below


def _random(file: Path) -> None:
    file.write_bytes(os.urandom(20_000))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _cut(share: float) -> Callable[[Path], None]:
    def cut(file: Path) -> None:
        file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])

    return cut


def _scrambled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 5
    content[middle : 3 * middle] = os.urandom(2 * middle)
    file.write_bytes(content)


def _newer(file: Path) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute("update store_version set version = 99")


def _of_something_else(file: Path) -> None:
    file.unlink()
    with duckdb.connect(str(file)) as con:
        con.execute("create table findings (a integer)")


def _text(file: Path) -> None:
    file.write_text("a,b\n1,2\n", encoding="utf-8")


FAULTS = {
    "random bytes": (_random, "damaged or no DuckDB file"),
    "no bytes": (_empty, "damaged or no DuckDB file"),
    "the first hundredth": (_cut(0.01), "damaged or no DuckDB file"),
    "the first third": (_cut(0.33), "damaged or no DuckDB file"),
    "a scrambled middle": (_scrambled, "damaged or no DuckDB file"),
    "a newer version": (_newer, "written by a newer version (store version 99"),
    "a DuckDB file of something else": (_of_something_else, "no store of this program"),
    "text": (_text, "damaged or no DuckDB file"),
}


@pytest.mark.parametrize(("spoil", "message"), FAULTS.values(), ids=FAULTS)
def test_a_store_that_cannot_be_used_is_left_as_it_is(
    store: Path,
    feeds: Path,
    tmp_path: Path,
    orderhealth: Call,
    spoil: Callable[[Path], None],
    message: str,
) -> None:
    spoil(Path(shutil.copy(store, tmp_path / "s.duckdb")))
    before = files_below(tmp_path)
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--store", "s.duckdb", "--json")
    assert (answer.code, answer.out) == (4, "")
    assert "s.duckdb: " in answer.err
    assert message in answer.err
    assert files_below(tmp_path) == before


def test_a_csv_file_is_no_store(feeds: Path, tmp_path: Path, orderhealth: Call) -> None:
    shutil.copy(feeds / "payments.csv", tmp_path / "payments.csv")
    before = files_below(tmp_path)
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--store", "payments.csv")
    assert answer.code == 4
    assert "payments.csv: no store of this program" in answer.err
    assert files_below(tmp_path) == before


def test_a_store_below_a_file_cannot_be_made(feeds: Path, tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--store", "taken/s.duckdb")
    assert answer.code == 4
    assert "taken/s.duckdb: the store's folder cannot be made" in answer.err


@contextmanager
def held_by_another_process(store: Path) -> Iterator[None]:
    """Another process has the store open for writing until the block ends."""
    program = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    try:
        yield
    finally:
        holder.communicate(timeout=30)


def test_a_busy_store_is_told_from_a_damaged_one(
    store: Path, feeds: Path, tmp_path: Path, orderhealth: Call
) -> None:
    busy = Path(shutil.copy(store, tmp_path / "s.duckdb"))
    with held_by_another_process(busy):
        for call in (
            ("run", "--feeds", feeds, "--as-of", AS_OF, "--store", busy),
            ("evaluate", "--store", busy, "--truth", feeds / "truth.csv"),
            ("report", "--store", busy, "--out", "r"),
        ):
            answer = orderhealth(*call)
            assert answer.code == 4
            assert "s.duckdb: the store is busy: another process is writing it" in answer.err


def test_the_published_snapshot_is_reported_while_the_store_is_busy(
    store: Path, tmp_path: Path, orderhealth: Call
) -> None:
    busy = Path(shutil.copy(store, tmp_path / "s.duckdb"))
    shutil.copy(store.with_name("s.published.duckdb"), tmp_path)
    with held_by_another_process(busy):
        answer = orderhealth("report", "--store", busy, "--out", "r")
    assert answer.code == 0, answer.err
    assert (tmp_path / "r" / "risk-report.html").is_file()


@pytest.mark.parametrize("call", ["report", "evaluate"])
def test_a_store_that_is_not_there(feeds: Path, tmp_path: Path, orderhealth: Call, call: str) -> None:
    options = ("--out", "r") if call == "report" else ("--truth", feeds / "truth.csv")
    answer = orderhealth(call, "--store", "s.duckdb", *options)
    assert answer.code == 4
    assert "s.duckdb: there is no store yet. Run `orderhealth run --feeds DIR" in answer.err
    assert files_below(tmp_path) == {}
