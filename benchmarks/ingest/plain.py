"""Loads feed files plainly into the tables of a DuckDB file: what loading costs at the least.

What belongs here: one `create table ... as from` per feed. What does not: anything that looks at the rows.

    .venv/bin/python -m benchmarks.ingest.plain --feeds feeds --store plain.duckdb

DuckDB finds the types by itself. It is told the quote of CSV, because its sample of a million carrier events
holds none. Prints one line of JSON: {"seconds": {"ingest": …}, "processor_seconds": …, "peak_gib": …}.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.ingest.figures import print_figures
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.store.file.connection import MEMORY_LIMIT


def load(feeds: Path, store: Path) -> None:
    """Load the files of all feeds in one transaction."""
    with duckdb.connect(store, config={"memory_limit": MEMORY_LIMIT}) as con:
        con.begin()
        for feed in feed_contracts():
            load_plainly(con, feeds, feed)
        con.commit()


def load_plainly(con: duckdb.DuckDBPyConnection, folder: Path, feed: str) -> None:
    """Read all files of a feed into a table named after it."""
    files = feed_files(folder, feed)
    if not files:
        return
    paths = [str(file.path) for file in files]
    reader = "read_parquet($1)" if files[0].format == "parquet" else "read_csv($1, quote = '\"')"
    con.execute(f"create table {feed} as from {reader}", [paths]).fetchall()


if __name__ == "__main__":
    print_figures(__doc__, load)
