"""Signing in and out in a browser: cookies, where it leads, rates, and what another site cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from orderhealth_pipeline.console.access.places import inner_path, require_encryption
from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.console import ConsoleSettings
from tests.unit.console.conftest import at_this_machine
from tests.unit.console.people import HOST, PASSWORD, House, house


@pytest.fixture
def open_house(shop: Settings, tmp_path: Path) -> Iterator[House]:
    with house(shop, tmp_path) as opened:
        yield opened


def signed_in(browser: TestClient, **form: str) -> str:
    """Sign in and return where it leads."""
    answer = browser.post("/sign-in", data={"name": "operator", "password": PASSWORD, **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(open_house: House) -> None:
    browser = open_house.browser()
    to_door = browser.get("/?wall=1&lang=en")
    assert to_door.headers["location"] == "/sign-in?next=/%3Fwall%3D1%26lang%3Den"
    assert 'name="password"' in browser.get(to_door.headers["location"]).text
    assert signed_in(browser, next="/?wall=1&lang=en") == "/?wall=1&lang=en"
    assert browser.get("/").status_code == 200
    assert browser.get("/sign-in?next=/healthz").headers["location"] == "/healthz"


def test_an_open_page_of_somebody_who_was_signed_out_goes_to_the_door_as_a_whole(open_house: House) -> None:
    answer = open_house.browser().get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in?next=/")


def test_the_cookie_is_for_this_console_alone(open_house: House) -> None:
    cookie = (
        open_house.browser()
        .post("/sign-in", data={"name": "viewer", "password": PASSWORD})
        .headers["set-cookie"]
    )
    assert cookie.startswith("orderhealth=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_is_bound_to_the_host(shop: Settings, tmp_path: Path) -> None:
    with house(shop, tmp_path, behind_proxy=True, address="https://health.example.com") as opened:
        headers = {"x-forwarded-proto": "https", "host": "health.example.com", "x-forwarded-for": "192.0.2.9"}
        browser = opened.browser(headers=headers)
        own = {"origin": "https://health.example.com"}
        form = {"name": "viewer", "password": PASSWORD}
        cookie = browser.post("/sign-in", data=form, headers=own).headers["set-cookie"]
        assert cookie.startswith("__Host-orderhealth=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        number = cookie.partition("=")[2].partition(";")[0]
        assert browser.get("/", headers={"cookie": f"__Host-orderhealth={number}"}).status_code == 200
        assert browser.get("/", headers={"cookie": f"orderhealth={number}"}).status_code == 303


def test_signing_out_ends_the_session_and_not_only_the_cookie(open_house: House) -> None:
    browser = open_house.browser("operator")
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    assert open_house.browser("operator").get("/").status_code == 303


def test_a_wrong_password_says_no_more_than_that(open_house: House) -> None:
    browser = open_house.browser()
    answers = [
        browser.post("/sign-in", data={"name": name, "password": "wrong"}) for name in ("admin", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert all("the name or the password is wrong" in answer.text for answer in answers)
    assert "set-cookie" not in answers[0].headers


def test_tries_from_one_address_are_limited_whatever_the_names(open_house: House) -> None:
    browser = open_house.browser()
    statuses = [
        browser.post("/sign-in", data={"name": f"nobody{number}", "password": "wrong"}).status_code
        for number in range(11)
    ]
    assert statuses == [403] * 10 + [429]
    open_house.clock.move(minutes=1)
    assert browser.post("/sign-in", data={"name": "nobody", "password": "wrong"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"), [(None, 401), ("viewer", 403), ("operator", 403), ("manager", 204), ("admin", 204)]
)
def test_dagsters_pages_behind_the_same_door_are_for_those_who_change_rules(
    open_house: House, role: str | None, status: int
) -> None:
    answer = open_house.browser(role).get("/auth/check")
    assert (answer.status_code, answer.headers.get("x-orderhealth-account")) == (
        status,
        role if status == 204 else None,
    )


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "", "/a\nb"],
)
def test_no_address_leads_elsewhere(open_house: House, address: str) -> None:
    assert inner_path(address) == "/"
    assert signed_in(open_house.browser(), next=address) == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": HOST},
    ],
)
def test_another_site_cannot_sign_anybody_in_or_out(open_house: House, headers: dict[str, str]) -> None:
    form = {"name": "operator", "password": PASSWORD}
    assert open_house.browser().post("/sign-in", data=form, headers=headers).status_code == 403
    assert open_house.browser("operator").post("/sign-out", headers=headers).status_code == 403
    assert open_house.browser("operator").get("/").status_code == 200


def test_the_first_administrator_is_made_by_the_link_alone(shop: Settings, tmp_path: Path) -> None:
    own = shop.overridden(desk=SecretStr(str(tmp_path / "new.desk.db")))
    app = create_app(own, lambda: datetime.now(UTC))
    browser = at_this_machine(app, follow_redirects=False)
    page = browser.get("/")
    assert "is the administrator" in page.text
    from_elsewhere = TestClient(app, HOST, client=("192.0.2.7", 5000), follow_redirects=False)
    assert "Nobody has an account yet" in from_elsewhere.get("/sign-in").text
    gate = app.state.site.gate
    from orderhealth_pipeline.console.access.sign_in import first_link

    link = f"/set-password/{first_link(gate.people, datetime.now(UTC))}"
    assert from_elsewhere.get("/set-password/wrong").status_code == 410
    assert "first administrator" in from_elsewhere.get(link).text
    assert from_elsewhere.post(link, data={"name": "ann", "password": "short"}).status_code == 400
    assert from_elsewhere.post(link, data={"name": "ann", "password": PASSWORD}).headers["location"] == "/"
    assert from_elsewhere.get("/").status_code == 200
    assert browser.get("/").status_code == 303
    assert from_elsewhere.get(link).status_code == 410


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({"x-forwarded-for": "192.0.2.9"}, "127.0.0.1"),
        ({"forwarded": "for=192.0.2.9"}, "127.0.0.1"),
        ({"host": "rebound.example:8300"}, "127.0.0.1"),
        ({}, "192.0.2.9"),
    ],
)
def test_nobody_elsewhere_is_taken_for_somebody_at_this_machine(
    shop: Settings, tmp_path: Path, headers: dict[str, str], peer: str
) -> None:
    own = shop.overridden(desk=SecretStr(str(tmp_path / "new.desk.db")))
    app = create_app(own, lambda: datetime.now(UTC))
    client = TestClient(app, HOST, client=(peer, 5000), follow_redirects=False, headers=headers)
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.com"])  # noqa: S104 - refused
def test_without_tls_the_console_listens_to_this_machine_alone(host: str) -> None:
    with pytest.raises(ConfigurationError, match="passwords would pass readable"):
        require_encryption(ConsoleSettings(), host)
    require_encryption(ConsoleSettings(behind_proxy=True), host)
    for own in ("127.0.0.1", "::1", "localhost"):
        require_encryption(ConsoleSettings(), own)
