"""Changing a rule in Chromium: drag, publish, conflict, undo, keyboard alone, cards, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.settings import Settings
from tests.browser.conftest import SIZES
from tests.browser.console import serving
from tests.unit.console.conftest import shop  # noqa: F401 - a fixture
from tests.unit.console.rule_files import copied_rules

pytestmark = pytest.mark.browser

RULE = "paid_not_in_erp"


@pytest.fixture(scope="module")
def site(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:  # noqa: F811
    """Serve a console over rules of its own, and return its address and the folder of the rules."""
    folder = tmp_path_factory.mktemp("rules")
    rules = copied_rules(folder)
    settings = shop.overridden(expectations=rules, desk=SecretStr(str(folder / "browser.desk.db")))
    with serving(create_app(settings, lambda: datetime.now(UTC))) as address:
        yield address, rules


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Open a page at both sizes; whatever it complains of fails the test."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=request.param == "phone", locale="en"
    )
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    context.close()


def _open(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path}")
    expect(page.locator("[data-open]")).to_be_visible(timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_the_number_moves_while_a_threshold_is_dragged(page: Page, site: tuple[str, Path]) -> None:
    _open(page, site[0], f"/rules/{RULE}")
    before = page.locator("[data-open]").inner_text()
    slider = page.locator("[data-slider]").first.bounding_box()
    assert slider is not None
    x, y, width = slider["x"], slider["y"] + slider["height"] / 2, slider["width"]
    page.mouse.move(x + width * 0.3, y)
    page.mouse.down()
    for percent in range(30, 100, 2):
        page.mouse.move(x + width * percent / 100, y)
        page.wait_for_timeout(20)
    # The button is still held: the number follows all the same.
    expect(page.locator("[data-open]")).not_to_have_text(before, timeout=10_000)
    page.mouse.up()
    assert float(page.locator(".exact").first.input_value()) > 40
    expect(page.locator(".orders-gone a").first).to_be_visible()


def test_a_newcomer_changes_a_threshold_and_takes_it_back(page: Page, site: tuple[str, Path]) -> None:
    address, rules = site
    file = rules / "payment" / f"{RULE}.yml"
    before = file.read_text(encoding="utf-8")
    page.goto(f"{address}/rules")
    page.get_by_role("link", name="Paid, but missing from the ERP").click()
    expect(page.locator("[data-open]")).to_be_visible(timeout=20_000)
    page.locator(".exact").first.fill("22")
    page.get_by_role("button", name="Review and publish").click()
    page.get_by_label("Why").fill("slower interface tonight")
    if page.get_by_label("I have looked").count():
        page.get_by_label("I have looked").check()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".done")).to_contain_text("15 → 22")
    assert "more_than: 22}" in file.read_text(encoding="utf-8")
    page.locator(".done").get_by_role("button", name="Undo").click()
    expect(page.locator(".done")).to_contain_text("Taken back")
    assert file.read_text(encoding="utf-8") == before


def test_what_somebody_else_changed_meanwhile_is_shown(page: Page, site: tuple[str, Path]) -> None:
    address, rules = site
    file = rules / "payment" / f"{RULE}.yml"
    before = file.read_text(encoding="utf-8")
    _open(page, address, f"/rules/{RULE}")
    page.locator(".exact").first.fill("18")
    page.get_by_role("button", name="Review and publish").click()
    page.get_by_label("Why").fill("mine")
    file.write_text(before.replace("weight: 0.60", "weight: 0.62"), encoding="utf-8")
    if page.get_by_label("I have looked").count():
        page.get_by_label("I have looked").check()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The file was changed meanwhile")
    expect(page.get_by_label("Why")).to_have_value("mine")
    file.write_text(before, encoding="utf-8")


def test_the_keyboard_alone_is_enough(page: Page, site: tuple[str, Path]) -> None:
    _open(page, site[0], f"/rules/{RULE}")
    page.locator("[data-slider]").first.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    assert float(page.locator(".exact").first.input_value()) > 20
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Review and publish").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why")).to_be_visible()


def test_cards_are_dragged_and_moved_by_buttons(page: Page, site: tuple[str, Path]) -> None:
    _open(page, site[0], "/rules/scripted_low_price/condition")
    looks = page.locator("select.look")
    first, second = (looks.nth(number).input_value() for number in (0, 1))
    page.get_by_role("button", name="Move down").first.click()
    expect(page.locator(".cards .cards .cards select.look").first).to_have_value(first, timeout=10_000)
    # Wait until the answer has taken the place of the cards that the button belonged to.
    grip = page.locator(".cards .cards .cards .grip")
    expect(grip).to_have_count(3)
    source, target = grip.nth(0).bounding_box(), grip.nth(2).bounding_box()
    assert source is not None
    assert target is not None
    if page.viewport_size["width"] > 1000:  # type: ignore[index]
        page.mouse.move(source["x"] + 8, source["y"] + 12)
        page.mouse.down()
        page.mouse.move(source["x"] + 8, source["y"] + 60, steps=8)
        page.mouse.move(target["x"] + 8, target["y"] + 70, steps=12)
        page.mouse.up()
        expect(page.locator(".cards .cards .cards select.look").first).to_have_value(second, timeout=10_000)


def test_a_figure_is_changed_without_javascript(browser: Browser, site: tuple[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{site[0]}/rules/{RULE}")
    page.locator(".exact").first.fill("40")
    page.get_by_role("button", name="See what it does").click()
    expect(page.locator(".orders-gone a").first).to_be_visible()
    context.close()
