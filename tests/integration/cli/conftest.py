"""What the tests of the command line share: calling it as a person does, and a shop to call it on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from orderhealth_pipeline.cli import main
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation

AS_OF: Final = "2026-11-10T20:00:00+08:00"
PROGRAM: Final = Path(sys.executable).with_name("orderhealth")


@dataclass(frozen=True)
class Answer:
    """What a call gave: its exit code and both of its outputs."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]


def call_program(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Answer:
    """Call the installed program in a process of its own."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def orderhealth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the program's own entry in this process, in an empty folder; a traceback fails the test."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> Answer:
        monkeypatch.setattr(sys, "argv", ["orderhealth", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ending:
            main()
        out, err = capsys.readouterr()
        code = ending.value.code
        assert code is None or isinstance(code, int)
        return Answer(code or 0, out, err)

    return call


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds that all tests of a process share, through the fixture feeds."""
    folder = tmp_path_factory.mktemp("shop") / "feeds"
    write_simulation(simulate("promo_eve", 600, 2), folder)
    return folder


@pytest.fixture
def feeds(shop: Path) -> Iterator[Path]:
    """The feeds of a simulated shop on the eve of a promotion, exported at AS_OF: to be read or copied.

    A test that writes into them fails here, and not the next one, which reads what it left.
    """
    before = _files(shop)
    yield shop
    assert _files(shop) == before, "the test wrote into feeds that others read: copy them first"


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of change of every file in a folder, by its name."""
    return {entry.name: (entry.lstat().st_size, entry.lstat().st_mtime_ns) for entry in folder.iterdir()}


@pytest.fixture(scope="session")
def store(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store into which these feeds were run; only to be read or copied."""
    folder = tmp_path_factory.mktemp("store")
    answer = call_program("run", "--feeds", shop, "--as-of", AS_OF, "--store", "s.duckdb", cwd=folder)
    assert answer.code == 0, answer.err
    return folder / "s.duckdb"


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def own_store(store: Path, tmp_path: Path) -> Path:
    """A store of one's own; its published copy, which exports read, is changed by tests."""
    shutil.copytree(store.parent, tmp_path / "shop")
    return tmp_path / "shop" / store.name
