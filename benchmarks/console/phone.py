"""Pages as a phone with a slow network and a slow processor sees them for the first time.

What belongs here: Chromium, its throttles, what it measures of a page. What does not: the server (server.py).
Slow 4G and the four-fold processor are those that Lighthouse takes for phones.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

_SLOW_4G: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_TIMES_SLOWER: Final = 4
_WIDTH, _HEIGHT = 390, 844
_WATCH: Final = """
window.largestPaint = 0;
new PerformanceObserver(list => list.getEntries().forEach(each => { window.largestPaint = each.startTime; }))
  .observe({type: "largest-contentful-paint", buffered: true});
"""
_WEIGHT: Final = """() => ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind))
  .filter(each => !each.name.endsWith("/events"))
  .reduce(([bytes, requests], each) => [bytes + each.transferSize, requests + 1], [0, 0])"""
_QUIET_MS: Final = 1_500
"""How long after its load event a page may still paint something larger."""


@dataclass(frozen=True)
class FirstView:
    """The largest contentful paint of a page in seconds, its bytes on the wire, its requests."""

    seconds: float
    kilobytes: float
    requests: int


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of the system."""
    program = shutil.which("chromium")
    if program is None:
        sys.exit("Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def first_view(browser: Browser, address: str) -> FirstView:
    """Open a page on a phone that has never been there."""
    context = browser.new_context(viewport={"width": _WIDTH, "height": _HEIGHT}, is_mobile=True)
    page = context.new_page()
    page.add_init_script(_WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", dict[str, Any](_SLOW_4G))
    session.send("Emulation.setCPUThrottlingRate", {"rate": _TIMES_SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(_QUIET_MS)
    bytes_, requests = page.evaluate(_WEIGHT)
    milliseconds = page.evaluate("() => window.largestPaint")
    context.close()
    return FirstView(milliseconds / 1_000, bytes_ / 1_000, requests)
