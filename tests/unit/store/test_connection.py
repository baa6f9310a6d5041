"""How the store is opened: with the cores that the process may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.store.file.connection import open_store


def test_a_process_of_a_fleet_lets_duckdb_have_its_share_of_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "3")
    with open_store(tmp_path / "store.duckdb") as con:
        assert con.execute("select current_setting('threads')").fetchall() == [(3,)]


@pytest.mark.parametrize("written", ["", "0", "many"])
def test_without_a_share_it_takes_what_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", written)
    with open_store(tmp_path / "store.duckdb") as con:
        ((threads,),) = con.execute("select current_setting('threads')").fetchall()
    assert threads >= 1
