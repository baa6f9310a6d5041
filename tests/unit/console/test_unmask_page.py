"""The person of an order unmasked on its page: for a reason, by those who may, in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orderhealth_pipeline import sql
from orderhealth_pipeline.settings import Settings
from tests.unit.console.people import House, form_token, house


@pytest.fixture(scope="module")
def open_house(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(shop, tmp_path_factory.mktemp("unmask")) as opened:
        yield opened


@pytest.fixture(scope="module")
def case(open_house: House) -> dict[str, Any]:
    """Return a case with one of its orders."""
    with open_house.app.state.site.snapshot.reading() as con:
        return sql.read(con, "console/api/select_rows", {"limit": 1, "offset": 0}, table="case_orders").row(
            0, named=True
        )


def test_a_reason_opens_the_person_and_stands_in_the_audit_log(
    open_house: House, case: dict[str, Any]
) -> None:
    browser, order = open_house.browser("operator"), case["order_id"]
    page = browser.get(f"/orders/{order}")
    assert "Show the person unmasked" in page.text
    assert "Show the person unmasked" in browser.get(f"/cases/{case['case_id']}").text
    asked = {"order": order, "form_token": form_token(page)}
    assert "This is unmasked" not in browser.post("/unmask", data={**asked, "why": "  "}).text
    seen = browser.post("/unmask", data={**asked, "why": "the customer called"})
    person = browser.post(
        f"/api/v1/orders/{order}/unmask", json={"why": "the same"}, headers={"x-form-token": form_token(page)}
    ).json()
    assert seen.status_code == 200
    assert seen.headers["cache-control"] == "no-store"
    assert person["receiver"] in seen.text
    assert person["receiver"] not in page.text
    deeds = [entry.deed for entry in open_house.people.deeds(20)]
    assert ("operator", "unmask", order, "the customer called") in [
        (each.who, each.verb, each.value, each.why) for each in deeds
    ]


def test_who_may_not_see_people_is_not_asked(open_house: House, case: dict[str, Any]) -> None:
    browser = open_house.browser("viewer")
    page = browser.get(f"/orders/{case['order_id']}")
    assert "Show the person unmasked" not in page.text
    token = form_token(browser.get("/settings"))
    asked = {"order": case["order_id"], "why": "curious", "form_token": token}
    assert browser.post("/unmask", data=asked).status_code == 403


def test_an_order_that_nobody_knows_has_no_person(open_house: House) -> None:
    browser = open_house.browser("operator")
    token = form_token(browser.get("/settings"))
    answer = browser.post("/unmask", data={"order": "nothing", "why": "a test", "form_token": token})
    assert answer.status_code == 404
