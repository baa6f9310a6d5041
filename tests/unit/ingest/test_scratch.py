"""Given a store, copies of its feed files lie beside it while they are read; the next run clears them."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
import weakref
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.ingest.files.scratch import HELD, scratch


def test_copies_lie_beside_the_store_and_go_away(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "shop.duckdb") as con:
        with scratch(con) as place:
            folder = place.folder
            (folder / "copy.csv").write_text("a copy", encoding="utf-8")
            assert folder.parent == tmp_path / "shop.duckdb.tmp"
            assert folder.name.startswith("orderhealth-")
        with pytest.raises(OSError, match="no space"), scratch(con):
            raise OSError("no space")
        assert [path.name for path in tmp_path.iterdir()] == ["shop.duckdb"]


def test_a_store_in_memory_has_no_place_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as con, scratch(con) as place:
        assert place.folder.is_dir()
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("in_file", [False, True], ids=["in memory", "in a file"])
def test_records_are_let_go_although_the_transaction_that_read_them_goes_on(*, in_file: bool) -> None:
    with duckdb.connect() as con:
        con.begin()
        con.execute("create table kept (number bigint, word varchar)")
        with scratch(con) as place:
            place.hold(con, "select 'first' as word union all select 'second'", in_file=in_file)
            con.execute(f"insert into kept select record_number, word from {HELD}")
            table = weakref.ref(place.records.table)
        assert table() is None
        with scratch(con) as place:
            place.hold(con, "select 'third' as word", in_file=in_file)
            con.execute(f"insert into kept select record_number, word from {HELD}")
        con.commit()
        assert con.execute("from kept order by all").fetchall() == [(0, "first"), (0, "third"), (1, "second")]


@pytest.mark.parametrize("in_file", [False, True], ids=["in memory", "in a file"])
def test_records_that_cannot_be_read_are_an_error_of_duckdb(*, in_file: bool) -> None:
    with duckdb.connect() as con, scratch(con) as place, pytest.raises(duckdb.Error, match="no record"):
        place.hold(con, "select error('no record') as word", in_file=in_file)


def test_records_in_a_file_may_be_read_again_in_the_same_scratch(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "shop.duckdb") as con, scratch(con) as place:
        for word in ("first", "second"):
            place.hold(con, f"select '{word} of many, too long to be kept in place' as word", in_file=True)
            assert con.execute(f"select split_part(word, chr(32), 1) from {HELD}").fetchall() == [(word,)]


def test_a_full_disk_leaves_a_connection_that_can_go_on() -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with duckdb.connect() as con, scratch(con) as place:
        con.begin()
        con.execute("create table kept (word varchar)")
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            with pytest.raises(OSError, match="too large") as stopped:
                place.hold(con, "select 'word' || n as word from range(20_000_000) numbers(n)", in_file=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        # What was raised is still there, as it is for whoever handles it.
        assert stopped.value.errno == errno.EFBIG
        con.execute("insert into kept values ('after')")
        con.commit()
        assert con.execute("from kept").fetchall() == [("after",)]


def test_holding_records_imports_no_pandas_because_an_alert_waits_for_it() -> None:
    program = (
        "import sys, duckdb; from orderhealth_pipeline.ingest.files.scratch import HELD, scratch\n"
        "with duckdb.connect() as con, scratch(con) as place:\n"
        "    place.hold(con, \"select 'one' as word\")\n"
        "    con.execute(f'select * from {HELD}').fetchall()\n"
        "sys.exit('pandas' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
