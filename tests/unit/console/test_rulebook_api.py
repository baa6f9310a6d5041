"""Rules and the calendar through the API: the same drafts, refusals and changes as by the pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orderhealth_pipeline.settings import Settings
from tests.unit.console.people import House, house
from tests.unit.console.rule_files import copied_rules

RULE = "paid_not_in_erp"
WAITING = {"waiting": {"since": "paid", "for": "outbound"}, "more_than": 600}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rulebook")


@pytest.fixture(scope="module")
def open_house(shop: Settings, folder: Path) -> Iterator[House]:
    with house(shop.overridden(expectations=copied_rules(folder)), folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def program(open_house: House) -> Iterator[httpx.Client]:
    client = open_house.browser()
    client.headers.update(open_house.token("manager"))
    with client:
        yield client


def _post(program: httpx.Client, path: str, status: int, **body: Any) -> Any:
    answer = program.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_rules_are_listed_and_read(program: httpx.Client) -> None:
    listed = program.get("/api/v1/rules").json()
    (line,) = [each for each in listed["rules"] if each["rule_id"] == RULE]
    assert line["outcome"] == "hit"
    rule = program.get(f"/api/v1/rules/{RULE}").json()
    assert rule["figures"][0] | {"title": ""} == {
        "name": "threshold",
        "title": "",
        "operator": "more than",
        "value": 15.0,
        "unit": "minutes",
        "from_profile": False,
    }
    assert rule["condition"] == {"feature": "minutes_paid_without_erp", "more_than": 15}
    assert program.get("/api/v1/rules/nothing").status_code == 404


def test_a_draft_is_previewed_published_and_taken_back(program: httpx.Client, folder: Path) -> None:
    file = folder / "expectations" / "payment" / f"{RULE}.yml"
    before, rule = file.read_text(encoding="utf-8"), program.get(f"/api/v1/rules/{RULE}").json()
    seen = _post(program, f"/rules/{RULE}/preview", 200, figures={"threshold": 40})
    assert seen["then"]["open"] < seen["now"]["open"] == rule["open"]
    assert len(seen["gone"]) == seen["going"] == seen["now"]["open"] - seen["then"]["open"]
    draft = {"figures": {"threshold": 40}, "why": "slow tonight", "fingerprint": rule["fingerprint"]}
    refused = _post(program, f"/rules/{RULE}/publish", 422, **draft)
    assert refused["examples"]
    change = _post(program, f"/rules/{RULE}/publish", 201, **draft, follow_examples=True)
    assert (change["state"], change["who"]) == ("published", "manager")
    assert "15 → 40" in change["says"]
    assert "more_than: 40}" in file.read_text(encoding="utf-8")
    _post(program, f"/rules/{RULE}/publish", 409, **draft, follow_examples=True)
    listed = program.get("/api/v1/rule-changes", params={"about": RULE}).json()["changes"]
    assert listed[0] == change
    undone = _post(program, f"/rule-changes/{change['change']}/undo", 200)
    assert (undone["state"], undone["decided_by"]) == ("undone", "manager")
    assert file.read_text(encoding="utf-8") == before
    _post(program, f"/rule-changes/{change['change']}/undo", 409)
    _post(program, "/rule-changes/999/undo", 404)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        ({"figures": {"nonsense": 1}}, "there is no nonsense; there are: threshold"),
        ({"figures": {"threshold": -1}}, "no feature is negative"),
        ({"condition": {"column": "nothing", "more_than": 1}}, "there is no column 'nothing'"),
        ({"condition": {"all": []}}, "hit_when"),
        ({"applies_to": {"planet": ["earth"]}}, "applies_to"),
    ],
)
def test_drafts_that_make_no_sense_are_refused(
    program: httpx.Client, draft: dict[str, Any], reason: str
) -> None:
    assert reason in _post(program, f"/rules/{RULE}/preview", 422, **draft)["detail"]


def test_a_new_rule_is_previewed_published_and_taken_back(program: httpx.Client) -> None:
    found = _post(program, "/rules/preview", 200, condition=WAITING)
    assert found["coming"] == found["then"]["open"] > 0 == found["now"]["open"]
    order = found["new"][0]
    alike = program.get(f"/api/v1/orders/{order}/likenesses").json()["likenesses"]
    assert all(0 < each["share"] <= 0.5 for each in alike)
    again = _post(
        program, "/rules/preview", 200, condition={"all": [each["condition"] for each in alike[:2]]}
    )
    assert order in again["new"]
    given = {"condition": WAITING, "title": "Paid but here", "stage": "warehouse", "why": "customers ask"}
    change = _post(program, "/rules", 201, **given)
    assert (change["about"], change["state"]) == ("paid_but_here", "published")
    assert program.get("/api/v1/rules/paid_but_here").json()["stage"] == "warehouse"
    _post(program, "/rules", 409, **given, rule_id="paid_but_here")
    _post(program, f"/rule-changes/{change['change']}/undo", 200)
    assert program.get("/api/v1/rules/paid_but_here").status_code == 404
    assert (
        "hit_when"
        in _post(program, "/rules/preview", 422, condition={"column": "amount", "is": True})["detail"]
    )
    assert "condition" in _post(program, "/rules/preview", 422, condition={})["detail"]


def test_the_calendar_is_read_changed_and_taken_back(program: httpx.Client, folder: Path) -> None:
    calendar = program.get("/api/v1/calendar").json()
    entry = {"profile": "promotion", "begin": "2027-06-16T20:00", "until": "2027-06-19T00:00", "why": "618"}
    entries = [*calendar["entries"], entry]
    seen = _post(program, "/calendar/preview", 200, entries=entries)
    assert seen["says"] == ["+ promotion 2027-06-16 20:00 – 2027-06-19 00:00"]
    overlap = [*entries, {**entry, "why": "again"}]
    assert "overlap" in _post(program, "/calendar/preview", 422, entries=overlap)["detail"]
    body = {"entries": entries, "why": "mid-year", "fingerprint": calendar["fingerprint"]}
    change = _post(program, "/calendar", 201, **body)
    assert "2027-06-16 20:00" in (folder / "expectations" / "calendar.yml").read_text(encoding="utf-8")
    assert program.get("/api/v1/calendar").json()["entries"][-1]["begin"] == "2027-06-16T20:00:00+08:00"
    _post(program, "/calendar", 409, **body)
    _post(program, f"/rule-changes/{change['change']}/undo", 200)
    assert program.get("/api/v1/calendar").json() == calendar


def _over(program: httpx.Client, number: int) -> dict[str, Any]:
    until = time.monotonic() + 120
    while (found := program.get(f"/api/v1/backtests/{number}").json())["state"] in {"waiting", "running"}:
        assert time.monotonic() < until
        time.sleep(0.2)
    return dict(found)


def test_a_back_test_is_asked_for_and_read(program: httpx.Client, shop: Settings) -> None:
    assert shop.as_of is not None
    past = {"begin": shop.as_of.isoformat(), "end": shop.as_of.isoformat()}
    started = _post(program, "/backtests", 202, rule_id=RULE, draft={"figures": {"threshold": 40}}, **past)
    assert (started["about"], started["total"], started["who"]) == (RULE, 1, "manager")
    found = _over(program, started["backtest"])
    sides = found["result"]["rules"][RULE]["sides"]
    assert sides["then"]["open"] < sides["now"]["open"]
    assert program.get("/api/v1/backtests", params={"about": RULE}).json()["backtests"][0]["state"] == "done"
    _post(program, f"/backtests/{started['backtest']}/stop", 409)
    _post(program, "/backtests/999/stop", 404)
    both = _post(program, "/backtests", 422, rule_id=RULE, profile="promotion", **past)
    assert "exactly one of" in both["detail"]
    entry = {"profile": "promotion", "begin": "2026-12-11T20:00", "until": "2026-12-12", "why": "drafted"}
    drafted = _post(program, "/backtests", 202, entry=entry, **past)
    assert (drafted["about"], drafted["says"]) == (
        "calendar",
        "Promotion 2026-12-11 20:00 – 2026-12-12 00:00",
    )
    backwards = _post(program, "/backtests", 422, entry={**entry, "until": "2026-12-01"}, **past)
    assert "later than" in backwards["detail"]
    assert _over(program, drafted["backtest"])["result"]["profiles"]["now"] == ["everyday"]
