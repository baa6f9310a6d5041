"""Given a fresh store beside the old one, they are exchanged, and nobody else comes in between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.file.exchange import exchange, kept_from_others, stamp_of


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A broken store with its log, and what is to take its place."""
    for name, text in {
        "shop.duckdb": "old",
        "shop.duckdb.wal": "old log",
        "shop.published.duckdb": "old copy",
        "shop.duckdb.new": "new",
        "shop.published.duckdb.new": "new copy",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "shop.duckdb"


def texts(store: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(store.parent.iterdir())}


def test_the_old_store_is_kept_with_its_log(store: Path) -> None:
    assert exchange(store) == store.with_name("shop.before-rebuild-1.duckdb")
    assert texts(store) == {
        "shop.before-rebuild-1.duckdb": "old",
        "shop.before-rebuild-1.duckdb.wal": "old log",
        "shop.duckdb": "new",
        "shop.published.duckdb": "new copy",
    }


@pytest.mark.parametrize("taken", ["shop.before-rebuild-1.duckdb", "shop.before-rebuild-1.duckdb.wal"])
def test_an_older_one_is_never_overwritten(store: Path, taken: str) -> None:
    store.with_name(taken).write_text("older", encoding="utf-8")
    assert exchange(store) == store.with_name("shop.before-rebuild-2.duckdb")
    assert texts(store)[taken] == "older"
    assert texts(store)["shop.before-rebuild-2.duckdb"] == "old"


@pytest.mark.parametrize("missing", ["shop.duckdb.new", "shop.published.duckdb.new"])
def test_an_exchange_that_fails_puts_the_old_store_back(store: Path, missing: str) -> None:
    store.with_name(missing).unlink()
    with pytest.raises(FileNotFoundError):
        exchange(store)
    left = texts(store)
    assert (left["shop.duckdb"], left["shop.duckdb.wal"]) == ("old", "old log")
    assert not any("before-rebuild" in name for name in left)


def test_nobody_else_opens_a_store_that_is_kept_from_others(tmp_path: Path) -> None:
    store = tmp_path / "shop.duckdb"
    with open_store(store):
        pass
    opening = [sys.executable, "-c", "import duckdb, sys; duckdb.connect(sys.argv[1])", str(store)]
    with kept_from_others(store, stamp_of(store)):
        refused = subprocess.run(opening, capture_output=True, text=True, check=False)
    assert "Could not set lock" in refused.stderr
    assert subprocess.run(opening, check=False).returncode == 0


def test_a_store_that_has_changed_since_it_was_read_is_left_alone(store: Path) -> None:
    stamp = stamp_of(store)
    store.write_text("changed", encoding="utf-8")
    with pytest.raises(StoreError, match="the store is busy"), kept_from_others(store, stamp):
        pytest.fail("nobody may come here")
