"""Given a store that is busy, damaged, newer or none at all, the program says so and leaves it as it is."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest

from orderhealth_pipeline.store.file.connection import open_store
from tests.integration.cli.broken_stores import BROKEN, Spoil, held_by_another_process, of_something_else
from tests.integration.cli.conftest import AS_OF, Call, files_below

WAY_OUT = "rebuild it from the kept feeds: `orderhealth rebuild`, with the options of your `orderhealth run`."


@pytest.mark.parametrize(("spoil", "message"), BROKEN.values(), ids=BROKEN)
def test_a_store_that_cannot_be_used_is_left_as_it_is_and_the_way_out_is_told(
    store: Path, feeds: Path, tmp_path: Path, orderhealth: Call, spoil: Spoil, message: str
) -> None:
    spoil(Path(shutil.copy(store, tmp_path / "s.duckdb")))
    before = files_below(tmp_path)
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--store", "s.duckdb", "--json")
    assert (answer.code, answer.out) == (4, "")
    assert "s.duckdb: " in answer.err
    assert message in answer.err
    assert WAY_OUT in answer.err
    assert files_below(tmp_path) == before


def test_somebody_elses_database_is_no_store(
    store: Path, feeds: Path, tmp_path: Path, orderhealth: Call
) -> None:
    of_something_else(Path(shutil.copy(store, tmp_path / "s.duckdb")))
    before = files_below(tmp_path)
    answer = orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--store", "s.duckdb")
    assert answer.code == 4
    assert "s.duckdb: no store of this program, it is a DuckDB file of something else" in answer.err
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


def test_who_writes_waits_for_those_that_only_look_for_a_moment(store: Path, tmp_path: Path) -> None:
    looked_at = Path(shutil.copy(store, tmp_path / "s.duckdb"))
    with ExitStack() as looking:
        looking.enter_context(held_by_another_process(looked_at, to_write=False))
        Timer(0.5, looking.close).start()
        with open_store(looked_at) as con:
            assert con.execute("select count(*) from health_score").fetchone() == (1,)


def test_the_published_snapshot_is_reported_while_the_store_is_busy(
    store: Path, tmp_path: Path, orderhealth: Call
) -> None:
    busy = Path(shutil.copy(store, tmp_path / "s.duckdb"))
    shutil.copy(store.with_name("s.published.duckdb"), tmp_path)
    with held_by_another_process(busy):
        answer = orderhealth("report", "--store", busy, "--out", "r")
    assert answer.code == 0, answer.err
    assert (tmp_path / "r" / "risk-report.html").is_file()


def test_a_damaged_snapshot_is_no_hindrance(store: Path, tmp_path: Path, orderhealth: Call) -> None:
    shutil.copy(store, tmp_path / "s.duckdb")
    (tmp_path / "s.published.duckdb").write_bytes(b"no snapshot")
    assert orderhealth("report", "--store", "s.duckdb", "--out", "r").code == 0
    assert (tmp_path / "r" / "risk-report.html").is_file()


@pytest.mark.parametrize("call", ["report", "evaluate"])
def test_a_store_that_is_not_there(feeds: Path, tmp_path: Path, orderhealth: Call, call: str) -> None:
    options = ("--out", "r") if call == "report" else ("--truth", feeds / "truth.csv")
    answer = orderhealth(call, "--store", "s.duckdb", *options)
    assert answer.code == 4
    assert "s.duckdb: there is no store yet. Run `orderhealth run --feeds DIR" in answer.err
    assert files_below(tmp_path) == {}
