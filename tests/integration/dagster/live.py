"""A real Dagster: daemon and webserver as processes of their own, spoken to through GraphQL.

What belongs here: starting, asking, stopping. What does not: what is expected of it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests

CHECKOUT = Path(__file__).resolve().parents[3]

# Dagster handles SIGTERM as it was started to handle SIGINT, which a shell's background job ignores.
INTERRUPTIBLE = ("env", "--default-signal=INT")

T = TypeVar("T")


@dataclass(frozen=True)
class LiveDagster:
    """A running webserver; `home` holds the logs of both processes."""

    url: str
    home: Path

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask GraphQL and give `data`."""
        answer = requests.post(
            f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60
        )
        content: dict[str, Any] = answer.json()
        assert "errors" not in content, content["errors"]
        data: dict[str, Any] = content["data"]
        return data

    def wait_for(self, what: str, look: Callable[[], T | None], seconds: float) -> T:
        """Look until there is something; fail with the end of the logs otherwise."""
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            found = look()
            if found:
                return found
            time.sleep(0.5)
        logs = "\n".join(
            f"== {log.name}\n" + log.read_text(errors="replace")[-4000:] for log in self.home.glob("*.log")
        )
        raise AssertionError(f"{what} did not happen within {seconds} seconds\n{logs}")


@contextmanager
def live_dagster(folder: Path, configuration: Path) -> Iterator[LiveDagster]:
    """Run daemon and webserver on a free port of 127.0.0.1 until the block ends."""
    home = folder / "dagster_home"
    home.mkdir()
    shutil.copy(CHECKOUT / "dagster_instance.yaml", home / "dagster.yaml")
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "ORDERHEALTH_CONFIG": str(configuration),
        "PYTHONPATH": str(CHECKOUT),
    }
    # Two programs that create the same database at the same moment spoil it.
    subprocess.run(
        [sys.executable, "-m", "dagster", "instance", "migrate"],
        env=environment,
        check=True,
        capture_output=True,
    )
    port = _free_port()
    workspace = ["-w", str(CHECKOUT / "workspace.yaml")]
    programs = {
        "daemon": ["dagster._daemon", "run", *workspace],
        "webserver": ["dagster_webserver", *workspace, "-h", "127.0.0.1", "-p", str(port)],
    }
    processes = []
    try:
        for name, arguments in programs.items():
            with (home / f"{name}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        [*INTERRUPTIBLE, sys.executable, "-m", *arguments],
                        cwd=folder,
                        env=environment,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        dagster = LiveDagster(f"http://127.0.0.1:{port}", home)
        dagster.wait_for("the webserver's start", lambda: _is_up(dagster.url), 180)
        yield dagster
    finally:
        for process in processes:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, which stops its code server; end its own group if that takes too long."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=5)


def _is_up(url: str) -> bool:
    try:
        return requests.get(f"{url}/server_info", timeout=5).ok
    except requests.ConnectionError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
