"""The house rules that no other tool checks."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.words import STAGES

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "orderhealth_pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
BENCHMARKS = sorted((CHECKOUT / "benchmarks").rglob("*.py"))
STATEMENTS = sorted((CHECKOUT / "sql").rglob("*.sql"))
TESTS = sorted((CHECKOUT / "tests").rglob("*.py"))
LONGEST_MODULE = 250
FULLEST_ROOM = 15

in_every_module = pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
in_every_statement = pytest.mark.parametrize(
    "file", STATEMENTS, ids=lambda file: str(file.relative_to(CHECKOUT / "sql"))
)


@in_every_module
def test_a_module_says_what_belongs_in_it_and_stays_short(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "the module has no docstring"
    assert len(text.splitlines()) <= LONGEST_MODULE, "the module is too long: split it by meaning"


def test_no_folder_holds_more_than_a_person_sees_at_once() -> None:
    in_rooms = [file for file in [*MODULES, *BENCHMARKS, *STATEMENTS] if file.name != "__init__.py"]
    rooms = Counter(str(file.parent.relative_to(CHECKOUT)) for file in in_rooms)
    assert {room: files for room, files in rooms.items() if files > FULLEST_ROOM} == {}


def test_the_modules_that_docstrings_name_are_there() -> None:
    modules = [*MODULES, *BENCHMARKS, *TESTS]
    paths = [f"/{module.relative_to(CHECKOUT)}" for module in modules]
    unknown = [
        (str(module.relative_to(CHECKOUT)), name)
        for module in modules
        for name in re.findall(r"(?:\w+/)*\w+\.py\b", "\n".join(_docstrings(module)))
        if not any(path.endswith(f"/{name}") for path in paths)
    ]
    assert unknown == [], "a docstring names a module that was renamed or moved"


def _docstrings(module: Path) -> list[str]:
    """Return the docstrings of a module, its classes and its functions."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    return [ast.get_docstring(node) or "" for node in nodes if isinstance(node, documented)]


def test_rules_are_named_by_their_own_files_alone() -> None:
    rules = {file.stem for stage in STAGES for file in (CHECKOUT / "expectations" / stage).glob("*.yml")}
    # The simulator makes what named rules find. A count and its rule may share a name: code names the count.
    simulator = PACKAGE / "simulate"
    texts = {
        str(module.relative_to(CHECKOUT)): _strings(module)
        for module in MODULES
        if not module.is_relative_to(simulator)
    }
    texts |= {
        str(file.relative_to(CHECKOUT)): set(re.findall(r"\w+", file.read_text(encoding="utf-8")))
        for file in PACKAGE.rglob("*.yml")
        if not file.is_relative_to(simulator)
    }
    texts |= {
        str(file.relative_to(CHECKOUT)): set(re.findall(r"'(\w+)'", file.read_text(encoding="utf-8")))
        for file in STATEMENTS
    }
    named = {place: found & (rules - declared_counts().keys()) for place, found in texts.items()}
    assert {place: found for place, found in named.items() if found} == {}


def _strings(module: Path) -> set[str]:
    """Return the texts in the code of a module."""
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@in_every_statement
def test_a_sql_file_holds_one_statement_and_is_named_in_lower_case(file: Path) -> None:
    without_texts = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", file.read_text(encoding="utf-8"))
    # What a trigger or a function does is a part of the statement that creates it.
    without_texts = re.sub(r"\bbegin\b.*\bend\b", "", without_texts, flags=re.DOTALL)
    assert without_texts.strip(), "the file is empty"
    assert ";" not in without_texts.strip().removesuffix(";"), "the file holds more than one statement"
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*\.sql", file.name)


def test_nothing_is_left_to_do_later() -> None:
    unfinished = re.compile("TO[D]O|FIX[M]E")
    texts = [
        file
        for folder in ("orderhealth_pipeline", "sql", "expectations", "tests", "benchmarks", "docs")
        for file in (CHECKOUT / folder).rglob("*")
        if file.suffix in {".py", ".sql", ".yml", ".j2", ".html", ".css", ".md"}
    ]
    assert [file for file in texts if unfinished.search(file.read_text(encoding="utf-8"))] == []
