"""Where a store can lie and where not, who sees it, and what becomes of what others planted there."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from tests.integration.cli.conftest import AS_OF, Answer, Call


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def run(orderhealth: Call, feeds: Path) -> Call:
    def run_with(store: Path) -> Answer:
        return orderhealth("run", "--feeds", feeds, "--as-of", AS_OF, "--store", store)

    return run_with


@pytest.mark.parametrize(
    "name", ["feeds.duckdb", "Working.duckdb", "main.db", "snapshot.duckdb", "temp", "system.x.y"]
)
def test_a_name_that_means_something_else_is_refused(run: Call, tmp_path: Path, name: str) -> None:
    answer = run(tmp_path / "place" / name)
    assert answer.code == 2
    assert name in answer.err
    assert not (tmp_path / "place").exists()


@pytest.mark.parametrize("length", [245, 300])
def test_a_name_that_is_too_long_is_no_traceback(run: Call, tmp_path: Path, length: int) -> None:
    answer = run(tmp_path / f"{'x' * length}.duckdb")
    assert answer.code == 4
    assert "too long" in answer.err
    assert "Traceback" not in answer.err


def test_a_store_may_lie_among_the_feeds(orderhealth: Call, feeds: Path, tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    shutil.copytree(feeds, folder)
    call = ("run", "--feeds", folder, "--as-of", AS_OF, "--store", folder / "shop.duckdb", "--json")
    first, second = orderhealth(*call), orderhealth(*call)
    assert (first.code, second.code) == (0, 0)
    assert '"unread": []' in second.out


def test_what_is_made_is_for_its_owner_alone(run: Call, tmp_path: Path) -> None:
    store = tmp_path / "new" / "folder" / "shop.duckdb"
    assert run(store).code == 0
    made = {path.name: mode(path) for path in store.parent.iterdir()}
    assert made == dict.fromkeys(("shop.duckdb", "shop.published.duckdb", "shop.duckdb.secret"), 0o600)
    assert (mode(store.parent), mode(store.parent.parent)) == (0o700, 0o700)


def test_modes_that_somebody_gave_stay(run: Call, orderhealth: Call, feeds: Path, tmp_path: Path) -> None:
    store, published = tmp_path / "shop.duckdb", tmp_path / "shop.published.duckdb"
    tmp_path.chmod(0o755)
    run(store)
    store.chmod(0o640)
    published.chmod(0o644)
    for call in ("run", "run", "rebuild"):
        assert orderhealth(call, "--feeds", feeds, "--as-of", AS_OF, "--store", store).code == 0
        assert (mode(store), mode(published), mode(tmp_path)) == (0o640, 0o644, 0o755)


@pytest.mark.parametrize(
    "name",
    ["shop.duckdb.new", "shop.published.duckdb.new", "shop.published.duckdb.spare", "shop.duckdb.secret.new"],
)
def test_nothing_is_written_through_a_link_that_somebody_planted(
    run: Call, tmp_path: Path, name: str
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    (tmp_path / name).symlink_to(victim)
    assert run(tmp_path / "shop.duckdb").code == 0
    assert victim.read_text() == "theirs"


def test_a_first_run_that_cannot_publish_leaves_nothing(run: Call, tmp_path: Path) -> None:
    (tmp_path / "shop.published.duckdb" / "theirs").mkdir(parents=True)
    answer = run(tmp_path / "shop.duckdb")
    assert answer.code == 4
    assert "shop.published.duckdb: Is a directory" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["shop.published.duckdb"]


def test_a_linked_folder_for_temporary_files_keeps_what_is_in_it(run: Call, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "orderhealth-x").write_text("theirs")
    (tmp_path / "shop.duckdb.tmp").symlink_to(theirs)
    assert run(tmp_path / "shop.duckdb").code == 0
    assert [path.name for path in theirs.iterdir()] == ["orderhealth-x"]
