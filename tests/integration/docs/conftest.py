"""What a reader of the documents has before him: a checkout, and a project with a first run behind it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.docs.pages import CHECKOUT
from tests.real_data import REAL_DATA

Shell = Callable[[str, Path], str]

_NOT_IN_A_CHECKOUT = shutil.ignore_patterns(
    ".git", ".venv*", ".dagster_home", ".*_cache", ".hypothesis", ".coverage*", "__pycache__", "demo", "dist"
)
_LONGEST_SECONDS = 900


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout that commands may change, with what lies beside it (the real data) beside it."""
    copy = tmp_path / "checkout"
    shutil.copytree(CHECKOUT, copy, ignore=_NOT_IN_A_CHECKOUT)
    (copy / ".venv").symlink_to(sys.prefix)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "data").symlink_to(REAL_DATA)
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    return copy


@pytest.fixture(scope="module")
def scored_project(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `init` makes it, after its first run."""
    folder = tmp_path_factory.mktemp("projects")
    shell("orderhealth init my-shop --tier mature\ncd my-shop\norderhealth run --json > result.json", folder)
    return folder / "my-shop"


@pytest.fixture
def project(scored_project: Path, tmp_path: Path) -> Path:
    """A copy of that project that commands may change."""
    return shutil.copytree(scored_project, tmp_path / "project")


@pytest.fixture(scope="session")
def shell() -> Shell:
    """Run a script as a reader would, and give what it prints; it must succeed.

    `make` only says what it would do, and pytest which tests it would run: otherwise the tests that
    the documents call would call this again.
    """

    def run(script: str, folder: Path) -> str:
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(folder if (folder / "orderhealth_pipeline").is_dir() else CHECKOUT),
            "HOME": str(folder),
            "MAKEFLAGS": "n",
            "PYTEST_ADDOPTS": "--collect-only --quiet -p no:cacheprovider",
        }
        for name in ("ORDERHEALTH_CONFIG", "COVERAGE"):
            environment.pop(name, None)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n--- printed\n{done.stdout}\n--- complained\n{done.stderr}"
        return done.stdout

    return run
