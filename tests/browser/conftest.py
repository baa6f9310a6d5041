"""Chromium, and the report pages it opens from disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from orderhealth_pipeline.report.render.html import render_html
from tests.unit.report.conftest import STORES, make_store, report_about

SIZES = {"phone": (390, 844), "desk": (1440, 900)}
EVERY_PAGE = [(name, locale, size) for name in STORES for locale in ("zh", "en") for size in SIZES]
# A state is waited for as long as a busy machine may need: a fast one does not wait.
expect.set_options(timeout=30_000)
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Opened:
    """A page, with what it asked for and complained about while it opened."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the Chromium of the system, without a network of its own."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Write the report of every small store in both languages, by store and language."""
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for name in STORES:
        store = make_store(name, folder)
        for locale in ("zh", "en"):
            written[name, locale] = folder / f"{name}_{locale}.html"
            written[name, locale].write_text(render_html(report_about(store, locale)), encoding="utf-8")
    return written


@pytest.fixture(scope="module", params=EVERY_PAGE, ids="-".join)
def opened(
    request: pytest.FixtureRequest, browser: Browser, pages: dict[tuple[str, str], Path]
) -> Iterator[Opened]:
    """Open every report at every size."""
    name, locale, size = request.param
    yield from open_page(browser, pages[name, locale], SIZES[size])


def open_page(browser: Browser, file: Path, size: tuple[int, int], *, dark: bool = False) -> Iterator[Opened]:
    """Open a file at a size in pixels, in the light or in the dark."""
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    opened = Opened(page)
    page.on("request", lambda request: opened.requests.append(request.url))
    page.on("console", lambda message: opened.complaints.append(message.text))
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.goto(file.as_uri())
    yield opened
    page.close()
