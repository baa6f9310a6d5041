"""Loads feed files into a new store, as a run does, and nothing else.

What belongs here: calling the pipeline's loading. What does not: loading, and its figures (figures.py).

    .venv/bin/python -m benchmarks.ingest.pipeline --feeds feeds --store store.duckdb

Prints one line of JSON: {"seconds": {"ingest": …}, "processor_seconds": …, "peak_gib": …}.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from benchmarks.ingest.figures import print_figures
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import ingest_only
from orderhealth_pipeline.settings import Settings

AS_OF: Final = datetime.fromisoformat("2026-11-10T20:00:00+08:00")


def load(feeds: Path, store: Path) -> None:
    """Load the files of all feeds."""
    plan = plan_run(Settings().overridden(store=store), feeds_folder=feeds)
    ingest_only(plan, AS_OF, plan.contracts)


if __name__ == "__main__":
    print_figures(__doc__, load)
