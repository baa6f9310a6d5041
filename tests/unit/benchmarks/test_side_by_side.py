"""The comparison of contenders tells failures and differences, and keeps the page's own words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from benchmarks.side_by_side import comparison, contenders, page
from benchmarks.side_by_side import run as side_by_side

SIMULATION = {"orders": 2, "scenario": "promo_eve", "seed": 5, "rows": {"payments": 3, "returns": 1}}


@dataclass(frozen=True)
class Programs:
    """The modules of the comparison."""

    contenders: ModuleType
    comparison: ModuleType
    page: ModuleType
    side_by_side: ModuleType


@pytest.fixture
def programs() -> Programs:
    return Programs(contenders, comparison, page, side_by_side)


def run(programs: Programs, name: str, **facts: Any) -> Any:
    facts = {"results": Path(), "seconds": 4.0, "processor_seconds": 6.0, "peak_mebibytes": 100.0, **facts}
    return programs.contenders.Run(programs.contenders.Contender(name, f"title of {name}"), **facts)


def test_a_contender_that_fails_is_a_result_with_its_reason(programs: Programs, tmp_path: Path) -> None:
    contenders = programs.contenders
    missing = contenders.Contender("nobody", "a program that is not there", "benchmarks.nobody")
    done = contenders.run_contender(missing, contenders.Task(tmp_path, "2026-11-10T20:00:00+08:00", tmp_path))
    assert "exit code 1" in done.failure
    assert "benchmarks.nobody" in done.failure
    assert done.peak_mebibytes > 1


def test_a_failure_or_another_finding_is_no_agreement(programs: Programs, tmp_path: Path) -> None:
    runs = [
        run(programs, name, results=tmp_path / f"{name}.parquet") for name in ("first", "same", "another")
    ]
    runs.append(run(programs, "broken", failure="exit code 1: no memory"))
    for each, states in zip(runs, (["open", "open"], ["open", "open"], ["open", "explained"]), strict=False):
        findings = {"order_id": ["A", None], "rule_id": "r", "state": states, "explained_by": None}
        pl.DataFrame(findings).write_parquet(each.results)

    results = programs.comparison.compare(runs)

    assert [result.differing for result in results] == [0, 0, 2, 2]
    assert [result.agrees for result in results] == [True, True, False, False]
    tables = programs.page.markdown(results, SIMULATION)
    assert "| title of same | 4.0 | 1.00 | 6.0 | 100 | 2 | yes |" in tables
    assert "| title of another | 4.0 | 1.00 | 6.0 | 100 | 2 | no, 2 rows differ |" in tables
    assert "| title of broken | failed | | | | | exit code 1: no memory |" in tables


def test_the_fastest_run_counts_unless_one_failed(programs: Programs) -> None:
    slow, quick = run(programs, "one", seconds=3.0), run(programs, "one", seconds=2.0)
    failed = run(programs, "one", seconds=5.0, failure="exit code 1: no memory")
    assert programs.side_by_side.fastest((slow, quick)) is quick
    assert programs.side_by_side.fastest((slow, failed, quick)) is failed


def test_the_page_keeps_what_people_wrote(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    file = tmp_path / "benchmarks.md"
    file.write_text(f"# By people\n\n{programs.page.BEGIN}\nold figures", encoding="utf-8")
    first = programs.comparison.Result(
        run(programs, "pipeline", parts={"read": 1.0, "validate": 3.0}), findings=2
    )

    programs.page.write_page(tmp_path, programs.page.markdown([first], SIMULATION), [first])

    text = file.read_text(encoding="utf-8")
    assert text.startswith("# By people\n\n")
    assert "old figures" not in text
    assert "| … without its second opinion by Great Expectations | 1.0 | 0.25 | | | | |" in text
    for plot in ("seconds", "memory"):
        drawn = (tmp_path / "images" / f"benchmark-{plot}.svg").read_text(encoding="utf-8")
        assert drawn.startswith("<svg")
        assert "title of pipeline" in drawn
