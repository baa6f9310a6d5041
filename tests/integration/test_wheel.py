"""The wheel, installed into an environment of its own outside the checkout, is the whole product."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.rules.catalogue import read_catalogue

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], CHECKOUT)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of a fresh environment: the wheel is its own, the libraries are shared."""
    environment = tmp_path_factory.mktemp("elsewhere") / "environment"
    venv.create(environment)
    (site_packages,) = environment.glob("lib/python*/site-packages")
    (site_packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    install = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--no-cache"]
    _run([*install, "--python", str(environment), str(wheel)], environment)
    return environment / "bin"


def test_the_wheel_holds_every_file_of_the_package_and_its_resources(wheel: Path) -> None:
    package = CHECKOUT / "orderhealth_pipeline"
    expected = {f"orderhealth_pipeline/{file}" for file in _files_of(package)}
    for folder in ("sql", "expectations"):
        expected |= {
            f"orderhealth_pipeline/_resources/{folder}/{file}" for file in _files_of(CHECKOUT / folder)
        }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected


def test_the_installed_package_uses_its_own_files(programs: Path) -> None:
    ask = "from orderhealth_pipeline import resources as r; print(r.sql_folder(), r.expectations_folder())"
    folders = _run([str(programs / "python"), "-c", ask], programs).split()
    assert len(folders) == 2
    assert all(folder.startswith(str(programs.parent)) for folder in folders)


def test_the_installed_program_simulates_a_shop_and_scores_it(programs: Path, tmp_path: Path) -> None:
    orderhealth = str(programs / "orderhealth")
    shop = ["--scenario", "calm", "--orders", "500", "--seed", "7", "--out", "feeds"]
    _run([orderhealth, "rules", "check"], tmp_path)
    _run([orderhealth, "simulate", *shop], tmp_path)
    result = json.loads(
        _run([orderhealth, "run", "--feeds", "feeds", "--store", "shop.duckdb", "--json"], tmp_path)
    )
    enabled = read_catalogue(CHECKOUT / "expectations", frozenset(feed_contracts())).enabled
    assert result["rules"].keys() == {rule.id for rule in enabled}


def _files_of(folder: Path) -> set[str]:
    return {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def _run(command: list[str], folder: Path) -> str:
    """Return what a program prints when run in `folder`; its complaints are the failure's message."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
