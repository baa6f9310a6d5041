"""How long a webhook waits for its answer, at so many a second.

What belongs here: sending at a rate that does not slow down with the receiver, and percentiles. What does
not: the receiver, which runs in a process of its own.

    .venv/bin/python -m benchmarks.sources.hooks --per-second 200 --seconds 20

Fails where the 99th percentile is above ALLOWED_MS.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from benchmarks.console.server import serving
from orderhealth_pipeline.respond.sinks.standard_webhooks import signed_headers

ALLOWED_MS: Final = 200.0
_SECRET: Final = "benchmark-secret"  # noqa: S105 - of this program alone
_CONFIGURATION: Final = f"sources:\n  shop: {{type: push, secret: {_SECRET}}}\n"
_SENDERS: Final = 32
_PLACE: Final = "/hooks/shop/storefront_orders"


def main() -> None:
    """Start a console, send, and print the percentiles."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--per-second", type=int, default=200)
    arguments.add_argument("--seconds", type=int, default=20)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orderhealth.yml"
        file.write_text(_CONFIGURATION, encoding="utf-8")
        with serving(file) as console:
            times = sorted(_send(console.port, asked.per_second, asked.seconds))
        landed = sum(len(each.read_bytes().splitlines()) for each in (Path(folder) / "feeds").glob("*.jsonl"))
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"{len(times)} events, {landed} landed")
    print(f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {times[-1]:.1f} ms")
    if p99 > ALLOWED_MS or landed != len(times):
        sys.exit(f"p99 is {p99:.1f} ms; {ALLOWED_MS} are allowed.")


def _send(port: int, per_second: int, seconds: int) -> list[float]:
    """Send at a fixed rate; each time runs from when an event was due, so a queue counts."""
    began = time.perf_counter() + 0.5
    with ThreadPoolExecutor(_SENDERS) as senders:
        sent = [
            senders.submit(_some, port, range(first, per_second * seconds, _SENDERS), began, per_second)
            for first in range(_SENDERS)
        ]
        return [milliseconds for each in sent for milliseconds in each.result()]


def _some(port: int, numbers: range, began: float, per_second: int) -> list[float]:
    """Send some events over one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for number in numbers:
        due = began + number / per_second
        time.sleep(max(due - time.perf_counter(), 0))
        now = datetime.now(UTC)
        body = json.dumps(
            {"order_id": f"P{number}", "placed_at": now.isoformat(), "status": "paid", "amount": "8.10"}
        ).encode()
        connection.request("POST", _PLACE, body, signed_headers(f"evt-{number}", now, body, [_SECRET]))
        answer = connection.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            sys.exit(f"the console answers {answer.status}")
        times.append((time.perf_counter() - due) * 1000)
    connection.close()
    return times


if __name__ == "__main__":
    main()
