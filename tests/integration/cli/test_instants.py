"""The instant that a run is for: ahead of the clock refused, before the newest shown and not recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.cli.conftest import Call, files_below

FEEDS = Path(__file__).parents[2] / "data" / "cases" / "future_as_of" / "feeds"
EARLY = "2026-11-10T08:00:00+08:00"
LOW = "2026-11-10T09:30:00+08:00"
NEXT_DAY = "2026-11-11T10:00:00+08:00"
NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).isoformat(timespec="seconds")


def run(orderhealth: Call, as_of: str, *more: str) -> dict[str, Any]:
    answer = orderhealth("run", "--feeds", FEEDS, "--as-of", as_of, "--json", *more)
    assert answer.code == 0, answer.err
    printed: dict[str, Any] = json.loads(answer.out)
    return printed


def kept(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    tables = ("health_score", "findings", "rule_results", "alerts", "order_fact", "source_freshness")
    with duckdb.connect(str(folder / "orderhealth.duckdb"), read_only=True) as con:
        return {table: con.execute(f"from {table} order by all").fetchall() for table in tables}


def test_an_instant_ahead_of_the_clock_is_refused_and_nothing_is_written(
    tmp_path: Path, orderhealth: Call
) -> None:
    for call in ("run", "rebuild"):
        answer = orderhealth(call, "--feeds", FEEDS, "--as-of", NEXT_YEAR)
        assert answer.code == 2
        assert "--as-of: " in answer.err
        assert "is later than the clock of this machine" in answer.err
        assert "--ahead" in answer.err
    assert files_below(tmp_path) == {}


def test_a_configured_instant_ahead_of_the_clock_is_blamed_on_its_line(
    tmp_path: Path, orderhealth: Call
) -> None:
    (tmp_path / "orderhealth.yml").write_text(f"locale: en\nas_of: {NEXT_YEAR}\n", encoding="utf-8")
    answer = orderhealth("run", "--feeds", FEEDS)
    assert answer.code == 2
    assert "orderhealth.yml:2: 'as_of': " in answer.err
    assert orderhealth("run", "--feeds", FEEDS, "--ahead").code == 0


def test_later_runs_alert_as_they_would_have_without_the_run_ahead(tmp_path: Path, orderhealth: Call) -> None:
    assert run(orderhealth, EARLY)["alert"] is None
    ahead = run(orderhealth, NEXT_YEAR, "--ahead")
    assert (ahead["score"], ahead["alert"]) == (100.0, None)
    assert run(orderhealth, LOW)["alert"] == "breach"
    assert run(orderhealth, NEXT_DAY)["alert"] is None
    assert orderhealth("report", "--out", tmp_path / "out").code == 0
    assert (tmp_path / "out" / "risk-report-20261111T020000Z.html").is_file()
    assert len(kept(tmp_path)["health_score"]) == 4


@pytest.mark.parametrize("as_json", [True, False])
def test_an_instant_before_the_newest_is_shown_and_not_recorded(
    tmp_path: Path, orderhealth: Call, *, as_json: bool
) -> None:
    run(orderhealth, EARLY)
    run(orderhealth, NEXT_DAY)
    before = kept(tmp_path)
    published = (tmp_path / "orderhealth.published.duckdb").stat().st_mtime_ns
    answer = orderhealth("run", "--feeds", FEEDS, "--as-of", LOW, *(["--json"] if as_json else []))
    assert answer.code == 0
    assert "nothing of it is recorded" in answer.err
    assert "--record" in answer.err
    if as_json:
        shown = json.loads(answer.out)
        assert (shown["score"], shown["alert"]) == (70.0, None)
    else:
        assert (
            "比告警线 85 低 15.00 分" in answer.out
        )  # too few rules could judge for the score itself to be shown
        assert "09:30" in answer.out
    assert kept(tmp_path) == before
    assert (tmp_path / "orderhealth.published.duckdb").stat().st_mtime_ns == published


def test_with_record_the_past_is_recorded_without_an_alert_and_no_other_score_changes(
    tmp_path: Path, orderhealth: Call
) -> None:
    run(orderhealth, EARLY)
    run(orderhealth, NEXT_DAY)
    before = kept(tmp_path)["health_score"]
    assert run(orderhealth, LOW, "--record")["alert"] is None
    after = kept(tmp_path)["health_score"]
    assert len(after) == 3
    assert [row for row in after if row in before] == before


def test_the_newest_instant_again_is_recorded_again(tmp_path: Path, orderhealth: Call) -> None:
    run(orderhealth, LOW)
    before = kept(tmp_path)
    assert run(orderhealth, LOW)["alert"] == "breach"
    assert kept(tmp_path) == before


def test_a_rebuild_for_the_past_needs_to_be_told_to_record_it(tmp_path: Path, orderhealth: Call) -> None:
    run(orderhealth, EARLY)
    run(orderhealth, NEXT_DAY)
    before = files_below(tmp_path)
    answer = orderhealth("rebuild", "--feeds", FEEDS, "--as-of", LOW)
    assert answer.code == 2
    assert "is before 2026-11-11T02:00:00+00:00, the newest evaluation" in answer.err
    assert files_below(tmp_path) == before
    assert orderhealth("rebuild", "--feeds", FEEDS, "--as-of", LOW, "--record").code == 0
    assert len(kept(tmp_path)["health_score"]) == 3


def test_a_run_for_now_is_recorded_whatever_a_wrong_clock_has_left(tmp_path: Path, orderhealth: Call) -> None:
    run(orderhealth, NEXT_YEAR, "--ahead")
    answer = orderhealth("run", "--feeds", FEEDS, "--json")
    assert answer.code == 0
    assert "nothing of it is recorded" not in answer.err
    assert len(kept(tmp_path)["health_score"]) == 2
