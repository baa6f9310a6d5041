"""What the console costs with many orders and many open cases: memory, answers, first views on a slow phone.

What belongs here: asking, and a table of figures beside their limits. What does not: the server (server.py),
Chromium (phone.py).

    .venv/bin/python -m benchmarks.console.measure --orders 600000

Fails where a limit is missed. The limits are those of a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from benchmarks.console.phone import chromium, first_view
from benchmarks.console.server import Console, evaluated_shop, number_of, serving

STREAMS: Final = 50
LOOKS: Final = 100
VIEWS: Final = 3
DRAGS: Final = 40
PAGES: Final = (
    "/",
    "/cases",
    "/actions",
    "/search?q=0",
    "/process",
    "/sources",
    "/alerts",
    "/rules",
    "/calendar",
)
DRAGGED: Final = "/rules/tracking_stalled"
START: Final = 20
OPEN_CASES: Final = "select count(*) from cases where resolved_at is null"
ACTIVE: Final = "select count(*) from order_fact where is_active"


@dataclass
class Figures:
    """What was measured, and which limits it missed."""

    missed: list[str] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, limit: float | None = None) -> None:
        """Print a row, and remember it where it is above its limit."""
        print(f"| {what} | {value:,.2f} {unit} | {'' if limit is None else f'{limit:g}'} |", flush=True)
        if limit is not None and value > limit:
            self.missed.append(what)


def main() -> None:
    """Make the store, serve it, measure, and print a Markdown table as it grows."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, required=True)
    arguments.add_argument("--keep", type=Path, help="A folder for the shop, or that of an earlier call.")
    asked = arguments.parse_args()
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="orderhealth-console-") as made:
        folder = asked.keep or Path(made)
        configuration = folder / "orderhealth.yml"
        if not configuration.exists():
            configuration = evaluated_shop(folder, asked.orders)
        open_cases, active = number_of(folder, OPEN_CASES), number_of(folder, ACTIVE)
        print(f"{asked.orders:,} orders, {active:,} of them active, {open_cases:,} open cases\n")
        print("| what | measured | limit |\n| --- | ---: | ---: |")
        with serving(configuration) as console:
            _memory(figures, console)
            _answers(figures, console)
            _drags(figures, console)
            figures.add("memory after all that", console.mebibytes(), "MB")
            _first_views(figures, console)
    if figures.missed:
        sys.exit("missed: " + ", ".join(figures.missed))


def _memory(figures: Figures, console: Console) -> None:
    figures.add("memory at the start", console.mebibytes(), "MB")
    for page in (*PAGES, *PAGES):
        console.answer_seconds(page)
    alone = console.mebibytes()
    with console.open_streams(STREAMS):
        for page in PAGES:
            console.answer_seconds(page)
        held = console.mebibytes()
        times = sorted(console.answer_seconds("/cases") for _ in range(LOOKS))
    figures.add(f"memory with {STREAMS} open pages", held, "MB", 250)
    figures.add("memory of an open page", (held - alone) / STREAMS, "MB", 0.1)
    figures.add(f"`/cases` with {STREAMS} open pages, 95 % of answers", _p95(times) * 1_000, "ms", 150)


def _answers(figures: Figures, console: Console) -> None:
    for page in PAGES:
        times = sorted(console.answer_seconds(page) for _ in range(LOOKS // 5))
        figures.add(f"`{page}`, 95 % of answers", _p95(times) * 1_000, "ms", 150)


def _drags(figures: Figures, console: Console) -> None:
    page = console.text(DRAGGED)
    (name,) = re.findall(r'<input class="exact"[^>]* name="([^"]+)"', page)[:1]
    fixed = re.findall(r'<input type="hidden" name="(fingerprint)" value="([^"]+)"', page)
    effects = [
        f"{DRAGGED}/effect?{urlencode([*fixed, (unescape(name), str(START + each))])}"
        for each in range(DRAGS)
    ]
    while "data-open" not in console.text(effects[0]):
        time.sleep(0.5)
    times = sorted(console.answer_seconds(each) for each in effects[1:])
    figures.add("a figure dragged, median", statistics.median(times) * 1_000, "ms", 300)
    figures.add("a figure dragged, 95 % of answers", _p95(times) * 1_000, "ms")


def _first_views(figures: Figures, console: Console) -> None:
    with chromium() as browser:
        for page in PAGES:
            views = [first_view(browser, console.address + page) for _ in range(VIEWS)]
            seconds = statistics.median(view.seconds for view in views)
            figures.add(f"`{page}` on a slow phone, largest paint", seconds, "s", 1.5)
            figures.add(f"`{page}`, weight", max(view.kilobytes for view in views), "kB", 250)
            figures.add(f"`{page}`, requests", max(view.requests for view in views), "", 8)


def _p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
