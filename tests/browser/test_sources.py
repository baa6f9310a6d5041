"""The page of the data in Chromium, on a phone and a desk: what a word means, and a file that is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from tests.browser.conftest import SIZES
from tests.browser.console import serving
from tests.unit.console.rule_files import copied_rules

pytestmark = pytest.mark.browser

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
EXPORT = "订单号,下单日期,订单状态,实付金额（元）,收货人\n" + "".join(
    f"{number},2026-11-09 09:{number % 60:02},{'已发货' if number % 5 else '挂单中'},{number}.00,张三丰\n"
    for number in range(100, 130)
)
DROPPED = """([name, content]) => {
  const files = new DataTransfer();
  files.items.add(new File([content], name, {type: "text/csv"}));
  const zone = document.querySelector("[data-drop] .zone");
  for (const type of ["dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: files}));
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the console of a shop that says words of its own."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "feeds").mkdir()
    rows = [(f"A{number}", word) for number, word in enumerate(["待发货", "待发货", "ON-HOLD", "paid"])]
    (folder / "feeds" / "storefront_orders.csv").write_text(
        "order_id,shop,buyer_id,placed_at,status,amount\n"
        + "".join(f"{order},s,b,2026-11-10 10:00:00,{word},5\n" for order, word in rows),
        encoding="utf-8",
    )
    settings = Settings(
        as_of=NOON,
        store=folder / "s.duckdb",
        feeds=folder / "feeds",
        own_adapters=folder / "adapters",
        expectations=copied_rules(folder),
        desk=SecretStr(str(folder / "sources.desk.db")),
        locale="en",
    )
    run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
    with serving(create_app(settings, lambda: datetime.now(UTC))) as address:
        yield address


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Open a page at both sizes; whatever it complains of fails the test."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=request.param == "phone", locale="en"
    )
    context.set_default_timeout(60_000)
    opened, complaints = context.new_page(), list[str]()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []
    context.close()


def fits(page: Page) -> bool:
    """Say whether nothing of the page lies beside it."""
    size = page.viewport_size
    assert size is not None
    return int(page.evaluate("document.documentElement.scrollWidth")) <= size["width"]


def test_the_meaning_of_a_word_is_chosen_by_keyboard_and_taken_back(page: Page, address: str) -> None:
    page.goto(f"{address}/sources")
    assert fits(page)
    choice = page.get_by_label("ON-HOLD means")
    choice.focus()
    choice.press("ArrowDown")
    expect(choice).to_have_value("on_hold")
    page.get_by_label("How you know").fill("asked the platform")
    page.keyboard.press("Enter")
    done = page.locator(".note.done")
    expect(done).to_contain_text("ON-HOLD → on_hold", timeout=60_000)
    assert fits(page)
    done.get_by_role("button", name="Undo").click()
    expect(page.locator(".note.done")).to_contain_text("Taken back", timeout=60_000)


def test_a_dropped_file_shows_what_it_is_and_is_loaded(page: Page, address: str) -> None:
    name = f"export of {page.viewport_size['width']}.csv"  # type: ignore[index]
    page.goto(f"{address}/sources")
    page.evaluate(DROPPED, [name, EXPORT])
    page.wait_for_url("**/sources/files/*")
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".tally")).to_contain_text("30 rows would be taken")
    assert "张三丰" not in page.content()
    assert fits(page)
    page.get_by_role("button", name="Load it").press("Enter")
    page.wait_for_url("**/sources?loaded=*")
    expect(page.locator("#files .note")).to_contain_text(f"{name} is in place")


def test_a_file_is_chosen_and_thrown_away_without_dragging(page: Page, address: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello", encoding="utf-8")
    page.goto(f"{address}/sources")
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_url("**/sources/files/*")
    expect(page.locator(".trouble")).to_contain_text("It cannot be read")
    page.get_by_role("button", name="Throw it away").click()
    page.wait_for_url("**/sources*")
    expect(page.get_by_text("notes.txt")).to_have_count(0)
