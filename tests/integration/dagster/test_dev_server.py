"""`make dev` looks at the port before anything starts, and stops as a whole."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orderhealth_pipeline.defs.server.dev_server import HOST, free_port
from orderhealth_pipeline.errors import ConfigurationError
from tests.real_data import CHECKOUT

LONGEST_SECONDS = 120


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "3000a", "30 00", "３０００", "3000.0"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="a whole number from 1 to 65535 was expected"):
        free_port(text)


def test_a_port_that_is_taken_is_refused_with_a_way_out() -> None:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        taken = str(listener.getsockname()[1])
        with pytest.raises(
            ConfigurationError, match=f"port {taken} of {HOST} cannot be used.*make dev PORT=3001"
        ):
            free_port(taken)


def test_a_free_port_is_taken_as_it_is() -> None:
    port = unused_port()
    assert free_port(str(port)) == port


def test_a_mistake_is_told_without_a_traceback() -> None:
    call = [sys.executable, "-m", "orderhealth_pipeline.defs.server.dev_server", "--check", "x"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "PORT is 'x'; a whole number from 1 to 65535 was expected\n"


@pytest.mark.slow  # Dagster takes its time to start and to stop
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all_of_it(number: signal.Signals, tmp_path: Path) -> None:
    home, port = tmp_path / "home", unused_port()
    home.mkdir()
    shutil.copy(CHECKOUT / "dagster_instance.yaml", home / "dagster.yaml")
    shutil.copy(CHECKOUT / "workspace.yaml", tmp_path)
    environment = {**os.environ, "DAGSTER_HOME": str(home), "PYTHONPATH": str(CHECKOUT)}
    environment.pop("ORDERHEALTH_CONFIG", None)
    call = [sys.executable, "-m", "orderhealth_pipeline.defs.server.dev_server", str(port)]
    log = tmp_path / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            call, cwd=tmp_path, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as server,
    ):
        until = time.monotonic() + LONGEST_SECONDS
        while "Serving dagster-webserver" not in log.read_text(encoding="utf-8"):
            if time.monotonic() > until or server.poll() is not None:
                break
            time.sleep(0.2)
        server.send_signal(number)
        assert server.wait(LONGEST_SECONDS) == 0
    assert "Serving dagster-webserver" in log.read_text(encoding="utf-8")
    assert free_port(str(port)) == port
    assert processes_with(str(home)) == []
    assert "dagster.yaml" not in log.read_text(encoding="utf-8")


def processes_with(text: str) -> list[str]:
    """Return the programs that run with this in their environment."""
    running = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (folder / "environ").read_bytes():
                running.append((folder / "cmdline").read_text(encoding="utf-8"))
        except OSError:
            continue
    return running
