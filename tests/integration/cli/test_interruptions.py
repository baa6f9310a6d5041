"""Given that somebody interrupts a call while DuckDB computes, the call ends with a word and no traceback."""

from __future__ import annotations

import subprocess
import sys

LONG_QUERY = """
import os, signal, threading
import duckdb
from orderhealth_pipeline import cli

def call(**options):
    with duckdb.connect() as con:
        query = "select count(*) from range({}) as t (i) where hash(i) % 7 = 1"
        con.execute(query.format(1)).fetchall()
        # Late enough for a busy machine to compute by then: DuckDB is interrupted in nothing else.
        threading.Timer(2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        con.execute(query.format(100_000_000_000)).fetchall()

cli.calls.main = call
cli.main()
"""


def test_an_interrupted_query_is_no_error_of_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LONG_QUERY], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (1, "Aborted!\n")
