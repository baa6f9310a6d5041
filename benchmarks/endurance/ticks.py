"""Runs one tick after the other through Dagster in this process, and measures after each.

What belongs here: a shop's folder, the runs, and what is noted of them. What does not: what is fed
(day.py), and what the figures mean (verdicts.py).

Every tick is a run of the job `whole_chain` with a DAGSTER_HOME of its own, made from the repository's
dagster.yaml. The same process executes all of them, so that its memory shows what a long life leaves behind.
The nightly job `prune_runs` comes more often here, and keeps fewer runs: Dagster's clock is not simulated.

    .venv/bin/python -m benchmarks.endurance.ticks --day DIR --shop DIR --ticks 288
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from benchmarks.endurance.day import SCENARIO, TICK, as_of_tick
from benchmarks.endurance.sizes import sizes_of
from benchmarks.shared.fixed_work import processor_seconds_of_fixed_work
from benchmarks.shared.peak_memory import forget_peak, held_gibibytes, peak_gibibytes
from orderhealth_pipeline.definitions import build_definitions
from orderhealth_pipeline.defs.configuration import CONFIGURATION_VARIABLE, read_graph_facts
from orderhealth_pipeline.defs.jobs import WHOLE_CHAIN
from orderhealth_pipeline.defs.running import AS_OF_TAG
from orderhealth_pipeline.defs.server.maintenance import prune_runs
from orderhealth_pipeline.simulate.scenarios import load_scenario

CHECKOUT = Path(__file__).resolve().parents[2]
FEEDS = "feeds"
STORE = "orderhealth.duckdb"
DAGSTER_HOME = "dagster_home"
SECONDS_A_DAY = 86_400


def main() -> None:
    """Print one JSON object a tick."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--day", type=Path, required=True)
    arguments.add_argument("--shop", type=Path, required=True)
    arguments.add_argument("--ticks", type=int, required=True)
    arguments.add_argument("--kept-runs", type=int, required=True)
    arguments.add_argument("--prune-every", type=int, required=True)
    asked = arguments.parse_args()
    open_shop(asked.shop, TICK * asked.kept_runs)
    for measured in run_day(asked.day, asked.shop, asked.ticks, asked.kept_runs, asked.prune_every):
        print(json.dumps(measured), flush=True)


def open_shop(shop: Path, details_kept: timedelta) -> None:
    """Make the folder of a shop: its configuration, its feeds folder and its DAGSTER_HOME."""
    (shop / FEEDS).mkdir(parents=True)
    (shop / DAGSTER_HOME).mkdir()
    shutil.copy(CHECKOUT / "dagster_instance.yaml", shop / DAGSTER_HOME / "dagster.yaml")
    channels = [{"type": "file", "path": "messages.jsonl"}]
    retention = {"evaluation_details": f"{details_kept // timedelta(minutes=1)}m"}
    content = {"locale": "en", "store": STORE, "channels": channels, "retention": retention}
    configuration = shop / "orderhealth.yml"
    configuration.write_text(json.dumps(content))
    os.environ[CONFIGURATION_VARIABLE] = str(configuration)
    os.environ["DAGSTER_HOME"] = str(shop / DAGSTER_HOME)


def run_day(day: Path, shop: Path, ticks: int, kept_runs: int, prune_every: int) -> Iterator[dict[str, Any]]:
    """Run the history as number 0 and then so many ticks, and give what was measured of each."""
    end = load_scenario(SCENARIO).as_of
    job = build_definitions(read_graph_facts()).resolve_job_def(WHOLE_CHAIN)
    started: list[float] = []
    with dg.DagsterInstance.get() as instance:
        for tick in range(ticks + 1):
            for file in sorted((day / f"{tick:03}").iterdir()):
                shutil.copy(file, shop / FEEDS)
            started.append(time.perf_counter())
            measured = run_tick(instance, job, as_of_tick(end, tick))
            if tick and tick % prune_every == 0:
                keep_since = started[max(0, tick - kept_runs)]
                measured["prune_seconds"] = prune(instance, time.perf_counter() - keep_since)
            yield {"tick": tick, **measured, **sizes_of(shop / STORE, shop / DAGSTER_HOME)}


def run_tick(instance: dg.DagsterInstance, job: dg.JobDefinition, as_of: datetime) -> dict[str, Any]:
    """Execute the job for an instant: seconds, also by stage, and the most memory that was held meanwhile.

    Just before, a piece of work that is always the same shows how fast the machine is.
    """
    fixed = processor_seconds_of_fixed_work()
    forget_peak()
    with timed() as clock:
        result = job.execute_in_process(instance=instance, tags={AS_OF_TAG: as_of.isoformat()})
    stages = stage_seconds(result)
    stages["the rest"] = clock["seconds"] - sum(stages.values())
    return {
        "as_of": as_of.astimezone(UTC).isoformat(),
        **clock,
        "fixed_work_seconds": fixed,
        "stages": {stage: round(seconds, 3) for stage, seconds in stages.items()},
        "orders_evaluated": int(_metadata(result, "order_fact")["orders_evaluated"]),
        "peak_gibibytes": peak_gibibytes(),
        "held_gibibytes": held_gibibytes(),
    }


def stage_seconds(result: dg.ExecuteInProcessResult) -> dict[str, float]:
    """Return the seconds of the stages, as the pipeline and Dagster's events tell them."""
    told = _metadata(result, "order_fact")
    stages = {
        name.removeprefix("seconds_"): float(value)
        for name, value in told.items()
        if name.startswith("seconds_")
    }
    steps = {
        event.step_key: event.step_success_data.duration_ms / 1000
        for event in result.all_events
        if event.is_step_success and event.step_key
    }
    report = steps.pop("risk_report")
    del steps["assessment"]
    return {"ingest": sum(steps.values()), **stages, "report": report}


def prune(instance: dg.DagsterInstance, kept_seconds: float) -> float:
    """Execute the nightly job, keeping the runs of the last seconds, and give how long it took."""
    config = {"ops": {"delete_old_runs": {"config": {"kept_days": kept_seconds / SECONDS_A_DAY}}}}
    with timed() as clock:
        prune_runs.execute_in_process(instance=instance, run_config=config)
    return clock["seconds"]


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Measure the seconds of the context, and those that processors worked in it for this process."""
    clock: dict[str, float] = {}
    begin, worked = time.perf_counter(), time.process_time()
    yield clock
    clock["seconds"] = round(time.perf_counter() - begin, 3)
    clock["processor_seconds"] = round(time.process_time() - worked, 3)


def _metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    for event in result.get_asset_materialization_events():
        if event.asset_key == dg.AssetKey(asset):
            found = event.step_materialization_data.materialization.metadata
            return {label: entry.value for label, entry in found.items()}
    raise LookupError(f"the run materialised no {asset}")


if __name__ == "__main__":
    main()
