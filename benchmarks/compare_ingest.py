"""How long loading new files takes, compared with DuckDB reading the same files plainly into tables.

What belongs here: alternating the two, a table. What does not: either of them.

    .venv/bin/python benchmarks/compare_ingest.py --feeds feeds

Both run in processes of their own on two cores, with the same memory for DuckDB, into a new file each time.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from compare_rebuild import figures_of, medians, show_row, use_two_cores


def main() -> None:
    """Measure both on the same files and print a Markdown table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--feeds", type=Path, required=True)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--folder", type=Path, help="where there is room; default: the temporary folder")
    asked = arguments.parse_args()
    use_two_cores()
    pipeline, plain = [], []
    for _ in range(asked.rounds):
        for program, measured in (("plain_load.py", plain), ("pipeline_ingest.py", pipeline)):
            with tempfile.TemporaryDirectory(prefix="orderhealth-ingest-", dir=asked.folder) as folder:
                store = Path(folder) / "store.duckdb"
                measured.append(figures_of(program, "--feeds", str(asked.feeds), "--store", str(store)))
    ours, theirs = medians(pipeline)["ingest"], medians(plain)["ingest"]
    print("| | seconds | processor seconds | peak memory, GiB |\n| --- | ---: | ---: | ---: |")
    show_row("this pipeline's ingest", ours)
    show_row("DuckDB, plainly", theirs)
    show_row("**ratio**", {kind: ours[kind] / theirs[kind] for kind in ours})


if __name__ == "__main__":
    main()
