"""Given a store, copies of its feed files lie beside it while they are read; the next run clears them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.ingest.scratch import scratch_folder


def test_copies_lie_beside_the_store_and_go_away(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "shop.duckdb") as con:
        with scratch_folder(con) as folder:
            (folder / "copy.csv").write_text("a copy", encoding="utf-8")
            assert folder.parent == tmp_path / "shop.duckdb.tmp"
            assert folder.name.startswith("orderhealth-")
        with pytest.raises(OSError, match="no space"), scratch_folder(con):
            raise OSError("no space")
        assert [path.name for path in tmp_path.iterdir()] == ["shop.duckdb"]


def test_a_store_in_memory_has_no_place_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as con, scratch_folder(con) as folder:
        assert folder.is_dir()
        assert list(tmp_path.iterdir()) == []
