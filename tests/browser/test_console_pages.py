"""The console in Chromium, on phones and on a desk: it fits, is light, and changes by itself."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from orderhealth_pipeline.console.registry import PAGES
from tests.browser.console import Served, served_console

pytestmark = pytest.mark.browser

SIZES: dict[str, tuple[int, int, Literal["light", "dark"]]] = {
    "phone": (390, 844, "light"),
    "small": (360, 740, "dark"),
    "desk": (1440, 900, "light"),
}
AT_MOST_BYTES, AT_MOST_REQUESTS = 250_000, 8
AT_MOST_SECONDS = 3.0
"""The aim is two; on two cores that do nothing else it takes 0.7 to 1.0."""
WEIGHT = """() => ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind))
  .reduce((sum, each) => sum + each.transferSize, 0)"""
SHOWN_AT = "() => document.querySelector('.page-head .muted').textContent"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_console(tmp_path_factory.mktemp("console")) as served:
        yield served


@pytest.fixture(scope="module")
def paths(served: Served) -> list[str]:
    """Name every page that is read, that of an order with findings among them."""
    report = served.app.state.site.report("zh")
    order_id = report.top_orders[0].order_id
    asks_for_more = ("/process/waiting",)
    plain = [
        page.path
        for page in PAGES
        if "{" not in page.path and page.path not in asks_for_more and page.template and "GET" in page.methods
    ]
    return [*plain, f"/orders/{order_id}", "/?wall=1", "/search?q=0", "/process/waiting?from=paid"]


@pytest.fixture(params=SIZES)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    width, height, scheme = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield context
    context.close()


@pytest.fixture
def tab(browser: Browser, served: Served) -> Iterator[Page]:
    """Open the first page on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(served.address)
    wait_for(lambda: served.streams == 1)
    yield page
    context.close()
    wait_for(lambda: served.streams == 0)


def wait_for(condition: Any, seconds: float = 60.0) -> float:
    """Wait, and return the second at which it was true."""
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "waited in vain"
        time.sleep(0.02)
    return time.time()


def listen(page: Page, complaints: list[str], requests: list[str]) -> None:
    """Write down what a page complains of and asks for; of an address that leads on, where it leads."""

    def note(asked: Request) -> None:
        if asked.redirected_from is not None:
            requests.remove(asked.redirected_from.url)
        requests.append(asked.url)

    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", note)


def test_every_page_fits_is_light_and_keeps_its_policy(
    context: BrowserContext, served: Served, paths: list[str]
) -> None:
    axe = Axe()
    for path in paths:
        page = context.new_page()
        complaints: list[str] = []
        requests: list[str] = []
        listen(page, complaints, requests)
        page.goto(served.address + path)
        page.wait_for_function("() => window.htmx")
        assert complaints == [], path
        assert {url.split("/", 3)[2] for url in requests} == {served.address.removeprefix("http://")}, path
        assert len(requests) <= AT_MOST_REQUESTS, path
        inside, outside = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert inside <= outside, path
        weight = page.evaluate(WEIGHT)
        assert weight <= AT_MOST_BYTES, path
        found = axe.run(page).response["violations"]
        assert [
            (each["id"], node["html"][:120])
            for each in found
            for node in each["nodes"]
            if each["impact"] in ("serious", "critical")
        ] == [], path
        page.close()


def fastest(measure: Callable[[], float]) -> float:
    """Return the best of up to three: a machine that does something else for a moment is no slow page."""
    seconds = []
    for _ in range(3):
        seconds.append(measure())
        if seconds[-1] <= AT_MOST_SECONDS:
            break
    return min(seconds)


def seconds_until_shown(tab: Page, served: Served) -> float:
    before = tab.evaluate(SHOWN_AT)
    published = served.evaluate()
    return wait_for(lambda: tab.evaluate(SHOWN_AT) != before) - published


def seconds_until_back(tab: Page, served: Served) -> float:
    before = tab.evaluate(SHOWN_AT)
    tab.context.set_offline(offline=True)
    tab.evaluate("() => window.dispatchEvent(new Event('offline'))")
    assert tab.is_visible(".offline")
    served.evaluate()
    tab.wait_for_timeout(500)
    assert tab.evaluate(SHOWN_AT) == before
    tab.context.set_offline(offline=False)
    back = time.time()
    return wait_for(lambda: tab.evaluate(SHOWN_AT) != before) - back


def test_a_page_changes_by_itself_within_seconds_of_a_publish(tab: Page, served: Served) -> None:
    tab.evaluate("() => { window.stayed = true; }")
    assert fastest(lambda: seconds_until_shown(tab, served)) <= AT_MOST_SECONDS
    assert tab.evaluate("window.stayed"), "the page was loaded again"
    assert re.search(r"\d\d\.\d\d", tab.title())


def test_nothing_typed_is_lost_when_a_page_changes(tab: Page, served: Served) -> None:
    tab.goto(f"{served.address}/search")
    tab.fill("#q", "half a numb")
    before = tab.evaluate("document.body.dataset.state")
    served.evaluate()
    tab.wait_for_timeout(1500)
    assert before
    assert tab.input_value("#q") == "half a numb"
    assert tab.evaluate("document.activeElement.id") == "q"


def test_after_being_offline_the_right_state_is_there_at_once(tab: Page, served: Served) -> None:
    assert fastest(lambda: seconds_until_back(tab, served)) <= AT_MOST_SECONDS
    assert not tab.is_visible(".offline")


@pytest.mark.parametrize("status", [None, 502], ids=["no answer", "bad gateway"])
def test_what_could_not_be_fetched_is_fetched_again(tab: Page, served: Served, status: int | None) -> None:
    before = tab.evaluate(SHOWN_AT)
    failures: list[str] = []

    def fail_once(route: Route) -> None:
        if failures:
            route.continue_()
            return
        failures.append(route.request.url)
        if status is None:
            route.abort()
        else:
            route.fulfill(status=status, body="<html><body>Bad gateway</body></html>")

    tab.route(f"{served.address}/", fail_once)
    served.evaluate()
    wait_for(lambda: tab.evaluate(SHOWN_AT) != before)
    assert failures
    assert "Bad gateway" not in tab.content()


def test_all_tabs_of_a_browser_share_one_stream(tab: Page, served: Served) -> None:
    others = [tab.context.new_page() for _ in range(6)]
    for other in others:
        other.goto(served.address)
    assert served.streams == 1
    before = tab.evaluate(SHOWN_AT)
    served.evaluate()
    for each in (tab, *others):
        wait_for(lambda each=each: each.evaluate(SHOWN_AT) != before)
    tab.close()
    wait_for(lambda: served.streams == 1)
    before = others[0].evaluate(SHOWN_AT)
    served.evaluate()
    wait_for(lambda: others[0].evaluate(SHOWN_AT) != before)


def test_old_data_says_so_while_the_page_stays_open(tab: Page) -> None:
    note = tab.locator(".old")
    assert note.is_visible(), "the simulated evening is long over"


def test_the_navigation_works_by_keyboard(tab: Page, served: Served) -> None:
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    for _ in range(3):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(f"{served.address}/[a-z]+"))
    assert tab.locator("[aria-current=page]").count() >= 1
