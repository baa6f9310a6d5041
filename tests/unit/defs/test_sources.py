"""Given sources in the configuration, each is an asset with its own clock, and its trouble is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from orderhealth_pipeline.definitions import build_definitions
from orderhealth_pipeline.defs.configuration import CONFIGURATION_VARIABLE, read_graph_facts
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.sources import source_key
from orderhealth_pipeline.defs.watch.pull_watch import is_due
from orderhealth_pipeline.sources.landing.state import SourceState

pytestmark = pytest.mark.filterwarnings("ignore:The `__fields__` attribute is deprecated")
NOW = datetime(2026, 11, 10, 4, tzinfo=UTC)
EVERY = timedelta(minutes=5)
CONFIGURATION = """
sources:
  share: {type: files, url: outside, rest: 1m}
  hooks: {type: push, secret: s}
"""


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.Definitions:
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(CONFIGURATION_VARIABLE, raising=False)
    return build_definitions(read_graph_facts())


def pulled(definitions: dg.Definitions) -> dg.ExecuteInProcessResult:
    job = definitions.resolve_job_def("pull_share")
    return job.execute_in_process(resources={"pipeline": Pipeline()}, raise_on_error=False)


def test_a_source_that_is_pulled_is_an_asset_its_feeds_come_from(definitions: dg.Definitions) -> None:
    graph = definitions.get_repository_def().asset_graph
    keys = {key.path[1] for key in graph.get_all_asset_keys() if key.path[0] == "sources"}
    assert keys == {"share"}
    assert source_key("share") in graph.get(dg.AssetKey(["feeds", "payments"])).parent_keys


def test_trouble_fails_one_run_and_what_comes_again_is_plotted(
    definitions: dg.Definitions, tmp_path: Path
) -> None:
    assert [pulled(definitions).success for _ in range(3)] == [False, True, True]
    (tmp_path / "outside").mkdir()
    result = pulled(definitions)
    (event,) = result.asset_materializations_for_node("sources__share")
    assert event.metadata["is_failing"].value == 0
    assert event.metadata["rejected_rows"].value == 0


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (SourceState(), True),
        (SourceState(tried_at=NOW - EVERY), True),
        (SourceState(tried_at=NOW - EVERY + timedelta(seconds=1)), False),
        (SourceState(tried_at=NOW - EVERY, failing_since=NOW - EVERY), True),
        (SourceState(tried_at=NOW - EVERY, failing_since=NOW - timedelta(minutes=20)), False),
        (SourceState(tried_at=NOW - timedelta(minutes=16), failing_since=NOW - timedelta(minutes=31)), True),
        (SourceState(tried_at=NOW - timedelta(hours=1), failing_since=NOW - timedelta(days=9)), True),
    ],
)
def test_a_source_is_due_by_its_own_clock_and_less_often_while_it_fails(
    state: SourceState, expected: bool
) -> None:
    assert is_due(state, EVERY, NOW) is expected
