"""One console for many merchants in Chromium: the merchant that is chosen is the one that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page

from orderhealth_pipeline.console.access.sign_in import lasting
from orderhealth_pipeline.desk.accounts.accounts import Account, insert_account
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.desk.accounts.sessions import begin_session
from orderhealth_pipeline.fleet.console_app import FleetConsole
from orderhealth_pipeline.fleet.merchants import find_merchants, merchant_settings, read_fleet
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from tests.browser.conftest import SIZES
from tests.browser.console import serving

pytestmark = pytest.mark.browser

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve two merchants of an order each; gives the address, and a session of who may see both."""
    root = tmp_path_factory.mktemp("fleet")
    (root / "fleet.yml").write_text("access: {}\n", encoding="utf-8")
    for name in ("hua", "ming"):
        folder = root / name
        (folder / "feeds").mkdir(parents=True)
        (folder / "orderhealth.yml").write_text("locale: zh\n", encoding="utf-8")
        (folder / "feeds" / "storefront_orders.csv").write_text(
            f"order_id,shop,placed_at,status,amount\n{name}-1,{name} 的店,2026-11-10 08:00:00,paid,5\n",
            encoding="utf-8",
        )
        (merchant,) = find_merchants(root, [name])
        run_pipeline(
            plan_run(merchant_settings(merchant, read_fleet(root), {})), NOON, StageTimes(lambda: 0.0)
        )
    app = FleetConsole(root, lambda: datetime.now(UTC))
    with PeopleDesk(app.desk).changing() as con:
        insert_account(con, Account("boss", "boss", "admin"), by="test", at=datetime.now(UTC))
        session = begin_session(con, "boss", datetime.now(UTC), lasting(), signed_in_with="password")
    with serving(app) as address:
        yield address, session


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, fleet: tuple[str, str]) -> Iterator[Page]:
    """Open the first page as somebody who may see every merchant."""
    address, session = fleet
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "orderhealth", "value": session, "url": address}])
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def test_the_merchant_is_chosen_in_the_navigation_and_shown_from_then_on(
    page: Page, fleet: tuple[str, str]
) -> None:
    rest = page.locator(".nav .rest summary")
    for merchant, other in (("ming", "hua"), ("hua", "ming")):
        if rest.is_visible():
            rest.click()
        chosen = page.locator("select[name=merchant]:visible")
        chosen.select_option(merchant)
        with page.expect_navigation(url=f"{fleet[0]}/"):
            page.locator("form.merchants:visible button").click()
        page.goto(f"{fleet[0]}/orders/{merchant}-1")
        assert page.get_by_text(f"{merchant} 的店").first.is_visible()
        assert page.goto(f"{fleet[0]}/orders/{other}-1").status == 404  # type: ignore[union-attr]
        page.goto(f"{fleet[0]}/cases")
        inside, outside = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert inside <= outside
