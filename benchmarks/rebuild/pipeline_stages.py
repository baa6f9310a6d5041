"""The pipeline's own stages on a store, with seconds and peak memory of each.

What belongs here: running the real stages in this process. What does not: comparing them with anything.

    python -m benchmarks.rebuild.pipeline_stages --store store.duckdb --as-of 2026-11-10T20:00:00+08:00

With `--feeds` their files are loaded first. Everything is evaluated, with `--tick` what changed. Prints one
line of JSON:
{"seconds": {stage: …}, "processor_seconds": {stage: …}, "peak_gib": {stage: …}}.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks.shared.peak_memory import forget_peak, peak_gibibytes
from benchmarks.side_by_side.contenders import RULES
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_only, held_open, ingest_only, publish_only
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings


@dataclass
class StageFigures:
    """Processor seconds and peak memory per stage, which may have several parts; told when one begins."""

    processor_seconds: dict[str, float] = field(default_factory=dict)
    peak_gib: dict[str, float] = field(default_factory=dict)
    _stage: str | None = None
    _started: float = 0.0

    def begin(self, stage: str | None) -> None:
        """End the stage that is under way, and begin another unless it is None."""
        now = time.process_time()
        if self._stage is not None:
            spent = self.processor_seconds.get(self._stage, 0.0) + now - self._started
            self.processor_seconds[self._stage] = round(spent, 3)
            self.peak_gib[self._stage] = max(self.peak_gib.get(self._stage, 0.0), peak_gibibytes())
        self._stage, self._started = stage, now
        forget_peak()


def main() -> None:
    """Run the stages and print their figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--store", type=Path, required=True)
    arguments.add_argument("--as-of", type=datetime.fromisoformat, required=True)
    arguments.add_argument("--feeds", type=Path)
    arguments.add_argument("--tick", action="store_true")
    asked = arguments.parse_args()
    settings = Settings().overridden(store=asked.store, expectations=RULES)
    plan = plan_run(settings, feeds_folder=asked.feeds, is_full=not asked.tick)
    figures = StageFigures()
    times = StageTimes(time.perf_counter, on_stage=figures.begin)
    with held_open(plan):
        if asked.feeds is not None:
            with times.stage("ingest"):
                ingest_only(plan, asked.as_of, plan.contracts)
        evaluate_only(plan, asked.as_of, times)
        publish_only(plan, times)
    figures.begin(None)
    print(
        json.dumps(
            {
                "seconds": times.seconds,
                "processor_seconds": figures.processor_seconds,
                "peak_gib": figures.peak_gib,
            }
        )
    )


if __name__ == "__main__":
    main()
