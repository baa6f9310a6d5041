"""The yardstick of a full rebuild finds what the pipeline finds, else comparing their speed means nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_only, ingest_only
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


def rebuild(feeds: Path, store: Path, as_of: datetime) -> None:
    """What a run does, without the second evaluator, whose import takes longer than the rest of this test."""
    plan = plan_run(
        Settings().overridden(store=store, expectations=BENCHMARKS / "expectations"), feeds_folder=feeds
    )
    ingest_only(plan, as_of, plan.contracts)
    evaluate_only(plan, as_of, StageTimes(lambda: 0.0))


def run_benchmark(program: str, *arguments: str | Path) -> None:
    command: list[str | Path] = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("scenario", ["promo_eve", "calm"])
def test_the_yardstick_finds_every_order_and_finding_of_the_pipeline(scenario: str, tmp_path: Path) -> None:
    simulation = simulate(scenario, orders=3000, seed=11)
    write_simulation(simulation, tmp_path / "feeds")
    store, result, out = (
        tmp_path / "store.duckdb",
        tmp_path / "yardstick.duckdb",
        tmp_path / "findings.parquet",
    )
    rebuild(tmp_path / "feeds", store, simulation.as_of)

    as_of = simulation.as_of.isoformat()
    run_benchmark(
        "benchmarks.rebuild.yardstick", "--store", store, "--as-of", as_of, "--result", result, "--out", out
    )

    run_benchmark("benchmarks.rebuild.agreement", "--store", store, "--result", result)
    findings = pl.read_parquet(out)
    assert findings.columns == ["order_id", "rule_id", "state", "explained_by"]
    # Every rule is tried: on the eve of a promotion all eleven are hit, on a calm day all but pickup_gap.
    assert findings["rule_id"].n_unique() == (11 if scenario == "promo_eve" else 10)
