"""Runs a command beside a real Spark: a Connect server on this machine, and two workers of it.

What belongs here: starting and ending that server, and telling the command where it is. What does not: what
is tested over it. Needs Java 17 or later, and the full pyspark in this environment (`make test-spark-real`).

    .venv-spark-real/bin/python -m tests.spark.local_cluster python -m pytest tests/spark

The command has ORDERHEALTH_SPARK_REMOTE, the server's address, and ORDERHEALTH_SPARK_SERVER, its process.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

MASTER = "local-cluster[2,1,1024]"
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
SECONDS_TO_START = 300


def main() -> None:
    """Run the command of this call, and end with its exit code."""
    if len(sys.argv) == 1:
        sys.exit(f"usage: {Path(sys.argv[0]).name} COMMAND [ARGUMENT]...")
    with local_cluster() as (url, process):
        here = {"ORDERHEALTH_SPARK_REMOTE": url, "ORDERHEALTH_SPARK_SERVER": str(process)}
        done = subprocess.run(sys.argv[1:], env={**os.environ, **here}, check=False)
    sys.exit(done.returncode)


@contextmanager
def local_cluster() -> Iterator[tuple[str, int]]:
    """Start the server; gives its address and its process, of which the workers' executors are children."""
    import pyspark

    home = Path(pyspark.__file__).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
    }
    options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    with TemporaryDirectory(prefix="orderhealth-spark-") as folder:
        log = Path(folder) / "server.log"
        here = {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": folder,
            # Workers apply functions that are sent by name, so theirs is the Python that sends them.
            "PYSPARK_PYTHON": sys.executable,
        }
        submit = [str(home / "bin/spark-submit"), "--class", SERVER, "--master", MASTER, *options]
        with log.open("w") as told:
            server = subprocess.Popen(
                submit, stdout=told, stderr=told, env={**os.environ, **here}, cwd=folder
            )
        try:
            _wait_for(port, server, log)
            yield f"sc://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(SECONDS_TO_START * 5):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.2)
    sys.exit(f"Spark does not start:\n{log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    main()
