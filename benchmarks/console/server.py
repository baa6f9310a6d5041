"""A console in a process of its own over a store of many orders: what it holds and how fast it answers.

What belongs here: the store, the process, its memory, times of answers, open streams. What does not: what
Chromium sees (phone.py).
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation

PROGRAM: Final = Path(sys.executable).with_name("orderhealth")
_CONFIGURATION: Final = """\
timezone: Asia/Shanghai
locale: zh
feeds: feeds
store: orderhealth.duckdb
expectations: expectations
"""
_A_CASE_AN_ORDER: Final = (("case_by: warehouse", "case_by: order"), ("more_than: 240", "more_than: 60"))
"""How the rule of parcels that stay in the warehouse is changed, so that there are thousands of cases."""
_START_SECONDS: Final = 60


@dataclass
class Console:
    """A console that answers on loopback."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """Return where it is."""
        return f"http://127.0.0.1:{self.port}"

    def mebibytes(self) -> float:
        """Return the resident memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        if found is None:
            raise OSError("the console has ended")
        return int(found[1]) / 1024

    def answer_seconds(self, path: str) -> float:
        """Ask for a page, read all of it, and return how long that took."""
        began = time.perf_counter()
        self.text(path)
        return time.perf_counter() - began

    def text(self, path: str) -> str:
        """Return a page. Raises ValueError where the answer is an error."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status != HTTPStatus.OK:
            raise ValueError(f"{path}: {answer.status}")
        return text

    @contextmanager
    def open_streams(self, count: int) -> Iterator[None]:
        """Keep so many streams of events open, as pages do that somebody looks at."""
        connections = [HTTPConnection("127.0.0.1", self.port, timeout=60) for _ in range(count)]
        for each in connections:
            each.request("GET", "/api/v1/events")
            each.getresponse()
        yield
        for each in connections:
            each.close()


def evaluated_shop(folder: Path, orders: int) -> Path:
    """Simulate and evaluate a shop whose systems fail on the eve of a promotion; gives its configuration."""
    simulation = simulate("promo_618", orders, 5)
    write_simulation(simulation, folder / "feeds")
    shutil.copytree(expectations_folder(), folder / "expectations")
    rule = folder / "expectations/warehouse/outbound_overdue.yml"
    text = rule.read_text(encoding="utf-8")
    for shipped, ours in _A_CASE_AN_ORDER:
        text = text.replace(shipped, ours)
    rule.write_text(text, encoding="utf-8")
    file = folder / "orderhealth.yml"
    file.write_text(_CONFIGURATION, encoding="utf-8")
    call: list[str | Path] = [PROGRAM, "run", "--config", file, "--as-of", simulation.as_of.isoformat()]
    subprocess.run(call, check=True, capture_output=True)
    return file


def number_of(folder: Path, statement: str) -> int:
    """Ask the store for one number."""
    with duckdb.connect(str(folder / "orderhealth.duckdb"), read_only=True) as con:
        ((number,),) = con.execute(statement).fetchall()
    return int(number)


@contextmanager
def serving(configuration: Path) -> Iterator[Console]:
    """Start a console, wait until it answers, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    call: list[str | Path] = [PROGRAM, "console", "--port", str(port), "--config", configuration]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    console = Console(port, process)
    try:
        _wait_for(console)
        yield console
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(console: Console) -> None:
    ends_at = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends_at:
        try:
            socket.create_connection(("127.0.0.1", console.port), 0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the console did not start")
