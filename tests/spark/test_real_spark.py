"""Over a real Spark, a worker of which is killed meanwhile, a run ends in the tables of a run here.

`make test-spark-real` starts the server, and says by ORDERHEALTH_SPARK_SERVER which process it is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.property.test_ticks import TABLES
from tests.spark.test_server import rows_of, run_of

pytestmark = pytest.mark.real_spark

EXECUTOR = b"org.apache.spark.executor.CoarseGrainedExecutorBackend"
PYTHON = b"pyspark.daemon"


@pytest.mark.slow  # a JVM compiles every exchange anew: minutes
def test_a_worker_that_dies_changes_nothing(tmp_path: Path) -> None:
    remote, server = os.environ["ORDERHEALTH_SPARK_REMOTE"], int(os.environ["ORDERHEALTH_SPARK_SERVER"])
    feeds, alone, spread = tmp_path / "feeds", tmp_path / "alone.duckdb", tmp_path / "spread.duckdb"
    write_simulation(simulate("promo_eve", 300, 7), feeds)
    subprocess.run(run_of(feeds, alone), check=True, capture_output=True)
    options = ("--engine", "spark", "--remote", remote)
    with (tmp_path / "said").open("w+") as said:
        run = subprocess.Popen(run_of(feeds, spread, *options), stdout=said, stderr=said)
        killed = kill_an_executor_that_computes(server, run)
        assert run.wait(timeout=1800) == 0, said.seek(0) or said.read()
    assert killed not in executors(server)
    for table in TABLES:
        assert rows_of(spread, table) == rows_of(alone, table), table
    assert not spread.with_name("spread.duckdb.tmp").exists()


def kill_an_executor_that_computes(server: int, run: subprocess.Popen[bytes]) -> int:
    """Kill one of the executors that have a Python at work for the run; gives which."""
    while run.poll() is None:
        for executor in executors(server):
            daemons = [child for child in children(executor) if PYTHON in command_of(child)]
            if any(children(daemon) for daemon in daemons):
                os.kill(executor, signal.SIGKILL)
                return executor
        time.sleep(0.02)
    pytest.fail(f"no executor computed anything; the run ended with {run.returncode}")


def executors(server: int) -> list[int]:
    return [child for child in children(server) if EXECUTOR in command_of(child)]


def children(process: int) -> list[int]:
    try:
        tasks = [task.read_text() for task in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for line in tasks for child in line.split()]


def command_of(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
