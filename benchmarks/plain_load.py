"""Loads feed files plainly into the tables of a DuckDB file: what loading costs at the least.

What belongs here: one `create table ... as from` per feed. What does not: anything that looks at the rows.

    .venv/bin/python benchmarks/plain_load.py --feeds feeds --store plain.duckdb

DuckDB finds the types by itself. It is told the quote of CSV, because its sample of a million carrier events
holds none. Prints one line of JSON: {"seconds": {"ingest": …}, "processor_seconds": …, "peak_gib": …}.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import duckdb
from peak_memory import peak_gibibytes

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.discover import feed_files
from orderhealth_pipeline.store.connection import _MEMORY_LIMIT


def main() -> None:
    """Load the files of all feeds in one transaction and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--feeds", type=Path, required=True)
    arguments.add_argument("--store", type=Path, required=True)
    asked = arguments.parse_args()
    started, processor = time.perf_counter(), time.process_time()
    with duckdb.connect(asked.store, config={"memory_limit": _MEMORY_LIMIT}) as con:
        con.begin()
        for feed in feed_contracts():
            load_plainly(con, asked.feeds, feed)
        con.commit()
    figures = {
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - processor,
        "peak_gib": peak_gibibytes(),
    }
    print(json.dumps({kind: {"ingest": round(value, 3)} for kind, value in figures.items()}))


def load_plainly(con: duckdb.DuckDBPyConnection, folder: Path, feed: str) -> None:
    """Read all files of a feed into a table named after it."""
    files = feed_files(folder, feed)
    if not files:
        return
    paths = [str(file.path) for file in files]
    reader = "read_parquet($1)" if files[0].format == "parquet" else "read_csv($1, quote = '\"')"
    con.execute(f"create table {feed} as from {reader}", [paths]).fetchall()


if __name__ == "__main__":
    main()
