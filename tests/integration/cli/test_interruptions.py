"""Given that somebody interrupts a call while DuckDB computes, the call ends with a word and no traceback."""

from __future__ import annotations

import subprocess
import sys

_LONGEST_SECONDS = 600
"""Ends a test that hangs; a busy machine takes a minute to import the program."""

LONG_QUERY = """
import os, signal, threading, time
import duckdb
from orderhealth_pipeline import cli

def interrupt():
    # Once it has computed for a second, however busy the machine: DuckDB is interrupted in nothing else.
    begun = time.process_time()
    while time.process_time() < begun + 1:
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)

def call(**options):
    # With one thread the interrupted one computes; else it may wait for another, and hear nothing.
    with duckdb.connect(config={"threads": 1}) as con:
        query = "select count(*) from range({}) as t (i) where hash(i) % 7 = 1"
        con.execute(query.format(1)).fetchall()
        threading.Thread(target=interrupt, daemon=True).start()
        con.execute(query.format(100_000_000_000)).fetchall()

cli.calls.main = call
cli.main()
"""


def test_an_interrupted_query_is_no_error_of_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LONG_QUERY],
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "Aborted!\n")
