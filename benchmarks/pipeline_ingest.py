"""Loads feed files into a new store, as a run does, and nothing else.

What belongs here: the seconds, processor seconds and memory of loading. What does not: loading.

    .venv/bin/python benchmarks/pipeline_ingest.py --feeds feeds --store store.duckdb

Prints one line of JSON: {"seconds": {"ingest": …}, "processor_seconds": …, "peak_gib": …}.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from peak_memory import peak_gibibytes

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import ingest_only
from orderhealth_pipeline.settings import Settings

AS_OF: Final = datetime.fromisoformat("2026-11-10T20:00:00+08:00")


def main() -> None:
    """Load the files of all feeds and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--feeds", type=Path, required=True)
    arguments.add_argument("--store", type=Path, required=True)
    asked = arguments.parse_args()
    plan = plan_run(Settings().overridden(store=asked.store), feeds_folder=asked.feeds)
    started, processor = time.perf_counter(), time.process_time()
    ingest_only(plan, AS_OF, plan.contracts)
    figures = {
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - processor,
        "peak_gib": peak_gibibytes(),
    }
    print(json.dumps({kind: {"ingest": round(value, 3)} for kind, value in figures.items()}))


if __name__ == "__main__":
    main()
