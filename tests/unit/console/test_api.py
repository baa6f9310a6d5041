"""The API: what its description says is what it does, and what a program does with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    ensure_resource_availability,
    ignored_auth,
    positive_data_acceptance,
    use_after_free,
)

from orderhealth_pipeline.console.api.openapi import describe
from orderhealth_pipeline.console.api.registry import CALLS
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.settings import Settings
from tests.unit.console.people import HOST, House, house
from tests.unit.console.rule_files import copied_rules

UNFIT = [ignored_auth, use_after_free, ensure_resource_availability, positive_data_acceptance]
"""Checks that send requests by themselves, over a network; and that what is well formed is true."""

schema = schemathesis.openapi.from_dict(describe(CALLS))
schema.config.phases.coverage.enabled = False


@pytest.fixture(scope="module")
def open_house(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(shop, tmp_path_factory.mktemp("api")) as opened:
        yield opened


@pytest.fixture(scope="module")
def fuzzed(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A console of its own, over rules of its own, because anything may be said and published there."""
    folder = tmp_path_factory.mktemp("fuzzed")
    with house(shop.overridden(expectations=copied_rules(folder)), folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def fuzzing(fuzzed: House) -> dict[str, str]:
    return fuzzed.token("admin")


@pytest.fixture(scope="module")
def headers(open_house: House) -> dict[str, str]:
    """Of a program that may do everything."""
    return open_house.token("admin")


@pytest.fixture(scope="module")
def program(open_house: House, headers: dict[str, str]) -> Iterator[httpx.Client]:
    client = open_house.browser()
    client.headers.update(headers)
    with client:
        yield client


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_does_what_its_description_says(case: Any, fuzzed: House, fuzzing: dict[str, str]) -> None:
    fuzzed.clock.move(seconds=10)
    headers = fuzzing
    asked = case.as_transport_kwargs(base_url=HOST, headers=headers)
    asked.pop("cookies", None)
    if "data" in asked:
        asked["content"] = asked.pop("data")
    case.validate_response(fuzzed.browser().request(**asked), headers=headers, excluded_checks=UNFIT)


def test_the_description_is_the_one_that_is_served(program: httpx.Client) -> None:
    served = program.get("/api/v1/openapi.json").json()
    assert served["openapi"] == "3.1.0"
    assert served["paths"].keys() == describe(CALLS)["paths"].keys()
    ids = [call["operationId"] for path in served["paths"].values() for call in path.values()]
    assert len(ids) == len(set(ids)) == len(CALLS)


def pages_of(program: httpx.Client, path: str, name: str, limit: int) -> list[Any]:
    found: list[Any] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        answer = program.get(path, params=query).json()
        found += answer[name]
        if answer["next"] is None:
            return found
        query["cursor"] = answer["next"]


def test_lists_are_read_to_their_end_part_by_part(program: httpx.Client) -> None:
    total = program.get("/api/v1/cases").json()["total"]
    ids = [each["case_id"] for each in pages_of(program, "/api/v1/cases", "cases", 20)]
    assert len(ids) == len(set(ids)) == total > 20
    findings = pages_of(program, "/api/v1/tables/findings", "rows", 50)
    assert len(findings) > 100
    assert program.get("/api/v1/cases?cursor=x").status_code == 400


def test_a_case_is_worked_off(open_house: House, program: httpx.Client) -> None:
    case_id = program.get("/api/v1/cases?rule=paid_not_in_erp").json()["cases"][0]["case_id"]
    path = f"/api/v1/cases/{case_id}"
    said = program.post(f"{path}/ack", json={"why": "on it"})
    assert (said.status_code, said.json()["cases"]) == (200, [case_id])
    assert program.post(f"{path}/ack", json={}).json()["own"] == [case_id]
    other = open_house.token("operator")
    taken = program.post(f"{path}/ack", json={}, headers=other)
    assert (taken.status_code, taken.json()["taken"][0]["by"]) == (409, "admin")
    assert re.search("was taken by admin at", taken.json()["detail"])
    program.post(f"{path}/assign", json={"to": "li.lei", "reassign": True}, headers=other)
    program.post(f"{path}/notes", json={"why": "call 13812345678"})
    shown = program.get(path).json()
    assert (shown["state"], shown["holder"]) == ("in_progress", "li.lei")
    assert {"acknowledged", "assigned", "noted"} <= {event["what"] for event in shown["case_history"]}
    assert "13812345678" not in str(shown)
    entry = said.json()["entries"][0]
    assert program.post(f"/api/v1/said/{entry}/undo", json={}).status_code == 201
    assert program.post(f"/api/v1/said/{entry}/undo", json={}).status_code == 422


def test_people_are_masked_until_somebody_says_why_they_have_to_see_them(
    open_house: House, program: httpx.Client
) -> None:
    order_id = program.get("/api/v1/tables/findings?limit=1").json()["rows"][0]["order_id"]
    shown = program.get(f"/api/v1/orders/{order_id}")
    assert "phone" not in shown.json()["order"]
    path = f"/api/v1/orders/{order_id}/unmask"
    assert program.post(path, json={}).status_code == 422
    assert program.post(path, json={"why": " "}).status_code == 422
    seen = program.post(path, json={"why": "the customer called"}).json()
    assert re.fullmatch(r"1\d{10}|.*", seen["phone"] or "")
    assert seen["receiver"]
    deeds = [entry.deed for entry in open_house.people.deeds(20)]
    assert ("admin", "unmask", order_id, "the customer called") in [
        (each.who, each.verb, each.value, each.why) for each in deeds
    ]


def test_what_is_wrong_is_named(program: httpx.Client) -> None:
    wrong = program.get("/api/v1/cases?limit=0&state=nonsense&more=1").json()
    assert {each["at"] for each in wrong["errors"]} == {"query.limit", "query.state", "query.more"}
    assert (
        program.post(
            "/api/v1/verdicts", content="{", headers={"content-type": "application/json"}
        ).status_code
        == 400
    )
    assert program.post("/api/v1/verdicts", data={"a": "b"}).status_code == 415
    put = program.put("/api/v1/verdicts", json={})
    assert (put.status_code, put.headers["allow"]) == (405, "POST")


def test_somebody_is_added_and_a_token_gives_no_more_than_its_owner_has(program: httpx.Client) -> None:
    added = program.post("/api/v1/accounts", json={"name": "wang", "role": "operator"})
    assert added.status_code == 201
    assert "/set-password/" in added.json()["link"]
    assert program.patch("/api/v1/accounts/wang", json={"role": "viewer"}).json()["role"] == "viewer"
    assert program.patch("/api/v1/accounts/admin", json={"role": "viewer"}).status_code == 409
    made = program.post("/api/v1/tokens", json={"title": "wms", "scopes": ["look"]}).json()
    own = {"Authorization": f"Bearer {made['token']}"}
    assert program.get("/api/v1/me", headers=own).json()["verbs"] == ["look"]
    more = program.post("/api/v1/tokens", json={"title": "x", "scopes": ["handle"]}, headers=own)
    assert more.status_code == 403
    assert program.delete(f"/api/v1/tokens/{made['token_id']}").status_code == 200
    assert program.get("/api/v1/me", headers=own).status_code == 401


def test_the_kill_switch_and_the_log_of_what_was_said(open_house: House, program: httpx.Client) -> None:
    program.post("/api/v1/actions/stop", json={"why": "the WMS is down"})
    assert program.get("/api/v1/actions").json()["stopped_by"] == "admin"
    program.post("/api/v1/actions/start", json={})
    assert program.get("/api/v1/actions").json()["stopped_by"] is None
    kinds = [each["kind"] for each in program.get("/api/v1/said?limit=2").json()["said"]]
    assert kinds == ["actions_started", "actions_stopped"]
    assert len(Desk(open_house.app.state.site.settings.desk_address).entries()) >= 2
