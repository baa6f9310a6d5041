"""Modules that are imported when they are used."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from orderhealth_pipeline.validation.later_imports import absent, import_when_used


@pytest.fixture
def drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package of its own with a part, which tells when it is imported."""
    package = tmp_path / "drawing_of_a_test"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import sys\nsys.drawn = getattr(sys, 'drawn', 0) + 1\ncolour = 'red'\n"
    )
    (package / "shapes.py").write_text("corners = 4\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "drawn", 0, raising=False)
    for name in (package.name, f"{package.name}.shapes"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return package.name


def times_imported() -> int:
    return int(vars(sys)["drawn"])


def test_a_module_is_imported_when_an_attribute_is_asked_for(drawing: str) -> None:
    import_when_used(drawing)
    module = importlib.import_module(drawing)
    assert times_imported() == 0
    assert module.colour == "red"
    assert importlib.import_module(drawing).colour == module.colour
    assert times_imported() == 1


def test_who_looks_at_all_modules_imports_none(drawing: str) -> None:
    import_when_used(drawing)
    assert not hasattr(importlib.import_module(drawing), "__file__")
    assert times_imported() == 0


def test_a_part_is_imported_with_its_package(drawing: str) -> None:
    import_when_used(drawing)
    assert importlib.import_module(f"{drawing}.shapes").corners == 4
    assert times_imported() == 1


def test_what_is_imported_already_stays(drawing: str) -> None:
    module = importlib.import_module(drawing)
    import_when_used(drawing)
    assert importlib.import_module(drawing) is module


@pytest.mark.slow  # a process of its own imports Great Expectations
def test_great_expectations_does_without_statistics_and_drawings() -> None:
    code = (
        "import sys, polars as pl\n"
        "from orderhealth_pipeline.validation.evaluate import _import_great_expectations\n"
        "_import_great_expectations()\n"
        "print([name for name in ('scipy.stats._stats_py', 'altair.vegalite') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_a_module_can_be_absent_for_a_while(drawing: str) -> None:
    with absent(drawing), pytest.raises(ImportError):
        importlib.import_module(drawing)
    assert importlib.import_module(drawing).colour == "red"
    with absent(drawing):
        assert importlib.import_module(drawing).colour == "red"
