"""`orderhealth console` as a program: it says where it is, and stops although streams are open."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from orderhealth_pipeline.console.serve import listening_socket
from orderhealth_pipeline.errors import ConfigurationError


def test_a_port_that_is_taken_is_told_with_the_way_out() -> None:
    with listening_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"cannot listen on 127.0.0.1:{port}.*--port"):
            listening_socket("127.0.0.1", port)


def test_a_host_that_is_none_is_told_too() -> None:
    with pytest.raises(ConfigurationError, match="cannot listen on no-such-host"):
        listening_socket("no-such-host.invalid", 8300)


def test_the_console_stops_at_once_while_pages_are_open(tmp_path: Path) -> None:
    configuration = tmp_path / "orderhealth.yml"
    configuration.write_text("locale: en\n", encoding="utf-8")
    program = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "orderhealth_pipeline.cli",
            "console",
            "--port",
            "0",
            "--config",
            str(configuration),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    port = int(re.findall(r"http://127\.0\.0\.1:(\d+)", program.stdout.readline())[0])
    address = f"http://127.0.0.1:{port}"
    with httpx.stream("GET", f"{address}/api/v1/events", timeout=60) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        next(stream.iter_bytes())
        program.send_signal(signal.SIGTERM)
        begin = time.monotonic()
        program.wait(30)
        assert time.monotonic() - begin < 5
    program.stdout.close()
