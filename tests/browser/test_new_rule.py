"""A new rule in Chromium, at both sizes: by keyboard, from an order, and held against the past."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_rules import page, site  # noqa: F401 - fixtures
from tests.unit.console.conftest import shop  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


def _fits(page: Page) -> None:  # noqa: F811
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_a_new_rule_is_written_by_the_keyboard_alone(page: Page, site: tuple[str, Path]) -> None:  # noqa: F811
    address, rules = site
    file = rules / "warehouse" / "waits_too_long.yml"
    page.goto(f"{address}/rules/new?lang=en")
    _fits(page)
    page.get_by_role("link", name="Waiting too long after a step").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-open]")).to_be_visible(timeout=20_000)
    _fits(page)
    before = page.locator("[data-open]").inner_text()
    page.locator(".cards input.exact").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("600")
    expect(page.locator("[data-open]")).not_to_have_text(before, timeout=20_000)
    page.get_by_label("What it is called").focus()
    page.keyboard.type("Waits too long")
    page.get_by_role("button", name="Review and publish").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("look-alike, not found").first).to_be_visible(timeout=20_000)
    _fits(page)
    page.get_by_label("Why", exact=True).focus()
    page.keyboard.type("customers ask")
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text("Published", timeout=20_000)
    assert "more_than: 600}" in file.read_text(encoding="utf-8")
    page.locator(".done").get_by_role("button", name="Undo").click()
    expect(page.locator(".done")).to_contain_text("Taken back")
    assert not file.exists()


def test_more_like_an_order_are_found_from_its_page(page: Page, site: tuple[str, Path]) -> None:  # noqa: F811
    address, _ = site
    page.goto(f"{address}/rules/new?template=waiting&lang=en")
    page.locator(".orders-new a").first.click(timeout=20_000)
    expect(page.get_by_text("Show the person unmasked")).to_be_visible()
    page.get_by_role("link", name="Find more like this order").click()
    expect(page.locator("[data-open]")).to_be_visible(timeout=20_000)
    _fits(page)
    ticks = page.locator(".likeness input[type=checkbox]")
    assert ticks.count() > 3
    width = page.locator(".likeness label").first.bounding_box()
    assert width is not None
    assert width["width"] > 250
    for number in range(ticks.count()):
        ticks.nth(number).uncheck()
    ticks.nth(1).check()
    page.get_by_role("button", name="Use these").click()
    expect(page.locator(".cards select.look")).to_have_count(1, timeout=20_000)
    expect(page.locator("[data-open]")).to_be_visible()


def test_a_back_test_goes_on_while_its_page_is_closed(page: Page, site: tuple[str, Path]) -> None:  # noqa: F811
    address, _ = site
    page.goto(f"{address}/rules/paid_not_in_erp?lang=en")
    expect(page.locator("[data-open]")).to_be_visible(timeout=20_000)
    page.locator(".exact").first.fill("40")
    page.get_by_role("button", name="Back-test").click()
    expect(page.get_by_text("Another time")).to_be_visible(timeout=20_000)
    _fits(page)
    page.get_by_text("Another time").click()
    end = page.get_by_label("To", exact=True).input_value()
    page.get_by_label("From", exact=True).fill(end)
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile(r"/backtests/\d+$"))
    there = page.url
    page.goto(f"{address}/rules")
    page.goto(there)
    expect(page.locator(".backtested").first).to_be_visible(timeout=120_000)
    expect(page.locator("#state")).not_to_have_attribute("hx-trigger", "every 1s")
    _fits(page)
