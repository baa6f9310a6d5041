"""Compiled statements are kept where Python would keep compiled modules, and done without where it cannot."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from orderhealth_pipeline.resources import sql_folder
from orderhealth_pipeline.sql import environment


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the statements, and nothing compiled yet."""
    copy = tmp_path / "sql"
    shutil.copytree(sql_folder(), copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return copy


def statement(folder: Path) -> str:
    """One of them, as a process reads it that has read none before."""
    environment.cache_clear()
    return environment(folder).get_template("store/snapshot/checkpoint.sql").render()


def test_a_statement_is_compiled_once_and_again_where_it_changed(folder: Path) -> None:
    assert statement(folder) == statement(folder) == "checkpoint"
    (folder / "store" / "snapshot" / "checkpoint.sql").write_text("select 1", encoding="utf-8")
    assert statement(folder) == "select 1"
    assert len(list((folder / "__pycache__").iterdir())) == 1


def test_where_python_keeps_nothing_compiled_nothing_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert statement(folder) == "checkpoint"
    assert not (folder / "__pycache__").exists()


def test_where_nothing_can_be_written_a_statement_is_compiled_every_time(folder: Path) -> None:
    (folder / "__pycache__").write_text("no folder", encoding="utf-8")
    assert statement(folder) == "checkpoint"
