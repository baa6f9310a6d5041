"""The yardstick of a full rebuild finds what the pipeline finds, else comparing their speed means nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.pipeline.assess import assess, build_fact
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import ingest_only
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from orderhealth_pipeline.store.connection import open_store, transaction
from orderhealth_pipeline.store.visible import read_visible_feeds, unknown_words
from orderhealth_pipeline.store.write import RunTables, write_run

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


def rebuild(feeds: Path, store: Path, as_of: datetime) -> None:
    """What a run does, without the second evaluator, whose import takes longer than the rest of this test."""
    plan = plan_run(Settings().overridden(store=store), feeds_folder=feeds)
    ingest_only(plan, as_of, feed_contracts())
    with open_store(store) as con, transaction(con):
        visible, freshness = read_visible_feeds(con, plan.contracts, COLUMNS_READ, as_of, {})
        assessment = assess(plan, visible, build_fact(plan, visible))
        words = unknown_words(visible, plan.contracts)
        write_run(
            con,
            RunTables(as_of, assessment.order_fact, assessment.findings, (), freshness, words, history={}),
        )


def run_benchmark(program: str, *arguments: str | Path) -> None:
    command = [sys.executable, BENCHMARKS / program, *arguments]
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
    run_benchmark("yardstick.py", "--store", store, "--as-of", as_of, "--result", result, "--out", out)

    run_benchmark("agreement.py", "--store", store, "--result", result)
    findings = pl.read_parquet(out)
    assert findings.columns == ["order_id", "rule_id", "state", "explained_by"]
    # Every rule is tried: on the eve of a promotion all eleven are hit, on a calm day all but pickup_gap.
    assert findings["rule_id"].n_unique() == (11 if scenario == "promo_eve" else 10)
