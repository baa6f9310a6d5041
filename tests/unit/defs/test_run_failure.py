"""Whom a failed run is told, and how often."""

from __future__ import annotations

import dagster as dg
import pytest

from orderhealth_pipeline.defs.watch.run_failure import TOLD_TAG, should_tell

FAILURE, SUCCESS = dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS


def run(status: dg.DagsterRunStatus, *, told: bool = False) -> dg.DagsterRun:
    return dg.DagsterRun("whole_chain", status=status, tags={TOLD_TAG: "2026-11-10"} if told else {})


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param([], True, id="the first failure"),
        pytest.param([run(SUCCESS)], True, id="it worked before"),
        pytest.param([run(FAILURE, told=True)], False, id="told of already"),
        pytest.param([run(FAILURE), run(FAILURE, told=True)], False, id="told of two failures ago"),
        pytest.param([run(FAILURE)], True, id="the first message reached no channel"),
        pytest.param([run(SUCCESS), run(FAILURE, told=True)], True, id="a success in between"),
    ],
)
def test_a_failure_is_told_once_while_it_lasts(earlier: list[dg.DagsterRun], *, expected: bool) -> None:
    assert should_tell(earlier) is expected
