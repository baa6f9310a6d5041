"""Four roles, and nobody, over every page and every call of the API: who may what is the table of verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from orderhealth_pipeline.console.access.roles import ROLES, Role, verbs_of
from orderhealth_pipeline.console.api.call import Call
from orderhealth_pipeline.console.api.openapi import BASE
from orderhealth_pipeline.console.api.registry import CALLS
from orderhealth_pipeline.console.registry import PAGES, Page
from orderhealth_pipeline.console.work.forms import WORDS
from orderhealth_pipeline.settings import Settings
from tests.unit.console.people import House, form_token, house

NOT_LET_IN = {401, 403}
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
calls = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
roles = pytest.mark.parametrize("role", ROLES)


@pytest.fixture(scope="module")
def open_house(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(shop, tmp_path_factory.mktemp("matrix")) as opened:
        yield opened


def address_of(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "nothing-there", path)


@pages
@roles
def test_a_page_is_shown_to_the_roles_of_its_verb(open_house: House, page: Page, role: Role) -> None:
    answer = open_house.browser(role).request(page.methods[0], address_of(page.path))
    assert (answer.status_code in NOT_LET_IN) == (
        page.verb not in verbs_of(role) or page.methods == ("POST",)
    )


@pages
def test_a_page_is_shown_to_nobody_who_is_not_signed_in(open_house: House, page: Page) -> None:
    for method in page.methods:
        answer = open_house.browser().request(method, address_of(page.path))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("do", WORDS)
@roles
def test_a_word_of_a_form_is_said_by_the_roles_of_its_verb(open_house: House, do: str, role: Role) -> None:
    browser = open_house.browser(role)
    token = form_token(browser.get("/settings"))
    answer = browser.post("/cases", data={"do": do, "form_token": token})
    assert (answer.status_code in NOT_LET_IN) == (WORDS[do][0] not in verbs_of(role))


@calls
@roles
def test_a_call_is_answered_to_the_roles_of_its_verb(open_house: House, call: Call, role: Role) -> None:
    browser, headers = open_house.browser(), open_house.token(role)
    answer = browser.request(
        call.method, BASE + address_of(call.path), headers=headers, json={} if call.body else None
    )
    may = call.verb is None or call.verb in verbs_of(role)
    assert (answer.status_code in NOT_LET_IN) == (not may), answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@calls
def test_a_call_is_answered_to_no_token_without_its_scope(open_house: House, call: Call) -> None:
    others = [verb for verb in verbs_of("admin") if verb != call.verb]
    headers = open_house.token("admin", *others)
    answer = open_house.browser().request(
        call.method, BASE + address_of(call.path), headers=headers, json={} if call.body else None
    )
    assert (answer.status_code == 403) == (call.verb is not None), answer.text


@calls
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer oh_wrong"}, {"Authorization": "Bearer x"}])
def test_a_call_is_answered_to_nobody_without_a_token(
    open_house: House, call: Call, headers: dict[str, str]
) -> None:
    answer = open_house.browser().request(
        call.method, BASE + address_of(call.path), headers=headers, json={} if call.body else None
    )
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@calls
def test_a_browsers_call_needs_its_form_token_and_its_own_origin(open_house: House, call: Call) -> None:
    if call.method == "GET":
        return
    browser, path = open_house.browser("admin"), BASE + address_of(call.path)
    token = {"x-form-token": form_token(browser.get("/settings"))}
    body: dict[str, str] | None = {} if call.body else None
    assert browser.request(call.method, path, json=body).status_code == 403
    elsewhere = {**token, "origin": "https://evil.example"}
    assert browser.request(call.method, path, json=body, headers=elsewhere).status_code == 403
    assert browser.request(call.method, path, json=body, headers=token).status_code not in NOT_LET_IN
