"""Working cases off in Chromium, on a phone and on a desk: sign in, acknowledge, judge and undo."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, StorageState, expect

from orderhealth_pipeline.console.access.passwords import hashed
from orderhealth_pipeline.desk.accounts.accounts import Account, insert_account
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.said import Said
from tests.browser.console import Served, served_console

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 844), "desk": (1440, 900)}
PASSWORD = "correct horse battery"
PICTURES = os.environ.get("ORDERHEALTH_PICTURES")
IS_CALM = "() => !document.documentElement.scrollWidth || document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a console with one account."""
    with served_console(tmp_path_factory.mktemp("work")) as served:
        gate = served.app.state.site.gate
        with gate.people.changing() as con:
            account = Account("li.lei", "李雷", "admin", password_hash=hashed(PASSWORD))
            insert_account(con, account, by="test", at=gate.clock())
        yield served


@pytest.fixture(scope="module")
def signed_in() -> dict[str, StorageState]:
    """What a device of a size keeps of being signed in: sign-ins of one person are limited by the minute."""
    return {}


@pytest.fixture(params=SIZES)
def page(
    request: pytest.FixtureRequest, browser: Browser, served: Served, signed_in: dict[str, StorageState]
) -> Iterator[Page]:
    """Open the inbox at a size; who is not signed in there is led to the door and back."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=request.param == "phone",
        storage_state=signed_in.get(request.param),
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{served.address}/cases")
    if request.param not in signed_in:
        picture(page, f"sign_in_{request.param}")
        page.fill("#name", "li.lei")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
    expect(page).to_have_url(f"{served.address}/cases")
    signed_in[request.param] = context.storage_state()
    yield page
    if page.url.endswith("/sign-in"):
        del signed_in[request.param]
    assert complaints == []
    context.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def size_of(page: Page) -> str:
    return "phone" if (page.viewport_size or {"width": 0})["width"] < 1000 else "desk"


def first_open(page: Page) -> str:
    return str(page.locator(".case-line:has([name=ack_one])").first.get_attribute("data-case"))


def test_a_case_is_acknowledged_in_the_inbox_and_taken_back(page: Page) -> None:
    picture(page, f"inbox_{size_of(page)}")
    assert page.evaluate(IS_CALM)
    case_id = first_open(page)
    page.click(f"#case-{case_id} [name=ack_one]")
    expect(page.locator(".notice")).to_be_visible()
    expect(page.locator(f"#case-{case_id}.mine")).to_be_visible()
    page.click(".notice button[value=undo]")
    expect(page.locator(f"#case-{case_id} [name=ack_one]")).to_be_visible()


def test_from_a_messages_link_to_acknowledged_is_one_more_tap_then_a_verdict_and_its_undo(page: Page) -> None:
    case_id = first_open(page)
    page.goto(page.url.replace("/cases", f"/cases/{case_id}"))
    picture(page, f"case_{size_of(page)}")
    assert page.evaluate(IS_CALM)
    page.click("button[value=ack]")
    expect(page.locator(".state-chip.state-acknowledged").first).to_be_visible()
    if page.locator("button[value=false_alarm]").count():
        page.locator("button[value=false_alarm]").first.click()
        expect(page.locator(".chip.verdict-false_alarm").first).to_be_visible()
        picture(page, f"verdict_{size_of(page)}")
        page.click(".notice button[value=undo]")
        expect(page.locator(".chip.verdict-false_alarm")).to_have_count(0)


def test_an_answer_asked_for_before_a_word_does_not_hide_it(page: Page) -> None:
    case_id = first_open(page)
    older: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" or older:
            route.continue_()
        else:
            older.append((route, route.fetch()))

    page.route("**/cases", hold)
    page.evaluate("() => document.body.dispatchEvent(new CustomEvent('fresh', {bubbles: true}))")
    while not older:
        page.wait_for_timeout(20)
    page.click(f"#case-{case_id} [name=ack_one]")
    mine = page.locator(f"#case-{case_id}.mine")
    expect(mine).to_be_visible()
    (route, answer), *_ = older
    route.fulfill(response=answer)
    page.wait_for_timeout(100)
    assert mine.is_visible()
    page.click(".notice button[value=undo]")
    expect(page.locator(f"#case-{case_id} [name=ack_one]")).to_be_visible()


def test_many_cases_are_given_away_at_once(page: Page) -> None:
    for box in page.locator(".case-line:has([name=ack_one]) .tick").all()[:3]:
        box.click()
    picture(page, f"bulk_{size_of(page)}")
    page.fill(".bulk [name=to]", "han.meimei")
    page.click(".bulk button[value=assign]")
    expect(page.locator(".notice")).to_contain_text("han.meimei")
    page.click(".notice button[value=undo]")


def test_what_somebody_else_does_appears_by_itself_and_leaves_what_is_ticked_and_typed(
    page: Page, served: Served
) -> None:
    lines = page.locator(".case-line:has([name=ack_one])")
    taken, ticked = (str(lines.nth(place).get_attribute("data-case")) for place in (1, 2))
    page.click(f"#case-{ticked} .tick")
    page.fill(".bulk [name=to]", "half a na")
    settings = served.app.state.site.settings
    site = served.app.state.site
    at = max(site.now(), site.board.live().as_of)
    (said,) = Desk(settings.desk_address).say(
        Said("case_acknowledged", "han.meimei", "mine", at, "case", taken)
    )
    expect(page.locator(f"#case-{taken} .holder")).to_have_text("han.meimei", timeout=8_000)
    expect(page.locator(f"#case-{ticked} .tick input")).to_be_checked()
    expect(page.locator(".bulk [name=to]")).to_have_value("half a na")
    Desk(settings.desk_address).undo(said.entry or 0, who="test", why="over", at=at)


def test_the_inbox_is_worked_by_keyboard(page: Page) -> None:
    place = page.locator(".case-line").evaluate_all(
        "lines => lines.findIndex(line => line.querySelector('[name=ack_one]'))"
    )
    for _ in range(place + 1):
        page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".case-line.here .tick input")).to_be_checked()
    page.keyboard.press("a")
    expect(page.locator(".notice.done")).to_be_visible()
    page.click(".notice button[value=undo]")
    expect(page.locator(".notice.done")).to_be_visible()


def test_people_are_managed_and_signing_out_leads_to_the_door(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/settings")
    picture(page, f"settings_{size_of(page)}")
    assert page.evaluate(IS_CALM)
    name = f"wang-{time.monotonic_ns()}"
    page.click("details:has(#new-name) > summary")
    page.fill("#new-name", name)
    page.click("button[value=add_account]")
    expect(page.locator(".notice.done")).to_contain_text("/set-password/")
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    expect(page).to_have_url(f"{served.address}/sign-in")
