"""A merchant's own rule files lie over those that the fleet shares, file by file."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.fleet.layered_rules import lay_over, origin_of


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    (folder / "payment").mkdir(parents=True)
    (folder / "payment" / "a.yml").write_text("shared a")
    (folder / "payment" / "b.yml").write_text("shared b")
    return folder


def own(tmp_path: Path, **texts: str) -> Path:
    folder = tmp_path / "own"
    (folder / "payment").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / "payment" / f"{name}.yml").write_text(text)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.rglob("*.yml")}


def test_without_own_files_the_shared_folder_is_used_itself(shared: Path, tmp_path: Path) -> None:
    assert lay_over(shared, tmp_path / "own", tmp_path / "into") == shared


def test_an_own_file_takes_the_place_of_the_shared_one_and_others_join_them(
    shared: Path, tmp_path: Path
) -> None:
    layered = lay_over(shared, own(tmp_path, a="own a", c="own c"), tmp_path / "into")
    assert contents(layered) == {"a.yml": "own a", "b.yml": "shared b", "c.yml": "own c"}


def test_files_that_come_and_go_count_at_the_next_time(shared: Path, tmp_path: Path) -> None:
    into, overlay = tmp_path / "into", own(tmp_path, a="own a")
    lay_over(shared, overlay, into)
    (overlay / "payment" / "a.yml").unlink()
    (shared / "payment" / "b.yml").unlink()
    (shared / "payment" / "d.yml").write_text("shared d")
    assert contents(lay_over(shared, overlay, into)) == {"a.yml": "shared a", "d.yml": "shared d"}


def test_a_mistake_is_told_with_the_file_that_a_person_wrote(shared: Path, tmp_path: Path) -> None:
    overlay = own(tmp_path, a="own a")
    layered = lay_over(shared, overlay, tmp_path / "into")
    text = origin_of(f"{layered / 'payment' / 'a.yml'}:3: unknown key", layered)
    assert text == f"{overlay / 'payment' / 'a.yml'}:3: unknown key"
