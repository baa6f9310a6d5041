"""Over a server that is named a run ends in the tables of a run here; a server that dies changes nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.property.test_ticks import TABLES

pytestmark = pytest.mark.spark

AS_OF = "2026-11-10T20:00:00+08:00"
SERVER = """
import sys, time
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", int(sys.argv[1]))
server.start(background=True)
time.sleep(600)
"""


@contextmanager
def sail() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)], env={**os.environ, "RUST_LOG": "error"}
    )
    try:
        for _ in range(300):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"sc://127.0.0.1:{port}", server
    finally:
        server.kill()
        server.wait()


def run_of(feeds: Path, store: Path, *options: str) -> list[str]:
    program = [sys.executable, "-m", "orderhealth_pipeline.cli", "run", "--feeds", str(feeds)]
    return [*program, "--as-of", AS_OF, "--ahead", "--store", str(store), "--full", "--json", *options]


def test_a_server_that_dies_leaves_the_store_as_it_was_and_the_next_run_gives_what_one_here_gives(
    tmp_path: Path,
) -> None:
    feeds = tmp_path / "feeds"
    write_simulation(simulate("promo_eve", 300, 7), feeds)
    alone, spread = tmp_path / "alone.duckdb", tmp_path / "spread.duckdb"
    subprocess.run(run_of(feeds, alone), check=True, capture_output=True)
    with sail() as (url, server):
        options = ("--engine", "spark", "--remote", url)
        run = subprocess.Popen(run_of(feeds, spread, *options), stderr=subprocess.PIPE, text=True)
        exchanged = tmp_path / "spread.duckdb.tmp"
        while run.poll() is None and len(list(exchanged.glob("*/tmp*"))) < 2:
            time.sleep(0.05)
        server.kill()
        _, said = run.communicate(timeout=120)
    assert run.returncode == 2
    assert "Spark Connect failed" in said
    assert "Traceback" not in said
    assert not spread.exists()
    with sail() as (url, _):
        subprocess.run(run_of(feeds, spread, "--engine", "spark", "--remote", url), check=True)
    for table in TABLES:
        assert rows_of(spread, table) == rows_of(alone, table), table
    assert not exchanged.exists()


def rows_of(store: Path, table: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(store), read_only=True) as con:
        return con.execute(f"from {table} order by all").fetchall()
