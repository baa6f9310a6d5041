"""What the package says about itself is true: its dependencies, its lock, and the files it ships."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import shutil
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from orderhealth_pipeline import resources

CHECKOUT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
EXTRAS = [
    Requirement(line) for lines in PYPROJECT["project"]["optional-dependencies"].values() for line in lines
]
DEVELOPMENT = [Requirement(line) for line in PYPROJECT["dependency-groups"]["dev"]]
LOCK = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")


def test_every_library_that_the_package_imports_is_a_declared_dependency() -> None:
    imported: set[str] = set()
    for module in (CHECKOUT / "orderhealth_pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                imported.add(node.module.partition(".")[0])
    providers = {**importlib.metadata.packages_distributions()}
    declared = {canonicalize_name(requirement.name) for requirement in (*RUNTIME, *EXTRAS)}
    # Those of Spark stand in an environment of their own.
    providers |= {"pyspark": ["pyspark-client"], "pysail": ["pysail"]}
    libraries = imported - sys.stdlib_module_names - {"orderhealth_pipeline"}
    undeclared = {
        library
        for library in libraries
        if declared.isdisjoint(canonicalize_name(name) for name in providers.get(library, []))
    }
    assert undeclared == set()


@pytest.mark.parametrize("requirement", RUNTIME + DEVELOPMENT, ids=str)
def test_the_lock_holds_every_declared_dependency_in_a_version_that_fits(requirement: Requirement) -> None:
    locked = dict(re.findall(r"^([a-z0-9.-]+)(?:\[[^]]+\])?==([^ ;]+)", LOCK, flags=re.MULTILINE))
    version = locked.get(canonicalize_name(requirement.name))
    assert version is not None, "not locked: run `make lock`"
    assert requirement.specifier.contains(version), "locked in another version: run `make lock`"


def test_the_lock_has_a_hash_for_every_package_and_no_address() -> None:
    packages = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in LOCK


def test_in_a_checkout_the_files_are_found_at_its_top() -> None:
    assert resources.sql_folder() == CHECKOUT / "sql"
    assert resources.expectations_folder() == CHECKOUT / "expectations"


def test_in_an_installed_package_its_own_files_come_before_those_beside_it(tmp_path: Path) -> None:
    installed = _resources_module_in(tmp_path / "orderhealth_pipeline")
    (tmp_path / "sql").mkdir()
    shipped = tmp_path / "orderhealth_pipeline" / "_resources" / "sql"
    shipped.mkdir(parents=True)
    assert installed.sql_folder() == shipped


def test_an_incomplete_installation_says_where_it_looked(tmp_path: Path) -> None:
    incomplete = _resources_module_in(tmp_path / "orderhealth_pipeline")
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path / "expectations"))):
        incomplete.expectations_folder()


def _resources_module_in(package: Path) -> ModuleType:
    package.mkdir()
    copy = Path(shutil.copy(Path(resources.__file__), package))
    spec = importlib.util.spec_from_file_location("resources_elsewhere", copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
