"""Given files to load, each is looked at while the one before it is loaded, and no further ahead."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.files.discover import FeedFile, feed_files
from orderhealth_pipeline.ingest.files.look_ahead import look_ahead


@pytest.fixture
def files(tmp_path: Path) -> list[FeedFile]:
    for day in (1, 2, 3):
        (tmp_path / f"payments_2026-11-0{day}.csv").write_text(f"payment_id\nP{day}\n", encoding="utf-8")
    return feed_files(tmp_path, "payments")


def test_every_file_comes_with_its_look_in_the_order_of_the_files(files: list[FeedFile]) -> None:
    looks = [(file, look.result()) for file, look in look_ahead(files, {})]

    assert [file for file, _ in looks] == files
    hashes = [look.facts.content_hash for _, look in looks if look.facts is not None]
    assert len(set(hashes)) == 3


def test_a_file_whose_stamp_is_known_is_not_read(files: list[FeedFile]) -> None:
    (_, first), *_ = look_ahead(files, {})
    known: dict[tuple[str, str], str | None] = {(files[0].feed, files[0].name): first.result().stamp}

    (_, known_one), (_, other), _ = look_ahead(files, known)

    assert known_one.result().facts is None
    assert other.result().facts is not None


def test_only_the_next_file_is_looked_at_meanwhile(files: list[FeedFile]) -> None:
    looks = look_ahead(files, {})
    _, first = next(looks)
    first.result()
    files[2].path.write_text("payment_id\nwritten meanwhile\n", encoding="utf-8")
    expected = len("payment_id\nwritten meanwhile\n")

    *_, (_, last) = looks

    facts = last.result().facts
    assert facts is not None
    assert facts.size == expected


def test_a_file_that_went_away_stops_no_other(files: list[FeedFile]) -> None:
    files[1].path.unlink()

    (_, first), (_, gone), (_, last) = look_ahead(files, {})

    assert first.result().facts is not None
    assert last.result().facts is not None
    with pytest.raises(FileNotFoundError):
        gone.result()


def test_nothing_to_load_is_nothing_to_look_at() -> None:
    assert list(look_ahead([], {})) == []
