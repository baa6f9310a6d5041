"""What loading costs, as both programs that load tell it.

What belongs here: seconds, processor seconds and memory of one process. What does not: loading.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.shared.peak_memory import peak_gibibytes


def print_figures(description: str | None, load: Callable[[Path, Path], None]) -> None:
    """Load the folder --feeds into the store --store, and print one line of JSON: what it cost."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--feeds", type=Path, required=True)
    arguments.add_argument("--store", type=Path, required=True)
    asked = arguments.parse_args()
    started, processor = time.perf_counter(), time.process_time()
    load(asked.feeds, asked.store)
    figures = {
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - processor,
        "peak_gib": peak_gibibytes(),
    }
    print(json.dumps({kind: {"ingest": round(value, 3)} for kind, value in figures.items()}))
